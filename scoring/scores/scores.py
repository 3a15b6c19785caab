"""Exact scores: each group's mean first, then the weights of items and groups.

An item's mean is the points of its marks over the scheme's denominator. A group's score is the weighted mean of
its items; the total is the weighted mean of the groups (三三制: every group counts its weight, however many
ballots it handed in). Everything is a ratio of whole numbers; nothing is rounded here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import lcm

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.extremes import Counted
from scoring.ballots.tally import Tally
from scoring.document.scheme import Scheme
from scoring.document.weights import Weights, group_weights, item_weights, mix, shared_out

Means = Mapping[str, Fraction]
LARGEST = 2**62


@dataclass(frozen=True)
class Scored:
    """One target's exact values; ``None`` where there is none.

    Attributes
    ----------
    total
        The score; ``None`` if it is not final.
    groups
        Every node of the groups' tree.
    criteria, items
        Over the groups that were asked, with the groups' weights.
    group_items
        Every node of the tree → item → mean.
    weights
        Each leaf's share in the total.
    item_weights
        Leaf → each item's share in the leaf's score.
    empty
        Leaves that gave no judgement of the target.
    """

    total: Fraction | None
    groups: Mapping[str, Fraction | None]
    criteria: Mapping[str, Fraction | None]
    items: Mapping[str, Fraction | None]
    group_items: Mapping[str, Mapping[str, Fraction | None]]
    weights: Weights
    item_weights: Mapping[str, Weights]
    empty: tuple[str, ...]


def score_targets(
    scheme: Scheme, tally: Tally, counted: Counted, silent: Sequence[Collection[str]] | None = None
) -> list[Scored]:
    """Return the exact scores of every target of a tally, in the tally's order.

    Parameters
    ----------
    counted
        The marks that means are made of, and over how many they are taken.
    silent
        For each target the leaf groups whose ballots do not count; they are as good as empty.

    Examples
    --------
    >>> from scoring.ballots.denominators import denominators
    >>> from scoring.ballots.extremes import counted
    >>> from scoring.document.scheme import load_scheme
    >>> from scoring.ballots.tally import Block, tally_blocks
    >>> scheme = load_scheme("{name: 一项, scale: {好: 100, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> block = Block("村民", "甲", ("态度",), ("好", "差"), np.array([[0], [0], [1]], np.uint8))
    >>> tally = tally_blocks(scheme, ["甲"], [block])
    >>> score_targets(scheme, tally, counted(scheme, tally, denominators(scheme, tally, None)))[0].total
    Fraction(200, 3)
    """
    sums, unit = _point_sums(scheme, tally, counted)
    combine = _Combine(scheme)
    judged = tally.judgements.sum(axis=1)
    unheard = [()] * len(tally.targets) if silent is None else silent
    scored = []
    for target in range(len(tally.targets)):
        means: dict[str, dict[str, Fraction]] = {}
        for place, group in enumerate(tally.groups):
            if judged[target, place] and group not in unheard[target]:
                cells = zip(
                    tally.items, sums[target, :, place].tolist(), counted.over[target, :, place].tolist(), strict=True
                )
                means[group] = {item: Fraction(above, unit * below) for item, above, below in cells if below}
        scored.append(combine.target(means))
    return scored


def _point_sums(scheme: Scheme, tally: Tally, counted: Counted) -> tuple[NDArray[np.int64] | NDArray[np.object_], int]:
    """Return the points of each item's marks, shape (targets, items, groups), in whole parts of ``1/unit``."""
    leaves = scheme.leaves()
    points = [[leaf.points.get(level) or Fraction(0) for level in tally.levels] for leaf in leaves]
    unit = lcm(*(value.denominator for row in points for value in row))
    whole = [[int(value * unit) for value in row] for row in points]
    most = max((abs(value) for row in whole for value in row), default=0) * int(tally.returned.max(initial=1))
    kind = np.int64 if most < LARGEST else np.object_
    return (counted.marks.astype(kind) * np.array(whole, kind)).sum(axis=-1), unit


class _Combine:
    """Puts a target's means together; weights are worked out once for each pattern of what is there."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.policy = scheme.document.empty_group
        self.asks = {leaf.id: frozenset(leaf.asks) for leaf in scheme.leaves()}
        self.item_weights = cache(lambda present: item_weights(scheme, present))
        self.group_weights = cache(lambda present: group_weights(scheme.groups, present))

    def target(self, means: Mapping[str, Means]) -> Scored:
        own = {group: self.item_weights(frozenset(items)) for group, items in means.items()}
        scores = {group: mix(own[group], items) for group, items in means.items() if own[group]}
        empty = frozenset(leaf.id for leaf in self.scheme.leaves() if leaf.id not in scores)
        nodes = self.group_weights(self._present(frozenset(scores), empty))
        items = {item: self._across({item: Fraction(1)}, means, empty) for item in self.scheme.item_ids()}
        return Scored(
            total=self._node(nodes[""], scores, empty),
            groups={node: self._node(weights, scores, empty) for node, weights in nodes.items() if node},
            criteria={each.id: self._across(each.items, means, empty)[""] for each in self.scheme.criteria},
            items={item: nodes[""] for item, nodes in items.items()},
            group_items={node: {item: items[item][node] for item in items} for node in nodes if node},
            weights=nodes[""],
            item_weights=own,
            empty=tuple(leaf.id for leaf in self.scheme.leaves() if leaf.id in empty),
        )

    def _present(self, judged: frozenset[str], empty: frozenset[str]) -> frozenset[str]:
        return judged if self.policy == "renormalise" else judged | empty

    def _node(self, weights: Weights, scores: Means, empty: frozenset[str]) -> Fraction | None:
        if not weights or (self.policy == "fail" and not empty.isdisjoint(weights)):
            return None
        [first, *others] = weights
        if not others:
            return scores.get(first, Fraction(0))
        return mix(weights, scores)

    def _across(self, items: Weights, means: Mapping[str, Means], empty: frozenset[str]) -> dict[str, Fraction | None]:
        """Return each node's mean of some items, over the groups below it that were asked at least one of them."""
        weighing = {item for item, weight in items.items() if weight}
        values = {}
        for group, of_group in means.items():
            there = of_group.keys() & weighing
            if len(there) == 1:
                values[group] = of_group[next(iter(there))]
            elif there:
                values[group] = mix(shared_out({item: items[item] for item in there}), of_group)
        asked = frozenset(group for group in empty - means.keys() if not items.keys().isdisjoint(self.asks[group]))
        nodes = self.group_weights(self._present(frozenset(values), asked))
        return {node: self._node(weights, values, asked) for node, weights in nodes.items()}
