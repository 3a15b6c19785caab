"""Values of cells, and tables of them, before any file format."""

from collections.abc import Sequence
from dataclasses import dataclass

from exports import withheld
from exports.ballots import HIDDEN


@dataclass(frozen=True)
class Figure:
    """A number as printed: its decimals are part of it."""

    text: str

    @property
    def places(self) -> int:
        """How many decimals are printed."""
        return len(self.text.partition(".")[2])


PROVISIONAL = "暂定"
ABSENT = frozenset({"不适用", "没有", PROVISIONAL, withheld.NOT_ASKED, withheld.NOT_JUDGED})
"""Texts that stand where a number can't."""

Value = str | int | Figure | None


@dataclass(frozen=True)
class Table:
    """Heads and rows; every row has a value per head, ``None`` for an empty cell."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def table(rows: Sequence[dict[str, Value]]) -> Table:
    """Return `rows` under all their heads; a head that a row lacks doesn't apply to it."""
    heads = tuple(dict.fromkeys(head for row in rows for head in row))
    return Table(heads, tuple(tuple(row.get(head, "不适用") for head in heads) for row in rows))


def is_missing(value: Value) -> bool:
    """Tell whether `value` says why there is no number."""
    return isinstance(value, str) and (value in ABSENT or value.startswith(HIDDEN))
