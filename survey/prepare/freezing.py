"""The freeze check: what is missing, and which views will surely be hidden at the entitled numbers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from survey.errors import Notice
from survey.models import Round
from survey.prepare.drafting import draft


@dataclass(frozen=True)
class FreezeReport:
    """What stands in the way of the freeze, and what the results will surely not show."""

    missing: tuple[Notice, ...]
    hidden: tuple[Notice, ...]


def freeze_check(session: Session, round_: Round, zone: ZoneInfo, now: datetime) -> FreezeReport:
    """Return what a freeze of this draft would meet."""
    drafted = draft(session, round_, zone, now)
    hidden = _hidden(drafted.content) if drafted.content else []
    return FreezeReport(tuple(drafted.missing), tuple(hidden))


def _hidden(content: dict[str, Any]) -> list[Notice]:
    names = {target["code"]: target["name"] for target in content["targets"]}
    thresholds = content["disclosure"]
    entitled: dict[tuple[str, str], int] = defaultdict(int)
    for sheet in content["sheets"]:
        for code in sheet["targets"]:
            entitled[sheet["group"], code] += sheet["entitled"]
    needed = max(thresholds["score"], thresholds["items"], thresholds["distribution"])
    few: dict[str, list[str]] = defaultdict(list)
    together: dict[str, int] = defaultdict(int)
    for (group, code), number in entitled.items():
        together[code] += number
        if number < needed:
            few[group].append(names[code])
    hidden = [_only_totals(group, needed, targets) for group, targets in sorted(few.items())]
    alone = [names[code] for code, number in together.items() if number < thresholds["score"]]
    return [*hidden, *([_nothing(alone, thresholds["score"])] if alone else [])]


def _only_totals(group: str, needed: int, targets: list[str]) -> Notice:
    return Notice(
        "Of %(group)s fewer than %(needed)s can rate %(count)s targets (first: %(first)s): only their totals will be "
        "shown, no group and no item. Pooling small units helps.",
        {"group": group, "needed": needed, "count": len(targets), "first": targets[0]},
    )


def _nothing(targets: list[str], needed: int) -> Notice:
    return Notice(
        "Fewer than %(needed)s people in all can rate %(count)s targets (first: %(first)s): "
        "nothing will be shown of them.",
        {"needed": needed, "count": len(targets), "first": targets[0]},
    )
