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
    by_reason: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (group, code), number in entitled.items():
        if number < thresholds["score"]:
            by_reason[group, "score"].append(names[code])
        elif number < thresholds["items"]:
            by_reason[group, "items"].append(names[code])
    return [_notice(group, view, thresholds[view], targets) for (group, view), targets in sorted(by_reason.items())]


def _notice(group: str, view: str, threshold: int, targets: list[str]) -> Notice:
    message = {
        "score": "At most %(most)s of %(group)s rate %(count)s targets (first: %(first)s), so neither this group's "
        "scores nor another group's will be shown for them; pooling small units helps.",
        "items": "At most %(most)s of %(group)s rate %(count)s targets (first: %(first)s), so scores by item will not "
        "be shown by group for them.",
    }[view]
    return Notice(message, {"most": threshold - 1, "group": group, "count": len(targets), "first": targets[0]})
