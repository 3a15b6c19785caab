"""What parties sign that opened a ballot box by themselves: the opened rows, and what became of the ballots."""

from collections import Counter
from collections.abc import Iterable

from survey.crypto.digests import rows_digest, salted_digest
from survey.manifest.manifest import Manifest
from survey.manifest.statements import Statement


def tally_statement(
    manifest: Manifest,
    rows: Iterable[tuple[str, str, bytes]],
    sheets: Iterable[tuple[str, int, int]],
    outcomes: Iterable[str],
    salt: bytes,
) -> Statement:
    """Return the statement; the same box gives the same one wherever it is counted.

    Parameters
    ----------
    rows
        (leaf group, target, its opened rows), in any order.
    sheets
        (sheet, envelopes, valid ballots).
    outcomes
        What became of each envelope.
    salt
        Put before the fingerprint of the rows: pages, files and the log show what is signed, and unsalted it would
        confirm guesses at small groups.
    """
    content = {
        "rows": salted_digest(salt, rows_digest(rows)),
        "sheets": {sheet: {"returned": returned, "valid": valid} for sheet, returned, valid in sheets},
        "outcomes": dict(Counter(outcomes)),
    }
    return Statement(manifest.round, "tally", "", content)
