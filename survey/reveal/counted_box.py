"""What is kept of an opened ballot box: rules applied while ballots are whole, then everything cut and sorted."""

from dataclasses import dataclass

from survey.manifest.manifest import Manifest
from survey.manifest.statements import Statement
from survey.models import OpenedCovariance, OpenedRows
from survey.reveal.ballot_checks import Checked, check_ballots
from survey.reveal.covariances import kept_covariances
from survey.reveal.cutting import cut
from survey.reveal.opened_box import OpenedBox
from survey.reveal.tally_statement import tally_statement


@dataclass(frozen=True)
class CountedBox:
    """What is kept of a box, and what the parties that opened it sign."""

    opened: OpenedBox
    checked: Checked
    covariances: list[OpenedCovariance]
    rows: list[OpenedRows]
    statement: Statement

    def valid(self, sheet: str) -> int:
        """Return how many ballots of a sheet count."""
        return len(self.opened.marks.get(sheet, [])) - self.checked.void[sheet]


def count_box(manifest: Manifest, opened: OpenedBox, salt: bytes) -> CountedBox:
    """Count an opened box; the same box gives the same statement wherever it is counted.

    Parameters
    ----------
    salt
        As ``crypto.digests.tally_salt`` makes it of the round's key.
    """
    checked = check_ballots(manifest, opened.marks)
    rows = cut(manifest, checked.marks)
    sheets = [
        (
            sheet.id,
            opened.returned.get(sheet.id, 0),
            len(opened.marks.get(sheet.id, [])) - checked.void[sheet.id],
        )
        for sheet in manifest.sheets
    ]
    kept = [(each.group_id, each.target_code, each.rows) for each in rows]
    statement = tally_statement(manifest, kept, sheets, [outcome for _, outcome in opened.outcomes], salt)
    return CountedBox(opened, checked, kept_covariances(manifest, checked.marks), rows, statement)
