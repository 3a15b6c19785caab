"""The largest remainder: whole places in proportion to sizes, and printed parts that add up to the printed whole.

What is left after every part has been rounded down goes, one unit each, to the parts that lost most (Hamilton's
method; Balinski and Young 2001, *Fair Representation*, 2nd ed., ch. 3 and appendix A). Exact throughout.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from scoring.document.exact import Mode, printed, rounded

Quota = Literal["hare", "droop"]
"""What one place costs: ``hare`` sum of sizes / places, ``droop`` just more than sum of sizes / (places + 1)."""


def largest_remainder(sizes: Sequence[int], places: int, quota: Quota = "hare") -> list[int]:
    """Return how many of the places each size gets.

    Each size first gets floor(size / quota) places, the quota being what a place costs. The rest go to the largest
    remainders; of equal remainders the larger size goes first, of equal sizes the one that stands first.

    Parameters
    ----------
    sizes
        Whole numbers of 0 or more, such as the people of each unit.
    places
        How many places there are in all.

    Returns
    -------
    One number a size; they add up to ``places``. A size of 0 gets none.

    Raises
    ------
    ValueError
        If a size or the number of places is negative, or there are places and all sizes are 0.

    Examples
    --------
    >>> largest_remainder([47000, 16000, 15900, 12000, 6000, 3100], 10)
    [5, 2, 1, 1, 1, 0]
    >>> largest_remainder([47000, 16000, 15900, 12000, 6000, 3100], 10, "droop")
    [5, 2, 2, 1, 0, 0]
    """
    total = sum(sizes)
    if places < 0 or min(sizes, default=0) < 0:
        raise ValueError(f"sizes and places must not be negative, got {list(sizes)} and {places}")
    if not places:
        return [0] * len(sizes)
    if not total:
        raise ValueError(f"{places} places cannot be shared out among sizes that are all 0")
    if quota == "hare":
        return _given([Fraction(size * places, total) for size in sizes], places)
    exact = [Fraction(size * (places + 1), total) for size in sizes]
    return _given(exact, places, [max(ceil(number) - 1, 0) for number in exact])


def parts_to_whole(parts: Sequence[Fraction], places: int, mode: Mode = "half_up") -> list[str]:
    """Return exact parts as printed, so that what is printed adds up to their printed sum.

    Each part is rounded down (towards minus infinity) to the places; the units of the last place that the printed
    sum still lacks go to the largest remainders, of equal ones to the greater part, then to the first. A part that
    needs no rounding is never changed, and none is off by a whole unit.

    Parameters
    ----------
    parts
        Of either sign.
    places
        Places after the point.
    mode
        How the sum is rounded.

    Examples
    --------
    >>> parts_to_whole([Fraction(200, 3), Fraction(80, 3), Fraction(-10, 4)], 1)
    ['66.7', '26.6', '-2.5']
    """
    units = [part * 10**places for part in parts]
    whole = rounded(sum(parts, Fraction(0)), places, mode) * 10**places
    return [printed(Fraction(unit, 10**places), places) for unit in _given(units, int(whole))]


def shares_to_whole(counts: Sequence[int], places: int, denominator: int | None = None) -> list[str]:
    """Return a row of shares in per cent, printed so that it adds up to what the whole row would print.

    Parameters
    ----------
    counts
        Whole numbers of 0 or more.
    places
        Places after the point.
    denominator
        Over how many; the sum of the counts if not said, and then the row adds up to exactly 100.

    Raises
    ------
    ValueError
        If there is nothing to take a share of.

    Examples
    --------
    127, 31 and 2 of 160 are 79.375, 19.375 and 1.25; each rounded by itself would make 100.01.

    >>> shares_to_whole([127, 31, 2], 2)
    ['79.38', '19.37', '1.25']
    """
    over = sum(counts) if denominator is None else denominator
    if over <= 0:
        raise ValueError(f"no shares of {over} marks")
    return parts_to_whole([Fraction(100 * count, over) for count in counts], places)


def _given(exact: Sequence[Fraction], units: int, surely: Sequence[int] | None = None) -> list[int]:
    """Return what is sure, the numbers rounded down if not said, and one more where the units that are left go."""
    given = [floor(number) for number in exact] if surely is None else list(surely)
    order = sorted(range(len(exact)), key=lambda place: (given[place] - exact[place], -exact[place], place))
    for place in order[: units - sum(given)]:
        given[place] += 1
    return given
