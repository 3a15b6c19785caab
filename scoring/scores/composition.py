"""From the ballots' score to the final one: components are mixed in by weight, then bonuses and deductions act.

A final score is a sum of signed parts; every part is kept, so that the sum can be shown and worked out again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from scoring.brought_in.decisions import Decisions, of_kind
from scoring.document.exact import parse_ratio
from scoring.document.scheme import Scheme
from scoring.document.scheme_rules import Adjustments, Component
from scoring.document.targets import TargetInfo
from scoring.document.weights import shared_out
from scoring.outcome.parts import Part, sum_of
from scoring.outcome.reason_words import MISSING_COMPONENT

Imported = Mapping[tuple[str, str], Fraction]
"""(target, component) → its score."""


@dataclass(frozen=True)
class Final:
    """How a target's final score comes about.

    Attributes
    ----------
    ballots
        The score that the ballots give, after the scheme's mode; ``None`` where it is not final.
    share
        The part of it in the final score.
    components
        Component → its score, ``None`` where it is missing; without those that do not apply to the target.
    parts
        Everything that is added to share × ballots.
    total
        The final score; ``None`` where a part of it is missing.
    missing
        Why it is not final.
    """

    ballots: Fraction | None
    share: Fraction
    components: Mapping[str, Fraction | None]
    parts: tuple[Part, ...]
    total: Fraction | None
    missing: tuple[str, ...] = ()


def compose(
    scheme: Scheme,
    target: str,
    ballots: Mapping[str, Fraction],
    information: Mapping[str, TargetInfo],
    imported: Imported,
    decisions: Decisions,
) -> Final:
    """Return how the final score of one target comes about.

    Parameters
    ----------
    ballots
        Target → the score that the ballots give; those without one are missing.
    imported
        Scores brought in for components.
    decisions
        Bonuses and deductions among them.

    Examples
    --------
    Half of the score comes from the government (a township's rule):

    >>> from scoring.document.scheme import load_scheme
    >>> scheme = load_scheme('''
    ... {name: 乡镇, scale: {好: 100, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}], components:
    ... [{id: 测评, weight: 40, source: ballots}, {id: 政府, weight: 60, source: imported}]}''')
    >>> str(compose(scheme, "甲", {"甲": Fraction("86.4")}, {}, {("甲", "政府"): Fraction(88)}, {}).total)
    '2184/25'
    """
    own = ballots.get(target)
    shares, values = _components(scheme, target, ballots, information, imported)
    missing = tuple(f"{MISSING_COMPONENT}: {name}" for name, value in values.items() if value is None)
    [source] = [each.id for each in _listed(scheme) if each.source == "ballots"]
    parts = [
        Part("component", value, shares[name], item=name)
        for name, value in values.items()
        if value is not None and name != source
    ]
    missing = tuple(reason for reason in missing if reason != f"{MISSING_COMPONENT}: {source}")
    share = shares.get(source, Fraction(0))
    if own is None or missing:
        return Final(own, share, values, tuple(parts), None, missing)
    parts += adjustments(scheme, target, share * own + sum_of(parts), decisions)
    return Final(own, share, values, tuple(parts), share * own + sum_of(parts))


def final_at(scheme: Scheme, target: str, final: Final, ballots: Fraction, decisions: Decisions) -> Fraction:
    """Return what the final score would be if the ballots gave another one; bonuses and limits act anew."""
    mixed = final.share * ballots + sum_of(part for part in final.parts if part.kind == "component")
    return mixed + sum_of(adjustments(scheme, target, mixed, decisions))


def hangs_on_others(scheme: Scheme, final: Final) -> bool:
    """Return whether a final score hangs on the ballots about other targets: those of its members or its unit."""
    others = {each.id for each in _listed(scheme) if each.source in {"members", "unit"}}
    return not others.isdisjoint(final.components)


def adjustments(scheme: Scheme, target: str, mixed: Fraction, decisions: Decisions) -> list[Part]:
    """Return the bonuses, deductions and limits that act on a target's weighted score."""
    rules = scheme.document.adjustments or Adjustments()
    parts = _adjustments(rules, decisions, target)
    return parts + _limit(rules, mixed + sum_of(parts))


def _listed(scheme: Scheme) -> tuple[Component, ...]:
    return scheme.document.components or (Component(id="ballots", source="ballots"),)


def _components(
    scheme: Scheme,
    target: str,
    ballots: Mapping[str, Fraction],
    information: Mapping[str, TargetInfo],
    imported: Imported,
) -> tuple[Mapping[str, Fraction], dict[str, Fraction | None]]:
    """Return the weights and the scores of the components that apply to a target."""
    values: dict[str, Fraction | None] = {}
    for each in _listed(scheme):
        if each.source == "ballots":
            values[each.id] = ballots.get(target)
        elif each.source == "imported":
            values[each.id] = imported.get((target, each.id))
        elif each.source == "unit":
            unit = information.get(target, TargetInfo()).unit
            if unit != target and unit in information:
                values[each.id] = ballots.get(unit)
        else:
            members = [name for name, known in information.items() if known.unit == target and name != target]
            if members:
                rated = [ballots[name] for name in members if name in ballots]
                values[each.id] = sum(rated, Fraction(0)) / len(rated) if rated else None
    return shared_out({each.id: each.weight for each in _listed(scheme) if each.id in values}), values


def _adjustments(rules: Adjustments, decisions: Decisions, target: str) -> list[Part]:
    """Return bonuses and deductions, each item's and then all together held to what they may come to."""
    found: list[Part] = []
    for kind, sign, most in (("bonus", 1, rules.max_bonus), ("deduction", -1, rules.max_deduction)):
        limits = {each.id: each.max for each in rules.items or () if each.kind == kind}
        given: dict[str, Fraction] = {}
        for each in of_kind(decisions, target, "bonus" if sign > 0 else "deduction"):
            name = each.item or kind
            given[name] = given.get(name, Fraction(0)) + parse_ratio(each.value)
        held = {name: min(points, limits.get(name, points)) for name, points in given.items()}
        found += [Part("adjustment", points, Fraction(sign), item=name) for name, points in held.items()]
        over = sum(held.values(), Fraction(0)) - (most if most is not None else sum(held.values(), Fraction(0)))
        if over > 0:
            found.append(Part("limit", over, Fraction(-sign), item=f"max_{kind}"))
    return found


def _limit(rules: Adjustments, total: Fraction) -> list[Part]:
    """Return what the floor gives or the cap takes."""
    if rules.floor is not None and total < rules.floor:
        return [Part("limit", rules.floor - total, item="floor")]
    if rules.cap is not None and total > rules.cap:
        return [Part("limit", total - rules.cap, Fraction(-1), item="cap")]
    return []
