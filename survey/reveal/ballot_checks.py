"""Ballot rules at the opening: while ballots are still whole, those that a rule makes void lose their marks.

Only how many there were is kept, by rule and leaf group, and only of groups with enough ballots: which ballots they
were is what they said.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.ballot_rules import contents_of_rows, void_ballots
from scoring.ballots.tally import VOIDED
from scoring.document.scheme import Scheme, scheme_from_document
from scoring.outcome.results import BallotCheck
from survey.manifest.manifest import Manifest, Part, Sheet
from survey.models import OpenedCheck


@dataclass
class Checked:
    """What is left of opened ballots.

    Attributes
    ----------
    marks
        Sheet → the marks of its ballots; those of void ballots say nothing else any more.
    void
        Sheet → how many of its ballots are void.
    checks
        What each rule found.
    """

    marks: dict[str, list[bytes]] = field(default_factory=dict)
    void: dict[str, int] = field(default_factory=dict)
    checks: list[OpenedCheck] = field(default_factory=list)


def check_ballots(manifest: Manifest, ballots: Mapping[str, list[bytes]]) -> Checked:
    """Apply the ballot rules of every part's scheme; a ballot that one of them makes void is void as a whole.

    Parameters
    ----------
    ballots
        Sheet id → the marks of its opened ballots.
    """
    schemes = {part.scheme: scheme_from_document(manifest.schemes[part.scheme]) for part in manifest.parts}
    checked = Checked()
    found: dict[tuple[int, str], list[tuple[BallotCheck, ...]]] = defaultdict(list)
    behind: Counter[tuple[int, str]] = Counter()
    for sheet in manifest.sheets:
        marks = ballots.get(sheet.id, [])
        rows = np.frombuffer(b"".join(marks), np.uint8).reshape(len(marks), len(manifest.cells(sheet)))
        void = np.zeros(len(marks), np.bool_)
        for number, part in enumerate(manifest.parts):
            scheme = schemes[part.scheme]
            columns = _columns(manifest, sheet, part, scheme)
            if scheme.document.ballot_rules and columns and marks:
                levels = manifest.questionnaires[part.ask[sheet.group]].scale
                contents = contents_of_rows(levels, rows[:, list(columns)], np.array(list(columns.values())))
                own, checks = void_ballots(scheme.document.ballot_rules, scheme.leaf(sheet.group), contents)
                void |= own
                found[number, sheet.group].append(checks)
                behind[number, sheet.group] += len(marks)
        checked.marks[sheet.id] = _blotted(marks, void)
        checked.void[sheet.id] = int(void.sum())
    # With the rows of a small group, how many of its ballots are uniform can tell which ballots they are.
    enough = {cell: sheets for cell, sheets in found.items() if behind[cell] >= manifest.disclosure["distribution"]}
    checked.checks = list(_summed(manifest.round, enough))
    return checked


def _columns(manifest: Manifest, sheet: Sheet, part: Part, scheme: Scheme) -> dict[int, bool]:
    """Return the sheet's cells that belong to a part, and whether shares go by them."""
    overall = scheme.document.overall
    targets = frozenset(part.targets)
    return {
        place: overall is None or part.scheme_item(sheet.group, cell.item) == overall.item
        for place, cell in enumerate(manifest.cells(sheet))
        if cell.target in targets
    }


def _blotted(marks: list[bytes], void: NDArray[np.bool_]) -> list[bytes]:
    return [bytes([VOIDED]) * len(each) if out else each for each, out in zip(marks, void.tolist(), strict=True)]


def _summed(round_id: str, found: Mapping[tuple[int, str], list[tuple[BallotCheck, ...]]]) -> Iterator[OpenedCheck]:
    """Yield what each rule found in each group, over all of its sheets."""
    for (part, group), sheets in found.items():
        for number, checks in enumerate(zip(*sheets, strict=True)):
            yield OpenedCheck(
                round_id=round_id,
                part=part,
                group_id=group,
                number=number,
                rule=checks[0].rule,
                action=checks[0].action,
                ballots=sum(check.ballots or 0 for check in checks),
            )
