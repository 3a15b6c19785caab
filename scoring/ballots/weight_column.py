"""The sampling weights of a ratings file: exact decimals, one for each ballot."""

import re

import numpy as np

from scoring.ballots.columns import Column, Columns
from scoring.ballots.joined import Numbers
from scoring.ballots.ratings_problems import note
from scoring.document.exact import LONGEST
from scoring.document.problems import Problem, visible

WEIGHT = "weight"
PLACES = 9
"""The most decimals that a weight may have."""

_ALLOWED = f"digits with at most one point and {PLACES} decimals, above 0"
_DECIMAL = re.compile(r"(\d*)(?:\.(\d{1,9}))?", re.ASCII)
_MOST = 2**63 - 1


def read_weights(columns: Columns, ballots: Numbers) -> tuple[Numbers | None, int]:
    """Return each row's weight in whole units, and how many units a weight of 1 has; what is wrong is noted.

    Parameters
    ----------
    ballots
        Shape (rows,): the number of each row's ballot, in order of first appearance.

    Returns
    -------
    Shape (rows,), or ``None`` if there is no such column or anything is wrong with it; and the unit.
    """
    column = columns.named.get(WEIGHT)
    if column is None:
        return None, 1
    parts = [_parts(text) for text in column.names]
    if None in parts:
        for text, part in zip(column.names, parts, strict=True):
            if part is None:
                note(columns, column.rows_with(text), WEIGHT, text, _ALLOWED)
        return None, 1
    known = [part for part in parts if part is not None]
    places = max((len(decimals) for _, decimals in known), default=0)
    units = [int(whole + decimals.ljust(places, "0")) for whole, decimals in known]
    if not _fit(columns, column, units, 10**places):
        return None, 1
    weights = np.array(units, np.int64)[column.codes]
    _check_same(columns, column, ballots, weights)
    return weights, 10**places


def _parts(text: str) -> tuple[str, str] | None:
    """Return the digits before and after the point, without zeros at the end; ``None`` if this is no weight.

    Examples
    --------
    >>> _parts("12.50"), _parts(".5"), _parts("0.0"), _parts("1/2"), _parts("5.")
    (('12', '5'), ('0', '5'), None, None, None)
    """
    match = _DECIMAL.fullmatch(text) if len(text) <= LONGEST else None
    if match is None or not text.strip("0."):
        return None
    return match[1] or "0", (match[2] or "").rstrip("0")


def _fit(columns: Columns, column: Column, units: list[int], unit: int) -> bool:
    """Return whether the sum of all rows' weights is a number of 64 bits; note if it is not."""
    times = np.bincount(column.codes, minlength=len(units)).tolist()
    total = sum(weight * number for weight, number in zip(units, times, strict=True))
    if total <= _MOST:
        return True
    found, allowed = f"a sum of {total / unit:.6g} over all rows", f"at most {_MOST / unit:.6g} with as many decimals"
    columns.table.note(Problem(f"column {WEIGHT}", found, allowed))
    return False


def _check_same(columns: Columns, column: Column, ballots: Numbers, weights: Numbers) -> None:
    """Note ballots whose rows have different weights, each with its first row and the first that differs."""
    first = np.zeros(int(ballots.max(initial=-1)) + 1, np.int64)
    # Of repeated places the last one written stays: backwards, that is a ballot's first row.
    first[ballots[::-1]] = np.arange(len(ballots))[::-1]
    others = np.flatnonzero(weights != weights[first[ballots]])
    _, differing = np.unique(ballots[others], return_index=True)
    for place in others[np.sort(differing)].tolist():
        before = int(first[ballots[place]])
        known, text = (visible(column.names[column.codes[row]]) for row in (before, place))
        columns.table.note(
            Problem(
                f"row {columns.row(place)}, column {WEIGHT}",
                text,
                f"{known}, as in row {columns.row(before)} of the same ballot",
            )
        )
