"""The ranking as CSV: opens in WPS and Excel with a double click, and can't smuggle a formula into them."""

import io
from collections.abc import Sequence

from exports.delimited import write_rows
from exports.heading import NO_DIGEST, Heading
from exports.tables.rows import ranking_rows
from exports.tables.values import Figure, Value, table
from scoring.outcome.results import Results


def ranking_csv(heading: Heading, parts: Sequence[Results]) -> bytes:
    """Return all targets of all `parts` as UTF-8 CSV with a byte order mark.

    Numbers stand as printed. The last columns say which result a row comes from, so that a row copied
    elsewhere still can be traced.
    """
    rows = [row | _origin(heading, part) for part in parts for row in ranking_rows(part)]
    sheet = table(rows)
    text = io.StringIO(newline="")
    write_rows(text, [sheet.heads, *([_printed(value) for value in row] for row in sheet.rows)])
    return text.getvalue().encode("utf-8-sig")


def _origin(heading: Heading, part: Results) -> dict[str, Value]:
    return {
        "规则": part.rules.scheme,
        "轮次": heading.round_name,
        "结果号": heading.snapshot,
        "清单指纹": heading.manifest_hash,
        "计票指纹": part.tally_sha256 or NO_DIGEST,
        "规则指纹": part.scheme_sha256,
    }


def _printed(value: Value) -> str | int:
    if value is None:
        return ""
    return value.text if isinstance(value, Figure) else value
