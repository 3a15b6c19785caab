"""One person's or one unit's result: score, rank and grade, three charts, and the numbers again as tables."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from exports import charts
from exports.beside import meanings
from exports.definitions import definitions
from scoring.outcome.results import Results, TargetResult
from scoring.outcome.stated_rules import Rules
from survey.errors import NotFoundError
from survey.reveal.results import Snapshot
from survey.web import beside, explained, ranking, shown, target_tables
from survey.web.access import allowed
from survey.web.badges import badges, sentence
from survey.web.personnel_context import context, find
from survey.web.shown import Shown

bp = Blueprint("targets", __name__, url_prefix="/<round_id>/<int:number>/targets/<target>")

SVG = "image/svg+xml"
WIDE = 480.0  # of the axis beside the score
Draw = Callable[[TargetResult, list[TargetResult], Rules], bytes]
DRAWINGS: dict[str, Draw] = {
    "radar": charts.radar,
    "groups": lambda result, _peers, rules: charts.group_bars(result, rules),
    "shares": lambda result, _peers, rules: charts.stacked_shares(result, rules),
}


@dataclass(frozen=True)
class Place:
    """A target in its pool: all ranked together, and who stands before and after."""

    peers: list[TargetResult]
    before: TargetResult | None
    after: TargetResult | None


@dataclass(frozen=True)
class Member:
    """A person of a unit, with the values of the list on the unit's page."""

    result: TargetResult
    score: Shown
    rank: Shown
    grade: Shown


@bp.get("/")
@allowed("see results")
def page(round_id: str, number: int, target: str) -> str:
    """Show one target's result."""
    round_, snapshot = find(round_id, number)
    part, result = snapshot.find(target)
    place = place_of(part, result)
    rules = part.rules
    axis = charts.score_axis(place.peers, rules, WIDE) if result.interval else None
    return render_template(
        "personnel/target.html",
        **context(round_, snapshot),
        result=result,
        title=ranking.title(snapshot.manifest, target),
        provisional=sentence(result.provisional) if result.provisional else "",
        person=result.kind in ranking.PEOPLE,
        rules=rules,
        score=shown.score(result, rules),
        rank=shown.rank(result),
        grade=shown.grade(result, rules),
        badges=badges(result, result.groups.values(), rules),
        place=place,
        axis=axis,
        mark=charts.score_mark(axis, result) if axis else None,
        interval=[f"{end:.{rules.places}f}" for end in result.interval or ()],
        words={
            "radar": charts.radar_words(result, place.peers, rules),
            "groups": charts.group_bars_words(result, rules),
            "shares": charts.stacked_shares_words(result, rules),
        },
        criteria=target_tables.criteria(result, place.peers, rules),
        groups=target_tables.groups(result, rules),
        levels=target_tables.levels(result),
        spread=target_tables.spread(result, rules),
        share_intervals=beside.share_intervals(result, rules),
        facts=beside.facts(result, rules),
        added=explained.added_up(result, rules),
        left_out=explained.left_out(result),
        ballots=target_tables.ballots(result, rules),
        members=_members(snapshot, result),
        definitions=[*definitions(rules), *meanings([result])],
    )


@bp.get("/<chart>.svg")
@allowed("see results")
def picture(round_id: str, number: int, target: str, chart: str) -> Response:
    """Draw one of the charts; the same picture stands in the PDF."""
    if chart not in DRAWINGS:
        raise NotFoundError("There is no such picture.")
    _round, snapshot = find(round_id, number)
    part, result = snapshot.find(target)
    return Response(DRAWINGS[chart](result, place_of(part, result).peers, part.rules), content_type=SVG)


def place_of(part: Results, result: TargetResult) -> Place:
    """Return the targets that `result` is ranked with, and its neighbours in the ranking."""
    peers = [each for each in part.results if _pool(each, part.rules) == _pool(result, part.rules)]
    position = next(index for index, each in enumerate(peers) if each.target == result.target)
    return Place(
        peers=peers,
        before=peers[position - 1] if position else None,
        after=peers[position + 1] if position + 1 < len(peers) else None,
    )


def _pool(result: TargetResult, rules: Rules) -> tuple[bool, tuple[str, ...]]:
    return result.kind in ranking.PEOPLE, ranking.pool(rules, result)


def _members(snapshot: Snapshot, result: TargetResult) -> list[Member]:
    """Return the people of a unit that this round rated, as far as they are in the results."""
    if result.kind in ranking.PEOPLE:
        return []
    unit = snapshot.manifest.target(result.target).unit_code
    codes = {target.code for target in snapshot.manifest.targets if target.unit_code == unit}
    return [
        Member(each, shown.score(each, rules), shown.rank(each), shown.grade(each, rules))
        for rules, each in ranking.of_kind(snapshot, people=True)
        if each.target in codes
    ]
