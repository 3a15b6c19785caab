"""The strip above a ranking: how many slips were issued, came back, were valid, in all and by group."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from exports.heading import GroupTurnout
from exports.shares import PRINTED_PLACES, printed


@dataclass(frozen=True)
class Strip:
    """Sums over the groups, their shares in per cent as printed, and each group; ``None`` where one is withheld."""

    issued: int | None
    returned: int | None
    valid: int | None
    invalid: int | None
    return_share: str | None
    valid_share: str | None
    groups: tuple[GroupTurnout, ...]
    reserve: int


def strip(turnout: Sequence[GroupTurnout]) -> Strip:
    """Return the strip of a result's turnout."""
    issued, returned, valid, invalid = (
        _sum([getattr(line, name) for line in turnout]) for name in ("issued", "returned", "valid", "invalid")
    )
    return Strip(
        issued=issued,
        returned=returned,
        valid=valid,
        invalid=invalid,
        return_share=_share(returned, issued),
        valid_share=_share(valid, returned),
        groups=tuple(turnout),
        reserve=sum(group.reserve for group in turnout),
    )


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _share(part: int | None, whole: int | None) -> str | None:
    return printed(Fraction(100 * part, whole), PRINTED_PLACES) if part is not None and whole else None
