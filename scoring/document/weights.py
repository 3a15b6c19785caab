"""Exact weights, after what is not there has dropped out."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from scoring.document.scheme import Scheme
from scoring.document.scheme_document import Group

Weights = Mapping[str, Fraction]


def shared_out(weights: Mapping[str, Fraction]) -> Weights:
    """Return weights as shares of their sum; nothing if that is 0.

    Examples
    --------
    >>> shared_out({"a": Fraction(2), "b": Fraction(1)})
    {'a': Fraction(2, 3), 'b': Fraction(1, 3)}
    """
    whole = sum(weights.values())
    return {name: weight / whole for name, weight in weights.items()} if whole else {}


def item_weights(scheme: Scheme, present: frozenset[str]) -> Weights:
    """Return each item's share of a group's ballot score when only some items have a mean.

    Items drop out of their criterion, empty criteria out of the rest, and the overall mark's share goes to
    the criteria where it is missing, or the other way round.
    """
    within = {
        each.id: shared_out({item: weight for item, weight in each.items.items() if item in present})
        for each in scheme.criteria
    }
    shares = shared_out({each.id: each.weight for each in scheme.criteria if within[each.id]})
    weights = {item: shares[name] * part for name in shares for item, part in within[name].items()}
    overall = scheme.document.overall
    if overall is not None:
        weights = {item: weight * (1 - overall.share) for item, weight in weights.items()}
        weights |= {overall.item: overall.share} if overall.item in present else {}
    return shared_out({item: weight for item, weight in weights.items() if weight})


def group_weights(groups: Iterable[Group], present: frozenset[str]) -> dict[str, Weights]:
    """Return each node's exact shares over the leaves below it, empty where none of them is present.

    The key ``""`` is the whole; a leaf that is absent drops out, and its siblings share its weight.
    """
    nodes: dict[str, Weights] = {}
    nodes[""] = _below(tuple(groups), present, nodes)
    return nodes


def _below(groups: tuple[Group, ...], present: frozenset[str], nodes: dict[str, Weights]) -> Weights:
    for group in groups:
        own = {group.id: Fraction(1)} if group.id in present else {}
        nodes[group.id] = _below(group.groups, present, nodes) if group.groups else own
    shares = shared_out({group.id: group.weight for group in groups if nodes[group.id]})
    return {leaf: share * part for child, share in shares.items() if share for leaf, part in nodes[child].items()}


def mix(weights: Weights, values: Mapping[str, Fraction]) -> Fraction:
    """Return the weighted sum of values; one that is missing counts as 0.

    Terms with the same denominator are added as whole numbers first, which is most of them.

    Examples
    --------
    >>> mix({"a": Fraction(1, 3), "b": Fraction(2, 3)}, {"a": Fraction(90), "b": Fraction(60)})
    Fraction(70, 1)
    """
    sums: dict[int, int] = {}
    for name, weight in weights.items():
        if name in values:
            value = values[name]
            below = weight.denominator * value.denominator
            sums[below] = sums.get(below, 0) + weight.numerator * value.numerator
    above, below = 0, 1
    for each, sum_ in sums.items():
        above, below = above * each + sum_ * below, below * each
    return Fraction(above, below)
