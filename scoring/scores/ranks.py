"""Ranks within a class and layer (or whatever the scheme says): competition ranks on the exact score, 1 1 3."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.document.exact import rounded
from scoring.document.scheme import Scheme
from scoring.document.scheme_values import Trait
from scoring.document.targets import TargetInfo

Key = tuple[Fraction, ...]
"""What is compared: the score, then the shares that break ties. Greater is better."""


@dataclass(frozen=True)
class Standing:
    """A target's place.

    Attributes
    ----------
    rank
        1 for the best; those with equal keys share the better rank.
    tied
        Whether another target has it too.
    pool
        How many targets were ranked together.
    """

    rank: int
    tied: bool
    pool: int


def compared_score(scheme: Scheme, total: Fraction) -> Fraction:
    """Return the score that ranks and grades go by: the exact one, or the printed one if the scheme says so."""
    if scheme.document.ranking.on == "exact":
        return total
    return rounded(total, scheme.document.rounding.places, scheme.document.rounding.mode)


def pools(
    targets: Sequence[str], information: Mapping[str, TargetInfo], traits: Sequence[Trait]
) -> dict[tuple[str, ...], list[str]]:
    """Return the targets that share all the traits, in their order."""
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for target in targets:
        known = information.get(target, TargetInfo())
        together[tuple(known.trait(trait) for trait in traits)].append(target)
    return dict(together)


def rank(keys: Mapping[str, Key]) -> dict[str, Standing]:
    """Return the standing of each target of one pool.

    Examples
    --------
    >>> {name: (place.rank, place.tied) for name, place in rank({"A": (22,), "B": (21.5,), "C": (22,)}).items()}
    {'A': (1, True), 'C': (1, True), 'B': (3, False)}
    """
    ordered = sorted(keys.items(), key=lambda entry: entry[1], reverse=True)
    first: dict[Key, int] = {}
    sharing: dict[Key, int] = defaultdict(int)
    for place, (_, key) in enumerate(ordered, start=1):
        first.setdefault(key, place)
        sharing[key] += 1
    return {name: Standing(first[key], sharing[key] > 1, len(keys)) for name, key in ordered}


def rank_within(
    keys: Mapping[str, Key], information: Mapping[str, TargetInfo], traits: Sequence[Trait]
) -> dict[str, Standing]:
    """Return the standing of each target among those that share its traits."""
    standings: dict[str, Standing] = {}
    for members in pools(list(keys), information, traits).values():
        standings |= rank({target: keys[target] for target in members})
    return standings
