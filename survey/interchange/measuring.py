"""Measure an .xlsx before anything opens it.

The library that reads workbooks allocates a full rectangle: one stray space in the last cell of a sheet asks for
half a terabyte and ends the process. A few kilobytes of zip may also unfold into gigabytes. So the parts are
inflated under a limit, and the cells' positions are looked at one by one, before the library sees the file.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import normpath
from xml.parsers import expat

from survey.errors import Notice
from survey.interchange.tables import BROKEN, LOCKED, MOST_COLUMNS, MOST_ROWS, PASSWORD, letter, refusal

MOST_INFLATED = 60 * 1024 * 1024
MOST_PARTS = 1_000
MOST_TEXT = 100_000_000  # cells times the longest text that they may share
ZIPPED_WORKBOOK = b"PK\x03\x04"
RELATIONS = "xl/_rels/workbook.xml.rels"
OTHER_FORMATS = {"content.xml", "xl/workbook.bin"}  # .ods and .xlsb, which are not read
CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
CHUNK = 1 << 20
BROKEN_IN_SOME_WAY = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    KeyError,
    ValueError,
    EOFError,
    NotImplementedError,
)

TOO_LARGE = "a workbook of at most %(most)s MB when unpacked"
TOO_FAR = "text only in rows 1 to %(rows)s and columns A to %(columns)s; clear the rest of the sheet"


def measure(data: bytes, file: str) -> None:
    """Refuse a zipped workbook that would unfold into too much, or reaches too far.

    Raises
    ------
    BadDocumentError
        Naming what was found and what is allowed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_directory(archive, file)
            parts = dict(_inflate(archive, file))
        names = _sheet_parts(parts[RELATIONS])
        reach = _Reach()
        for name in names & parts.keys():
            reach.read(parts[name])
    except BROKEN_IN_SOME_WAY as error:
        raise refusal(file, str(error)[:80], BROKEN) from error
    reach.check(file)


def _check_directory(archive: zipfile.ZipFile, file: str) -> None:
    infos = archive.infolist()
    names = {info.filename for info in infos}
    if any(info.flag_bits & 1 for info in infos):
        raise refusal(file, PASSWORD, LOCKED)
    if "xl/workbook.xml" not in names or names & OTHER_FORMATS:
        raise refusal(file, Notice("a zip archive of another kind"), "a spreadsheet: .xlsx, .xls or .csv")
    declared = sum(info.file_size for info in infos)
    if declared > MOST_INFLATED or len(infos) > MOST_PARTS:
        raise refusal(file, f"{declared // 1024**2} MB", TOO_LARGE, most=MOST_INFLATED // 1024**2)


def _inflate(archive: zipfile.ZipFile, file: str) -> Iterator[tuple[str, bytes]]:
    left = MOST_INFLATED
    for info in archive.infolist():
        # The directory may lie, and reading stops at the size that it declares: declare more than we accept.
        info.file_size = MOST_INFLATED + 1
        content = bytearray()
        with archive.open(info) as part:
            while chunk := part.read(CHUNK):
                content += chunk
                if len(content) > left:
                    raise refusal(file, f"> {MOST_INFLATED // 1024**2} MB", TOO_LARGE, most=MOST_INFLATED // 1024**2)
        left -= len(content)
        yield info.filename, bytes(content)


def _sheet_parts(relations: bytes) -> set[str]:
    """Return the parts that the workbook refers to, sheets and shared texts among them."""
    names: set[str] = set()

    def start(_tag: str, attributes: dict[str, str]) -> None:
        if target := attributes.get("Target"):
            path = PurePosixPath("/xl") / target
            names.add(normpath(str(path)).lstrip("/"))

    parser = _parser()
    parser.StartElementHandler = start
    parser.Parse(relations, True)  # noqa: FBT003 - the parser's own form
    return names


def _parser() -> expat.XMLParserType:
    """Return a parser that refuses a document type: no workbook has one, and entities unfold without end."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise ValueError("a document type")

    parser.StartDoctypeDeclHandler = refuse
    return parser


class _Reach:
    """How far the cells of a workbook reach that hold anything, and how much text they may share."""

    def __init__(self) -> None:
        self.rows = self.columns = self.cells = self.longest = 0

    def read(self, part: bytes) -> None:
        """Take one part into account."""
        _Part(self).read(part)

    def take_cell(self, row: int, column: int) -> None:
        """Take a cell into account that holds something."""
        self.rows, self.columns, self.cells = max(self.rows, row), max(self.columns, column), self.cells + 1

    def check(self, file: str) -> None:
        """Refuse what reaches too far or unfolds into too much text."""
        if self.rows > MOST_ROWS or self.columns > MOST_COLUMNS:
            found = f"{letter(self.columns - 1)}{self.rows}"
            raise refusal(file, found, TOO_FAR, rows=f"{MOST_ROWS:,}", columns=letter(MOST_COLUMNS - 1))
        if self.cells * self.longest > MOST_TEXT:
            raise refusal(file, f"{self.cells:,} × {self.longest:,}", "shorter texts in fewer cells")


class _Part:
    """A part of a workbook while it is read: where in a sheet, or in which shared text."""

    def __init__(self, reach: _Reach) -> None:
        self.reach = reach
        self.row = self.column = 0
        self.in_cell = False
        self.length: int | None = None

    def read(self, part: bytes) -> None:
        """Read the part to its end."""
        parser = _parser()
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.text
        parser.Parse(part, True)  # noqa: FBT003 - the parser's own form

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Follow the position; an element inside a cell says that it holds something and isn't only formatted."""
        match tag.rpartition(":")[2]:
            case "row":
                self.row, self.column = int(attributes.get("r", self.row + 1)), 0
            case "c":
                self.row, self.column = _place(attributes.get("r", ""), self.row, self.column + 1)
                self.in_cell = True
            case "si":
                self.length = 0
            case _ if self.in_cell:
                self.reach.take_cell(self.row, self.column)
                self.in_cell = False

    def text(self, words: str) -> None:
        """Add to the length of a shared text."""
        if self.length is not None:
            self.length += len(words)
            self.reach.longest = max(self.reach.longest, self.length)

    def end(self, tag: str) -> None:
        """Leave a cell or a shared text."""
        match tag.rpartition(":")[2]:
            case "c":
                self.in_cell = False
            case "si":
                self.length = None


def _place(reference: str, row: int, column: int) -> tuple[int, int]:
    """Return (row, column), counted from 1, of a reference such as ``B7``; as given where there is none."""
    match = CELL.fullmatch(reference)
    if not match:
        return row, column
    number = 0
    for character in match[1]:
        number = number * 26 + ord(character) - ord("A") + 1
    return int(match[2]), number
