"""How firmly each target stands above the next: flip distances between the neighbours of every ranking."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from scoring.comparing.sensitivity import By, Flip, neighbours
from scoring.document.exact import printed
from scoring.document.scheme import Scheme
from scoring.outcome.parts import sum_of
from scoring.outcome.quality_results import FlipDistance
from scoring.outcome.results import TargetResult
from scoring.scores.composition import hangs_on_others
from scoring.scores.ranks import pools
from scoring.working import Worked

NOT_ALONE = "hangs on the ballots of other targets"
"""Other weights would move these, and the score with them, so the distance has no closed form."""

SEVERAL = 2


def flips(worked: Worked, results: Iterable[TargetResult]) -> tuple[FlipDistance, ...]:
    """Return how far apart neighbours are among the targets whose exact score is shown, ranking by ranking.

    Weights of which there is a single one cannot move and are left out.

    Parameters
    ----------
    results
        As they are shown: where anything of a target is withheld it has no exact score and takes no part, since a
        distance would be one more equation about what is withheld.
    """
    ranks = {each.target: each.rank for each in results if each.rank is not None and each.exact is not None}
    whose = _movable(worked.scheme)
    beside = {target: (worked.finals[target].share, sum_of(worked.finals[target].parts)) for target in ranks}
    found = []
    for members in pools(list(ranks), worked.information, worked.scheme.document.ranking.within).values():
        ranking = sorted(members, key=lambda target: (ranks[target], target))
        found += neighbours(worked.scheme, worked.scored, ranking, beside, whose)
    return tuple(_written(worked.scheme, _told(worked, flip)) for flip in found)


def _movable(scheme: Scheme) -> Sequence[By]:
    parts: dict[By, int] = {"groups": len(scheme.groups), "criteria": len(scheme.criteria)}
    return [by for by, number in parts.items() if number >= SEVERAL]


def _told(worked: Worked, flip: Flip) -> Flip:
    if any(hangs_on_others(worked.scheme, worked.finals[target]) for target in (flip.higher, flip.lower)):
        return Flip(flip.higher, flip.lower, flip.by, flip.lead, reason=NOT_ALONE)
    return flip


def _written(scheme: Scheme, flip: Flip) -> FlipDistance:
    rounding = scheme.document.rounding

    def text(value: Fraction) -> str:
        return printed(value, rounding.places, rounding.mode)

    return FlipDistance(
        higher=flip.higher,
        lower=flip.lower,
        by=flip.by,
        lead=None if flip.lead is None else text(flip.lead),
        distance=None if flip.distance is None else text(100 * flip.distance),
        shares={part: text(100 * share) for part, share in flip.shares.items()},
        passes=flip.passes,
        reason=flip.reason,
    )
