"""The results, for the personnel department: rounds, the ranking, the units."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from exports.beside import meanings
from exports.definitions import definitions
from scoring.outcome.results import TargetResult
from scoring.outcome.stated_rules import Rules
from survey.manifest.states import RoundState
from survey.prepare import rounds
from survey.reveal import comments, publication, results
from survey.reveal.results import Snapshot
from survey.web import paging, personnel_files, personnel_snapshots, personnel_targets, turnout_strip
from survey.web import ranking as rankings
from survey.web.access import allowed, permitted
from survey.web.ballot_checks import CheckLine, check_lines
from survey.web.console_progress import STATES
from survey.web.database import session
from survey.web.personnel_context import context, find
from survey.web.scope import visible_round, visible_rounds

bp = Blueprint("personnel", __name__, url_prefix="/results")
for _part in (personnel_targets, personnel_files, personnel_snapshots):
    bp.register_blueprint(_part.bp)


@bp.get("/")
@allowed("see results")
def index() -> str:
    """List the rounds that were revealed, or say what must happen first."""
    found = visible_rounds()
    every = permitted("see unpublished results")
    ready = {RoundState.REVEALED, RoundState.PUBLISHED} if every else {RoundState.PUBLISHED}
    revealed = [each for each in found if each.state in ready]
    return render_template(
        "personnel/rounds.html",
        rounds=[
            (each, results.snapshots(session(), each), publication.published_number(session(), each))
            for each in revealed
        ],
        closed=[each for each in found if each.state == RoundState.CLOSED and permitted("reveal round")],
        states=STATES,
    )


@bp.get("/<round_id>/")
@allowed("see results")
def latest(round_id: str) -> Response:
    """Go to the published result, else to the newest one."""
    round_ = visible_round(round_id)
    number = publication.published_number(session(), round_)
    if number is None and not permitted("see unpublished results"):
        raise rounds.missing(round_id)
    made = results.snapshots(session(), round_)
    if not made:
        return redirect(url_for("personnel.snapshots.index", round_id=round_id), code=303)
    number = number or made[0].number
    return redirect(url_for("personnel.ranking", round_id=round_id, number=number), code=303)


@bp.get("/<round_id>/<int:number>/")
@allowed("see results")
def ranking(round_id: str, number: int) -> str | Response:
    """Show the people, ranked within class and layer."""
    return _ranking(round_id, number, people=True)


@bp.get("/<round_id>/<int:number>/units")
@allowed("see results")
def units(round_id: str, number: int) -> str | Response:
    """Show the units and whatever else isn't a person, class by class."""
    return _ranking(round_id, number, people=False)


@bp.get("/<round_id>/<int:number>/comments")
@allowed("read comments")
def comment_list(round_id: str, number: int) -> str:
    """Show what raters wrote, by group and in random order, where enough people are behind it."""
    round_, snapshot = find(round_id, number)
    return render_template(
        "personnel/comments.html",
        **context(round_, snapshot),
        groups=comments.released(session(), round_),
        needed=snapshot.manifest.disclosure["comments"],
    )


def _ranking(round_id: str, number: int, *, people: bool) -> str | Response:
    round_, snapshot = find(round_id, number)
    found = rankings.of_kind(snapshot, people=people)
    others = rankings.of_kind(snapshot, people=not people)
    if not found and others:
        other = "personnel.units" if people else "personnel.ranking"
        return redirect(url_for(other, round_id=round_id, number=number), code=303)
    choice = rankings.chosen(request.args, found, all_of_them=not people)
    tables = rankings.tables(snapshot, found, choice)
    page = paging.asked(sum(len(table.rows) for table in tables))
    shown = rankings.cut(tables, page.offset, page.size)
    return render_template(
        "personnel/ranking.html",
        **context(round_, snapshot),
        schemes=list(dict.fromkeys(table.rules.scheme for table in shown)),
        people=people,
        has_others=bool(others),
        choice=choice,
        within=rankings.within(shown[0].rules) if shown else "",
        classes=rankings.words(found, lambda result: result.class_),
        layers=rankings.words(found, lambda result: result.layer),
        units=rankings.words(found, lambda result: result.unit),
        tables=shown,
        page=page,
        strip=turnout_strip.strip(snapshot.turnout),
        badges=rankings.all_badges(shown),
        checks=_checks(snapshot, [table.rules for table in shown]),
        definitions=_definitions([table.rules for table in shown], [result for _rules, result in found]),
    )


def _definitions(rules: list[Rules], results_: list[TargetResult]) -> list[tuple[str, list[str]]]:
    """Return each scheme's definitions once, the last of them with what intervals and the like mean."""
    said = [(name, definitions(each)) for name, each in {each.scheme: each for each in rules}.items()]
    if said:
        said[-1][1].extend(meanings(results_))
    return said


def _checks(snapshot: Snapshot, rules: list[Rules]) -> list[tuple[str, list[CheckLine]]]:
    """Return what ballot rules found under each scheme that is on the page."""
    names = {each.scheme for each in rules}
    found = [(part.rules.scheme, check_lines(part)) for part in snapshot.parts if part.rules.scheme in names]
    return [(name, lines) for name, lines in found if lines]
