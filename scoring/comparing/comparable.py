"""Whether two rounds measured the same thing: the first of their rules that differs, by name."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from scoring.document.exact import plain_text
from scoring.document.weights import shared_out
from scoring.outcome.stated_rules import GroupNode, Rules

_NO_MATTER = frozenset(
    {"scheme", "ranking", "ties", "break_ties_by", "bands", "quotas", "triggers", "favourable", "lonely"}
    | {"places", "mode", "shares", "disclosure"}
)
"""Rules that act on ranks, grades, flags and print, but not on scores."""


def first_difference(before: Rules, after: Rules) -> str | None:
    """Return the first rule by which scores of two rounds are not comparable; ``None`` if they are.

    Looked at are, in this order: scale and points; groups and their own scales; criteria and items; denominator and
    what else counts; weights, as shares, so that 1:1 is 2:2; then every other rule that acts on scores.

    Examples
    --------
    >>> from scoring.outcome.definitions import rules
    >>> from scoring.document.scheme import load_scheme
    >>> text = "{name: 一项, scale: {好: 100, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}"
    >>> first_difference(rules(load_scheme(text)), rules(load_scheme(text.replace("差: 0", "差: 60"))))
    'scale 差: 0, then 60'
    """
    for then, now in zip(_facts(before), _facts(after), strict=True):
        for name in then | now:
            if then.get(name) != now.get(name):
                return f"{name}: {then.get(name, 'nothing')}, then {now.get(name, 'nothing')}"
    return None


def _facts(rules: Rules) -> Iterator[dict[str, str]]:
    nodes = list(_nodes(rules.groups))
    yield {f"scale {level}": _points(points) for level, points in rules.scale.items()}
    yield {f"group {node.id}": f"in {parent}" if parent else "outermost" for parent, node in nodes}
    yield {
        f"scale of {node.id}, {level}": _points(points)
        for _, node in nodes
        for level, points in (node.scale or {}).items()
    }
    yield {f"item {item}": f"in {name}" for name, items in rules.items.items() for item in items}
    yield {"overall item": rules.overall["item"] if rules.overall else "none"}
    yield {"denominator": rules.denominator, "empty group": rules.empty_group}
    yield {f"weight of group {name}": share for name, share in _group_shares(rules.groups)}
    yield _shares("criterion", rules.criteria)
    yield {name: share for items in rules.items.values() for name, share in _shares("item", items).items()}
    yield {"share of the overall item": rules.overall["share"] if rules.overall else "0"}
    known = _NO_MATTER | {"scale", "groups", "criteria", "items", "overall", "denominator", "empty_group"}
    others = rules.model_dump(mode="json", exclude=set(known)).items()
    yield {name: str(acting) for name, value in others if (acting := _acting(value))}


def _acting(value: object) -> object:
    """Return what of a rule acts on scores: one that only raises a flag does not."""
    if isinstance(value, list):
        return [each for each in value if _acting(each)]
    return None if isinstance(value, dict) and value.get("action") == "flag" else value


def _points(points: str | None) -> str:
    return "no judgement" if points is None else plain_text(Fraction(points))


def _nodes(groups: Sequence[GroupNode], parent: str = "") -> Iterator[tuple[str, GroupNode]]:
    for group in groups:
        yield parent, group
        yield from _nodes(group.groups, group.id)


def _group_shares(groups: Sequence[GroupNode]) -> Iterator[tuple[str, str]]:
    yield from _shares("", {group.id: group.weight for group in groups}).items()
    for group in groups:
        yield from _group_shares(group.groups)


def _shares(kind: str, weights: Mapping[str, str]) -> dict[str, str]:
    shares = shared_out({name: Fraction(weight) for name, weight in weights.items()})
    return {f"weight of {kind} {name}" if kind else name: plain_text(share) for name, share in shares.items()}
