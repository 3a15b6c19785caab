"""Weights from comparing criteria two by two: the principal eigenvector, and how consistent the comparisons are.

Saaty 1980, *The Analytic Hierarchy Process*, McGraw-Hill; the same 2008, *Decision making with the analytic hierarchy
process*, Int. J. Services Sciences 1(1):83-98.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.document.problems import Problem, SchemeError

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
"""Mean consistency index of random matrices of 1, 2, … 15 criteria (Saaty 1980)."""

CONSISTENT = 0.1
"""The largest consistency ratio that Saaty accepts; above it the comparisons should be looked at again."""

RECIPROCAL = 1e-6


@dataclass(frozen=True, eq=False)
class PairwiseWeights:
    """What pairwise comparisons say.

    Attributes
    ----------
    weights
        Shape (criteria,); they add up to 1.
    eigenvalue
        The largest one; as large as the number of criteria if the comparisons never contradict each other.
    consistency_ratio
        (eigenvalue - n) / (n - 1) over the random index of n; 0 for one or two criteria.
    """

    weights: NDArray[np.float64]
    eigenvalue: float
    consistency_ratio: float

    @property
    def consistent(self) -> bool:
        """Whether the consistency ratio is at most 0.1."""
        return self.consistency_ratio <= CONSISTENT


def pairwise_weights(comparisons: Sequence[Sequence[float]], source: str = "comparisons") -> PairwiseWeights:
    """Return the weights w with A w = eigenvalue · w, and the consistency ratio of the comparisons A.

    Parameters
    ----------
    comparisons
        Shape (criteria, criteria): how many times as important row i is as column j, so a(j, i) = 1 / a(i, j).
    source
        What messages call it.

    Raises
    ------
    SchemeError
        Naming row and column (counted from 1) of every number that is not positive or not 1 over its opposite,
        to one part in a million; or if the matrix is not square or has more than 15 rows, for which no random index
        is published.

    Examples
    --------
    >>> found = pairwise_weights([[1, 2, 6], [1/2, 1, 3], [1/6, 1/3, 1]])
    >>> found.weights.round(3).tolist(), round(found.eigenvalue, 6), found.consistent
    ([0.6, 0.3, 0.1], 3.0, True)
    """
    _check(comparisons, source)
    matrix = np.array(comparisons, np.float64)
    size = len(matrix)
    values, vectors = np.linalg.eig(matrix)
    largest = int(np.argmax(values.real))
    # A positive matrix has one largest eigenvalue, real, and its vector has no change of sign (Perron 1907).
    vector = np.abs(vectors[:, largest].real)
    eigenvalue = float(values[largest].real)
    random_index = RANDOM_INDEX[size - 1]
    ratio = max((eigenvalue - size) / (size - 1) / random_index, 0.0) if random_index else 0.0
    return PairwiseWeights(vector / vector.sum(), eigenvalue, ratio)


def _check(comparisons: Sequence[Sequence[float]], source: str) -> None:
    size = len(comparisons)
    if not 1 <= size <= len(RANDOM_INDEX):
        raise SchemeError(source, [Problem("matrix", f"{size} rows", f"1 to {len(RANDOM_INDEX)} rows")])
    problems = [
        Problem(f"row {row}", f"{len(line)} numbers", f"{size} numbers")
        for row, line in enumerate(comparisons, start=1)
        if len(line) != size
    ]
    problems = problems or [
        Problem(f"row {row + 1}, column {column + 1}", f"{number:.15g}", "a number above 0")
        for row, line in enumerate(comparisons)
        for column, number in enumerate(line)
        if not 0 < number < float("inf")
    ]
    problems = problems or [
        Problem(
            f"row {row + 1}, column {column + 1}", f"{comparisons[row][column]:.15g}", _opposite(row, column, other)
        )
        for row in range(size)
        for column, other in enumerate(line[row] for line in comparisons[: row + 1])
        if abs(comparisons[row][column] * other - 1) > RECIPROCAL
    ]
    if problems:
        raise SchemeError(source, problems)


def _opposite(row: int, column: int, other: float) -> str:
    if row == column:
        return "1, as a criterion is as important as itself"
    return f"1 over row {column + 1}, column {row + 1}, which is {other:.15g}"
