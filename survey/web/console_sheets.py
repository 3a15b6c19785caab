"""The sheets of a round as the desk shows them: who is entitled, how many slips there are, how many came back."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from survey.collect.turnout import SheetTurnout
from survey.manifest.amended import amended
from survey.models import Round
from survey.prepare.codes import SMALLEST_BATCH, BatchLine

TENTHS: tuple[LazyString, ...] = (
    lazy_gettext("under one tenth"),
    lazy_gettext("one tenth and more"),
    lazy_gettext("two tenths and more"),
    lazy_gettext("three tenths and more"),
    lazy_gettext("four tenths and more"),
    lazy_gettext("five tenths and more"),
    lazy_gettext("six tenths and more"),
    lazy_gettext("seven tenths and more"),
    lazy_gettext("eight tenths and more"),
    lazy_gettext("nine tenths and more"),
    lazy_gettext("all"),
)
BLOCKS = tuple(range(0, 400, 40))  # where the ten blocks of a bar 400 wide begin


@dataclass(frozen=True)
class SheetCounts:
    """The slips of one sheet: those to hand out, the sealed reserve, and how many may still be minted."""

    id: str
    label: str
    group: str
    entitled: int
    issue: int
    reserve: int
    left: int
    least: int


@dataclass(frozen=True)
class TurnoutLine:
    """A sheet's coarse turnout: words and the ten blocks of its bar; no words where nothing is shown."""

    label: str
    issued: int
    words: str | None
    blocks: tuple[tuple[int, bool], ...]


def by_sheet(round_: Round, batches: Sequence[BatchLine]) -> list[SheetCounts]:
    """Return how many slips each sheet has; void batches don't count."""
    counted: dict[tuple[str, str], int] = {}
    for line in batches:
        if line.voided is None:
            key = line.batch.sheet, line.batch.kind
            counted[key] = counted.get(key, 0) + line.batch.size
    rows = []
    for sheet in amended(round_).sheets.values():
        issue = counted.get((sheet.id, "issue"), 0)
        rows.append(
            SheetCounts(
                id=sheet.id,
                label=sheet.label,
                group=sheet.group,
                entitled=sheet.entitled,
                issue=issue,
                reserve=counted.get((sheet.id, "reserve"), 0),
                left=max(sheet.entitled - issue, 0),
                least=min(SMALLEST_BATCH, sheet.entitled),
            )
        )
    return rows


def turnout_line(sheet: SheetTurnout) -> TurnoutLine:
    """Return a sheet's turnout in the words and blocks of the page."""
    if sheet.tenths is None:
        return TurnoutLine(sheet.label, sheet.issued, None, ())
    blocks = tuple((start, number < sheet.tenths) for number, start in enumerate(BLOCKS))
    return TurnoutLine(sheet.label, sheet.issued, str(TENTHS[sheet.tenths]), blocks)
