"""Sheets by rule: a group rates all targets, its own unit's, those of a class or layer, or a list."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from survey.manifest.plan import FEWEST_OWN_UNIT, Plan, Selector, SheetPlan, WindowPlan
from survey.models import Round
from survey.prepare.choosing import RosterView
from survey.prepare.missing import Draft


def make_sheets(
    plan: Plan, round_: Round, roster: RosterView, rated: list[str], result: Draft, zone: ZoneInfo, now: datetime
) -> list[dict[str, Any]]:
    """Return the sheets that the plan's rules make, noting in `result` what stands in the way."""
    wanted = set(round_.only_groups["groups"]) if round_.only_groups else None
    sheets: list[dict[str, Any]] = []
    for number, rule in enumerate(plan.sheets, 1):
        if wanted is not None and rule.group not in wanted:
            continue
        windows = {
            door: _window(window, zone, now, trial=round_.trial)
            for door, window in (rule.windows or plan.windows).items()
        }
        for door, window in windows.items():
            if datetime.fromisoformat(window["closes"]) <= now:
                result.miss(
                    "The window of sheet %(number)s (%(door)s) is over already: choose a later time.",
                    number=number,
                    door=door,
                )
        made = _by_rule(rule, f"S{number}", roster, rated, result)
        sheets.extend({**sheet, "windows": windows} for sheet in made)
    return sheets


def _by_rule(
    rule: SheetPlan, sheet_id: str, roster: RosterView, rated: list[str], result: Draft
) -> list[dict[str, Any]]:
    label = rule.label or f"{rule.group}票"
    base = {"id": sheet_id, "group": rule.group, "label": label, "entitled": rule.entitled}
    if isinstance(rule.entitled, dict):
        return [
            own
            for unit, entitled in rule.entitled.items()
            for own in _own_unit(base, unit, entitled, roster, rated, result)
        ]
    if isinstance(rule.rates, Selector):
        chosen = set(roster.choose(rule.rates))
    elif isinstance(rule.rates, tuple):
        chosen = set(rule.rates)
        for code in sorted(chosen - set(rated)):
            result.miss(
                "The sheet %(label)s lists %(code)s, which no part of the programme rates.", label=label, code=code
            )
    else:
        chosen = set(rated)
    targets = [code for code in rated if code in chosen]
    if not targets:
        result.miss("The sheet %(label)s rates nobody.", label=label)
    return [{**base, "targets": targets}]


def _own_unit(
    base: dict[str, Any], unit: str, entitled: int, roster: RosterView, rated: list[str], result: Draft
) -> list[dict[str, Any]]:
    if unit not in roster.units:
        result.miss(
            "The sheet %(label)s names the unit %(unit)s, which is not in the roster.", label=base["label"], unit=unit
        )
        return []
    name = roster.units[unit].name
    if entitled < FEWEST_OWN_UNIT:
        result.miss(
            "In %(unit)s only %(entitled)s people would rate their own unit: allowed from %(least)s. "
            "Pool it with another.",
            unit=name,
            entitled=entitled,
            least=FEWEST_OWN_UNIT,
        )
    units = roster.subtree(unit)
    targets = [code for code in rated if roster.posts[code].unit_code in units]
    if not targets:
        result.miss("The sheet %(label)s rates nobody.", label=f"{base['label']} {name}")
    own = {"id": f"{base['id']}-{unit}", "label": f"{base['label']}（{name}）", "entitled": entitled, "own_unit": True}
    return [{**base, **own, "targets": targets}]


def _window(window: WindowPlan, zone: ZoneInfo, now: datetime, *, trial: bool) -> dict[str, str]:
    opens, closes = (
        moment if moment.tzinfo else moment.replace(tzinfo=zone) for moment in (window.opens, window.closes)
    )
    return {"opens": (min(opens, now) if trial else opens).isoformat(timespec="seconds"),
            "closes": closes.isoformat(timespec="seconds")}  # fmt: skip
