"""The weights that each leaf group's mean on an item has in what is printed of a target over all groups."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache, cached_property
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.document.exact import printed_span
from scoring.document.scheme import Scheme
from scoring.document.weights import Weights, group_weights, shared_out
from scoring.scores.scores import Scored

CellWeights = NDArray[np.float64]
"""Shape (items, groups)."""


class Figures:
    """Knows the weights of cells in totals and in items; those of groups are worked out once for each pattern."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._groups = [leaf.id for leaf in scheme.leaves()]
        self._asks = {leaf.id: frozenset(leaf.asks) for leaf in scheme.leaves()}
        self._shares: Any = cache(lambda present: group_weights(scheme.groups, present)[""])

    @cached_property
    def lines(self) -> frozenset[Fraction]:
        """The least totals that reach a grade."""
        document = self._scheme.document
        least = {band.from_ for band in document.grades.bands} if document.grades else set()
        if document.ranking.on == "printed":
            # Any total that is printed like one that reaches the grade reaches it too.
            unit, mode = Fraction(1, 10**document.rounding.places), document.rounding.mode
            least = {printed_span(ceil(line / unit) * unit, document.rounding.places, mode)[0] for line in least}
        return frozenset(least)

    def total(self, scored: Scored) -> CellWeights:
        """Return the weights in the ballots' total."""
        return self._array(
            {
                group: {item: weight * part for item, part in scored.item_weights[group].items()}
                for group, weight in scored.weights.items()
                if group in scored.item_weights
            }
        )

    def items(self, scored: Scored, items: Weights) -> CellWeights:
        """Return the weights in the mean of some items over the groups that were asked one of them."""
        within = {
            group: shared_out(
                {
                    item: weight
                    for item, weight in items.items()
                    if weight and scored.group_items[group][item] is not None
                }
            )
            for group in scored.item_weights
        }
        there = frozenset(group for group, own in within.items() if own)
        silent = {group for group in scored.empty if group not in within and not self._asks[group].isdisjoint(items)}
        weights = self._shares(there if self._scheme.document.empty_group == "renormalise" else there | silent)
        return self._array(
            {
                group: {item: weights[group] * part for item, part in own.items()}
                for group, own in within.items()
                if group in weights
            }
        )

    def _array(self, cells: Mapping[str, Weights]) -> CellWeights:
        names = self._scheme.item_ids()
        return np.array(
            [[float(cells.get(group, {}).get(item, 0)) for group in self._groups] for item in names], np.float64
        ).reshape(len(names), len(self._groups))
