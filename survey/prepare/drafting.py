"""From plan and roster to what the manifest will say, with everything that is missing named."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from scoring.document.scheme import Scheme
from scoring.document.scheme_document import Group
from survey.errors import GongpingError, Notice
from survey.manifest.plan import PartPlan, Plan
from survey.manifest.questionnaire import Questionnaire
from survey.manifest.states import TwoPersonAct
from survey.models import Round
from survey.office import key_slips
from survey.prepare import documents
from survey.prepare.choosing import RosterView
from survey.prepare.fitting import check_fit
from survey.prepare.missing import Draft
from survey.prepare.rounds import plan_of
from survey.prepare.sheets import make_sheets


def draft(session: Session, round_: Round, zone: ZoneInfo, now: datetime) -> Draft:
    """Build the manifest's content from the round's plan and the roster, collecting all that is missing."""
    plan = plan_of(round_)
    result = Draft()
    roster = RosterView(session, round_.unit_code)
    if not roster.posts:
        result.miss("The roster is empty. Import units and targets first.")
    questionnaires: dict[str, Questionnaire] = {}
    parts = _parts(session, plan, roster, result, questionnaires)
    parties = {} if round_.trial else _parties(session, round_, plan, result)
    rated = [code for part in parts for code in part["targets"]]
    sheets = make_sheets(plan, round_, roster, rated, result, zone, now)
    _check_appeal(plan, sheets, result)
    check_fit(parts, sheets, questionnaires, result)
    if result.missing:
        return result
    result.content = {
        "round": round_.id,
        "name": plan.name,
        "office": plan.office,
        "trial": round_.trial,
        "seal": "sealed" if round_.trial else plan.seal,
        "comment_bytes": plan.comment_bytes,
        "disclosure": plan.disclosure.model_dump(),
        "targets": [roster.describe(code) for code in rated],
        "questionnaires": {digest: asked.model_dump(mode="json") for digest, asked in questionnaires.items()},
        "schemes": {digest: scheme.canonical() for digest, scheme in result.schemes.items()},
        "parts": parts,
        "sheets": sheets,
        "parties": parties,
        "appeal_until": None if round_.trial or plan.appeal_until is None else plan.appeal_until.isoformat(),
        # A trial decides nothing, so it needs no second person.
        "approvals": [] if round_.trial else [act.value for act in TwoPersonAct if act in plan.approvals],
    }
    return result


def _check_appeal(plan: Plan, sheets: Sequence[dict[str, Any]], result: Draft) -> None:
    """Note an appeal period that would be over before the last window is."""
    closes = max((window["closes"][:10] for sheet in sheets for window in sheet["windows"].values()), default="")
    if plan.appeal_until is not None and plan.appeal_until.isoformat() <= closes:
        result.miss("appeal_until is %(until)s; allowed: a day after the last window.", until=plan.appeal_until)


def _parties(session: Session, round_: Round, plan: Plan, result: Draft) -> dict[str, dict[str, str]]:
    """Return the public keys of the parties whose key slips the round needs."""
    made = key_slips.slips(session, round_)
    for party in plan.parties():
        if party not in made:
            result.miss("The %(party)s has no key slip for this round yet.", party=key_slips.PARTY_NAMES[party])
    return {
        party: {"signing": key.signing.hex(), "sealing": key.sealing.hex()}
        for party, key in made.items()
        if party in plan.parties()
    }


def _parts(
    session: Session, plan: Plan, roster: RosterView, result: Draft, questionnaires: dict[str, Questionnaire]
) -> list[dict[str, Any]]:
    taken: set[str] = set()
    parts = []
    for number, part in enumerate(plan.programme, 1):
        targets = [code for code in roster.choose(part.targets) if code not in taken]
        taken |= set(targets)
        if not targets:
            result.miss(
                "Part %(number)s of the programme (%(scheme)s) has no targets.", number=number, scheme=part.scheme
            )
        try:
            scheme = documents.scheme(session, part.scheme)
            ask = _ask(session, part, scheme, questionnaires)
        except GongpingError as error:
            result.missing.append(Notice(error.message, error.values))
            continue
        result.schemes[scheme.sha256()] = scheme
        parts.append({"targets": targets, "scheme": scheme.sha256(), "ask": ask, "map": _leaf_maps(part, scheme)})
    return parts


def _ask(session: Session, part: PartPlan, scheme: Scheme, questionnaires: dict[str, Questionnaire]) -> dict[str, str]:
    """Return leaf group → digest of what it is asked: named for the leaf, else for a group above it, else default."""
    ask = {}
    for leaf, above in lineage(scheme.groups):
        named = next((part.ask[group] for group in (*above, "default") if group in part.ask), None)
        if named is None:
            continue
        asked = documents.questionnaire(session, named)
        digest = documents.digest("questionnaire", asked.model_dump(mode="json"))
        questionnaires[digest] = asked
        ask[leaf] = digest
    return ask


def _leaf_maps(part: PartPlan, scheme: Scheme) -> dict[str, dict[str, str]]:
    maps = {}
    for leaf, above in lineage(scheme.groups):
        named = next((group for group in (*above, "default") if group in part.map), None)
        if named is not None:
            maps[leaf] = part.map[named]
    return maps


def lineage(groups: Sequence[Group], above: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each leaf group with the ids from itself up to its outermost group."""
    for group in groups:
        line = (group.id, *above)
        if group.groups:
            yield from lineage(group.groups, line)
        else:
            yield group.id, line
