"""How many ballots asked about a target: issued, returned, valid, invalid, over all groups."""

from collections.abc import Iterable
from dataclasses import dataclass

from scoring.outcome.results import TargetResult, Turnout

HIDDEN = "不显示"


@dataclass(frozen=True)
class BallotCounts:
    """Sums over the leaf groups; ``None`` where one of them is withheld, since a sum would give it away."""

    entitled: int | None
    issued: int | None
    returned: int | None
    valid: int | None

    @property
    def invalid(self) -> int | None:
        """Returned, but not valid."""
        return None if self.returned is None or self.valid is None else self.returned - self.valid


def ballot_counts(target: TargetResult) -> BallotCounts:
    """Return the ballots that asked about `target`, all groups together."""
    return together(target.turnout.values())


def together(parts: Iterable[Turnout]) -> BallotCounts:
    """Return the sums of `parts`."""
    kept = list(parts)
    return BallotCounts(
        entitled=_sum(part.entitled for part in kept),
        issued=_sum(part.issued for part in kept),
        returned=_sum(part.returned for part in kept),
        valid=_sum(part.valid for part in kept),
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    total, known = 0, False
    for number in numbers:
        if number is None:
            return None
        total, known = total + number, True
    return total if known else None


def count_text(number: int | None) -> str:
    """Return `number` as printed, or that it isn't shown."""
    return HIDDEN if number is None else str(number)
