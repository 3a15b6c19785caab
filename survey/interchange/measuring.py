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

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(relations, True)  # noqa: FBT003 - the parser's own form
    return names


class _Reach:
    """How far the cells of a workbook reach that hold anything, and how much text they may share."""

    def __init__(self) -> None:
        self.rows = self.columns = self.cells = self.longest = 0

    def read(self, part: bytes) -> None:
        """Take one part into account."""
        row = column = length = 0
        position: tuple[int, int] | None = None

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal row, column, length, position
            match tag.rpartition(":")[2]:
                case "row":
                    row, column = int(attributes.get("r", row + 1)), 0
                case "c":
                    row, column = _place(attributes.get("r", ""), row, column + 1)
                    position = row, column
                case "si" | "is":
                    length = 0
                case _ if position:  # a cell without anything in it is only formatted
                    self.rows, self.columns = max(self.rows, position[0]), max(self.columns, position[1])
                    self.cells, position = self.cells + 1, None

        def text(words: str) -> None:
            nonlocal length
            length += len(words)
            self.longest = max(self.longest, length)

        def end(tag: str) -> None:
            nonlocal position, length
            if tag.rpartition(":")[2] in {"c", "si"}:
                position, length = None, 0

        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
        parser.Parse(part, True)  # noqa: FBT003 - the parser's own form

    def check(self, file: str) -> None:
        """Refuse what reaches too far or unfolds into too much text."""
        if self.rows > MOST_ROWS or self.columns > MOST_COLUMNS:
            found = f"{letter(self.columns - 1)}{self.rows}"
            raise refusal(file, found, TOO_FAR, rows=f"{MOST_ROWS:,}", columns=letter(MOST_COLUMNS - 1))
        if self.cells * self.longest > MOST_TEXT:
            raise refusal(file, f"{self.cells:,} × {self.longest:,}", "shorter texts in fewer cells")


def _place(reference: str, row: int, column: int) -> tuple[int, int]:
    """Return (row, column), counted from 1, of a reference such as ``B7``; as given where there is none."""
    match = CELL.fullmatch(reference)
    if not match:
        return row, column
    number = 0
    for character in match[1]:
        number = number * 26 + ord(character) - ord("A") + 1
    return int(match[2]), number
