"""What parties sign that opened a ballot box by themselves: the opened rows, and what became of the ballots."""

from collections import Counter
from collections.abc import Iterable

from survey.crypto.digests import rows_digest
from survey.manifest.manifest import Manifest
from survey.manifest.statements import Statement


def tally_statement(
    manifest: Manifest,
    rows: Iterable[tuple[str, str, bytes]],
    sheets: Iterable[tuple[str, int, int]],
    outcomes: Iterable[str],
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
    """
    content = {
        "rows": rows_digest(rows).hex(),
        "sheets": {sheet: {"returned": returned, "valid": valid} for sheet, returned, valid in sheets},
        "outcomes": dict(Counter(outcomes)),
    }
    return Statement(manifest.round, "tally", "", content)
