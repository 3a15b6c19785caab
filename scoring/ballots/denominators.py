"""Over how many a mean or a share is taken: the four definitions in use, never mixed up.

judgements
    Marks with points.
valid
    Judgements, what is not a judgement (a level without points, not this person, myself), and blanks.
returned
    Valid and spoiled.
entitled
    Who could have marked, whether or not a ballot came back; who did not counts with 0 points.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.tally import Counts, Tally
from scoring.document.scheme import Scheme

Entitled = Mapping[tuple[str, str], int]
"""(leaf group, target) → how many could hand in a ballot on that target."""


class EntitledError(ValueError):
    """The entitled numbers do not fit the ballots; ``problems`` holds (group, target, entitled, returned)."""

    def __init__(self, problems: list[tuple[str, str, int | None, int]]) -> None:
        super().__init__(f"entitled numbers that do not fit the ballots: {problems}")
        self.problems = problems


def denominators(scheme: Scheme, tally: Tally, entitled: Entitled | None) -> Counts:
    """Return over how many each item's mean is taken; 0 where an item was not asked or nothing counts.

    Where ballots have sampling weights, over what weight.

    Returns
    -------
    Shape (targets, items, groups).

    Raises
    ------
    EntitledError
        If the scheme counts over the entitled, or asks for a share of them, and a number is missing where ballots
        came back; or any number is smaller than the ballots that came back.
    """
    cells = entitled_cells(tally, entitled)
    returned = tally.returned.max(axis=1, initial=0)
    over_all = scheme.document.denominator == "entitled"
    turnout = scheme.document.turnout
    needed = over_all or (turnout is not None and turnout.min_share is not None)
    wrong = (returned > 0) & (((cells < 0) & needed) | ((cells >= 0) & (cells < returned)))
    if wrong.any():
        raise EntitledError([_misfit(tally, cells, returned, *place) for place in np.argwhere(wrong).tolist()])
    if not over_all:
        heavy = tally.heavy
        return {"judgements": heavy.judgements, "valid": heavy.valid}.get(scheme.document.denominator, heavy.returned)
    return np.where(asked(scheme, tally), np.maximum(cells, 0)[:, np.newaxis, :], 0)


def entitled_cells(tally: Tally, entitled: Entitled | None) -> Counts:
    """Return the entitled numbers, shape (targets, groups); -1 where none is known."""
    numbers = entitled or {}
    rows = [[numbers.get((group, target), -1) for group in tally.groups] for target in tally.targets]
    return np.array(rows, np.int64).reshape(len(tally.targets), len(tally.groups))


def asked(scheme: Scheme, tally: Tally) -> NDArray[np.bool_]:
    """Return which items each group was asked about each target, shape (targets, items, groups).

    An item without any mark was not asked, unless the whole group is absent: then it was asked what the
    scheme asks of it.
    """
    asks = np.array([[item in leaf.asks for leaf in scheme.leaves()] for item in tally.items])
    absent = tally.returned.sum(axis=1, keepdims=True) == 0
    there: NDArray[np.bool_] = asks & ((tally.returned > 0) | absent)
    return there


def _misfit(tally: Tally, cells: Counts, returned: Counts, target: int, group: int) -> tuple[str, str, int | None, int]:
    found = int(cells[target, group])
    return tally.groups[group], tally.targets[target], None if found < 0 else found, int(returned[target, group])
