"""What becomes of the mean of points: it stays, or a step table, points by rank, or a ratio to the best replace it.

Step tables and rank points are those of 瑞委〔2012〕6号 (Ruian 2012), annex 3: 200 points where 优秀 reaches 90 %,
full marks for the first place and 2 % of them less for each further one.
"""

from collections.abc import Mapping
from fractions import Fraction

from scoring.ballots.pooled import Shares
from scoring.ballots.tally import Tally
from scoring.document.scheme import Scheme
from scoring.document.scheme_rules import RankPoints, Step
from scoring.document.targets import TargetInfo
from scoring.scores.ranks import pools, rank

Totals = Mapping[str, Fraction]


def apply_mode(
    scheme: Scheme, tally: Tally, totals: Totals, shares: Shares, information: Mapping[str, TargetInfo]
) -> dict[str, Fraction]:
    """Return the ballots' score of each target that has one.

    Parameters
    ----------
    totals
        Target → mean of points, where it is final. Ranks and the best are taken within the ranking's pools.
    shares
        What the conditions of a step table count.

    Returns
    -------
    Target → score. A target is missing where nothing above 0 is the best of its pool (``ratio``).
    """
    mode = scheme.document.mode
    if mode is None:
        return dict(totals)
    if mode.steps is not None:
        places = {target: place for place, target in enumerate(tally.targets)}
        return {target: _step(mode.steps, shares, places[target]) for target in totals}
    found: dict[str, Fraction] = {}
    for members in pools(list(totals), information, scheme.document.ranking.within).values():
        own = {target: totals[target] for target in members}
        if mode.ranks is not None:
            found |= rank_points(own, mode.ranks)
        elif mode.ratio is not None:
            found |= ratio_to_best(own, mode.ratio.full)
    return found


def _step(steps: tuple[Step, ...], shares: Shares, place: int) -> Fraction:
    return next(step.points for step in steps if step.condition is None or step.condition.holds(shares.of(place)))


def rank_points(totals: Totals, rule: RankPoints) -> dict[str, Fraction]:
    """Return full marks for the first and less for every place further down; equals share the better place.

    Examples
    --------
    >>> rule = RankPoints(full=Fraction(200), less=Fraction("0.02"))
    >>> points = rank_points({"甲": Fraction(90), "乙": Fraction(80), "丙": Fraction(80), "丁": Fraction(70)}, rule)
    >>> {target: str(value) for target, value in points.items()}
    {'甲': '200', '乙': '196', '丙': '196', '丁': '188'}
    """
    standings = rank({target: (total,) for target, total in totals.items()})
    return {
        target: max(rule.least, rule.full * (1 - rule.less * (standing.rank - 1)))
        for target, standing in standings.items()
    }


def ratio_to_best(totals: Totals, full: Fraction) -> dict[str, Fraction]:
    """Return each score as a part of the best, times the full marks; nothing where the best is not above 0.

    Examples
    --------
    >>> ratio_to_best({"甲": Fraction(80), "乙": Fraction(60)}, Fraction(100))
    {'甲': Fraction(100, 1), '乙': Fraction(75, 1)}
    """
    best = max(totals.values(), default=Fraction(0))
    return {target: total / best * full for target, total in totals.items()} if best > 0 else {}
