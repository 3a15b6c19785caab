"""Read CSV files, gzipped or not, and say of everything that is wrong in which row and column it stands."""

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO

from scoring.document.problems import COLLECTED, FileError, Problem, visible

_GZIP = b"\x1f\x8b"
_NAMED = 20
_DIGITS = 15


@dataclass
class Table:
    """A CSV file with a checked header.

    Attributes
    ----------
    file
        Its name, for messages.
    problems
        What was found wrong so far.
    """

    file: str
    columns: tuple[str, ...]
    lines: Iterator[list[str]]
    problems: list[Problem] = field(default_factory=list)

    def rows(self, *names: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield each row's number (the header is row 1) and its cells in the named columns.

        A named column that the file lacks is empty. Rows with too few or too many cells become problems.
        """
        width = len(self.columns)
        places = [self.columns.index(name) if name in self.columns else width for name in names]
        number = 1
        try:
            for number, line in enumerate(self.lines, start=2):
                if len(line) == width:
                    line.append("")
                    yield number, tuple([line[place] for place in places])
                elif line:
                    self.note(Problem(f"row {number}", f"{len(line)} cells", f"{width} cells"))
        except csv.Error as error:
            self.problems.append(Problem(f"row {number + 1}", _csv_words(error), "comma-separated values"))

    def wrong(self, row: int, column: str, found: str, allowed: str | Sequence[str], times: str = "") -> None:
        """Note that a cell holds what it may not, and where else."""
        self.note(Problem(f"row {row}, column {column}", (visible(found) + times).strip(), named(allowed)))

    def note(self, problem: Problem) -> None:
        """Note a problem; a table with very many of them is given up at once."""
        self.problems.append(problem)
        if len(self.problems) >= COLLECTED:
            raise FileError(self.file, self.problems)

    def check(self) -> None:
        """Raise everything that was found wrong."""
        if self.problems:
            raise FileError(self.file, self.problems)

    def whole(self, row: int, column: str, text: str) -> int:
        """Return a cell's whole number; anything else is a problem."""
        if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
            return int(text)
        self.wrong(
            row,
            column,
            text,
            "a whole number, 0 or more" + (f", of up to {_DIGITS} digits" if len(text) > _DIGITS else ""),
        )
        return 0


def named(allowed: str | Sequence[str]) -> str:
    """Return what is allowed in words: a sentence as it is, a list with its first names."""
    if isinstance(allowed, str):
        return allowed
    more = f" and {len(allowed) - _NAMED} more" if len(allowed) > _NAMED else ""
    return ", ".join(map(visible, allowed[:_NAMED])) + more


def _csv_words(error: csv.Error) -> str:
    return "a quote that is not closed" if "end of data" in str(error) else str(error)


def open_table(data: bytes, file: str, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    r"""Return a file's table once its header is right.

    Raises
    ------
    FileError
        If it is not UTF-8 text (with or without BOM, gzipped or not), or its header lacks a column, repeats one
        or has a strange one.

    Examples
    --------
    >>> table = open_table("target,name\nC001,潘志远\n".encode(), "G.csv", ["target"], ["name"])
    >>> list(table.rows("name", "target"))
    [(2, ('潘志远', 'C001'))]
    """
    return read_header(unpacked(data, file), file, required, optional)


def column_names(data: bytes, file: str) -> tuple[str, ...]:
    r"""Return what stands in a file's first row, right or not; ``FileError`` if it is no CSV text.

    Examples
    --------
    >>> column_names("ballot,group,性别\n1,居民,女\n".encode(), "P.csv")
    ('ballot', 'group', '性别')
    """
    return _first_row(csv.reader(StringIO(file_text(unpacked(data, file), file), newline=""), strict=True), file)


def _first_row(lines: Iterator[list[str]], file: str) -> tuple[str, ...]:
    try:
        return tuple(next(lines, []))
    except csv.Error as error:
        raise FileError(file, [Problem("row 1", _csv_words(error), "comma-separated values")]) from error


def read_header(data: bytes, file: str, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Return the table of a file that is not gzipped, once its header is right; else as :func:`open_table`."""
    lines = csv.reader(StringIO(file_text(data, file), newline=""), strict=True)
    header = _first_row(lines, file)
    known = (*required, *optional)
    problems = [
        Problem("row 1", visible(",".join(header)), f"a column {name}") for name in required if name not in header
    ]
    for name in dict.fromkeys(header):
        if name not in known:
            problems.append(Problem(f"row 1, column {visible(name)}", visible(name), named(known)))
        elif header.count(name) > 1:
            problems.append(Problem(f"row 1, column {name}", f"{header.count(name)} times", "each column once"))
    if problems:
        raise FileError(file, problems)
    return Table(file, header, lines)


def unpacked(data: bytes, file: str) -> bytes:
    """Return the text's bytes, which may be gzipped; ``FileError`` if the gzip is damaged."""
    if not data.startswith(_GZIP):
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise FileError(file, [Problem("file", f"damaged gzip: {error}", "a whole gzip file")]) from error


def file_text(data: bytes, file: str) -> str:
    """Return the text of a file that is not gzipped: UTF-8 with or without BOM; ``FileError`` if it is not."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte {data[error.start]:#04x} at {error.start}"
        raise FileError(file, [Problem("file", found, "UTF-8 text, with or without BOM")]) from error
