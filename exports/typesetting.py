"""Documents set with Typst: a page's source is fixed text, and everything people wrote reaches it as data."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files

import typst

from exports.fonts import printable, typesetting_fonts

_PAGES = files("exports") / "pages"


def typeset(page: str, data: Mapping[str, object], *, created: datetime | None = None, tags: bool = True) -> bytes:
    """Return the PDF of `page` filled with `data`.

    Nothing is written to disk. Text in `data` is never read as markup, whatever it holds.

    Parameters
    ----------
    page
        Name of a source in ``exports/pages``, without its ending.
    data
        What JSON can hold.
    created
        Creation time of the file; the same data and time make the same bytes.
    tags
        Whether to tag the structure for screen readers.
    """
    source = (_PAGES / "frame.typ").read_bytes() + (_PAGES / f"{page}.typ").read_bytes()
    stamp = created.astimezone(UTC) if created else datetime.fromtimestamp(0, UTC)
    return typst.compile(
        source,
        format="pdf",
        font_paths=typesetting_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_printable(data), ensure_ascii=False)},
        timestamp=stamp,
        pdf_tags=tags,
    )


def _printable(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _printable(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(part) for part in value]
    return value
