"""What stands above every exported table: which round, which result, under which hashes."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

NO_DIGEST = "未列"
"""Printed for a fingerprint that isn't given: with few possibilities left it would confirm a guess."""

_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class GroupTurnout:
    """Ballots of one leaf evaluator group in the whole round.

    Attributes
    ----------
    entitled, issued, returned, valid, invalid
        Numbers of ballots; ``None`` where the number is withheld.
    reserve
        How many of the returned came on reserve slips. A lost slip stays live, so at most that many may be
        second ballots of one person.
    """

    group: str
    entitled: int | None
    issued: int | None
    returned: int | None
    valid: int | None
    invalid: int | None
    reserve: int = 0


@dataclass(frozen=True)
class Heading:
    """One result snapshot of one round.

    Attributes
    ----------
    created_at
        ISO 8601 with its offset; it also dates the files, so that one snapshot always makes the same bytes.
    manifest_hash
        SHA-256 of the manifest, hexadecimal.
    """

    round_name: str
    office: str
    snapshot: int
    created_at: str
    manifest_hash: str
    software: str
    turnout: tuple[GroupTurnout, ...]

    @property
    def created(self) -> datetime:
        """The moment the result was made, in China's time where it carries an offset."""
        moment = datetime.fromisoformat(self.created_at)
        return moment.replace(tzinfo=_ZONE) if moment.tzinfo is None else moment.astimezone(_ZONE)

    @property
    def printed_date(self) -> str:
        """The same moment as people write it.

        Examples
        --------
        >>> Heading("", "", 1, "2026-12-09T12:05:00+00:00", "", "", ()).printed_date
        '2026年12月9日 20:05'
        """
        moment = self.created
        return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"


def fingerprint(digest: str) -> str:
    """Return the first 16 hexadecimal digits of `digest` in fours, as printed for comparing by eye.

    Examples
    --------
    >>> fingerprint("9c417be052fd88a3" + 48 * "0"), fingerprint("")
    ('9c41 7be0 52fd 88a3', '未列')
    """
    return " ".join(digest[start : start + 4] for start in range(0, 16, 4)).strip() or NO_DIGEST
