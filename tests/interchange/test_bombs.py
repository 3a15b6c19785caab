"""Spreadsheets made to harm: small files that unfold, ask for memory, name other files, or never end."""

import io
import stat
import struct
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from survey.errors import BadDocumentError
from survey.interchange import apart
from survey.interchange.spreadsheets import MOST_BYTES, read_tables
from survey.interchange.tables import MOST_COLUMNS, MOST_ROWS
from tests.workbooks import with_part, xls, xlsx

BOOK = {"单位": [["编码", "名称"], ["U01", "党政办公室"]]}
SHEET = "xl/worksheets/sheet1.xml"
SHEET_HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
SHEET_END = b"</sheetData></worksheet>"
TEXTS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%s</t></si></sst>'
ENTITIES = b"".join(
    b'<!ENTITY e%d "%s">' % (level, b"ha" if level == 0 else b"&e%d;" % (level - 1) * 10) for level in range(12)
)


def refused(data: bytes, file: str) -> str:
    assert len(data) < MOST_BYTES
    with pytest.raises(BadDocumentError) as caught:
        read_tables(data, file)
    return str(caught.value)


def outcome(data: bytes, file: str) -> object:
    """Return what a file was read as, or that it was refused as broken."""
    try:
        return read_tables(data, file)
    except BadDocumentError as error:
        return "broken" if "broken" in str(error) else str(error)


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def overlapping(workbook: bytes, times: int) -> bytes:
    """Return a workbook whose directory names one compressed part `times` over, as the smallest bombs do."""
    kernel = zlib.compress(b"\0" * 10_000_000, 9)[2:-4]
    crc = zlib.crc32(b"\0" * 10_000_000)
    sizes = struct.pack("<III", crc, len(kernel), 10_000_000)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", 1, 0) + b"k" + kernel
    end = workbook.rindex(b"PK\x05\x06")
    count, _, size, start = struct.unpack("<HHII", workbook[end + 8 : end + 20])
    directory = workbook[start : start + size]
    for number in range(times):
        name = b"xl/%04d" % number
        directory += b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
        directory += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, start) + name
    total = count + times
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, total, total, len(directory), start + len(local), 0)
    return workbook[:start] + local + directory + tail


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", SHEET, "xl/_rels/workbook.xml.rels"])
def test_entities_that_unfold_into_gigabytes_are_refused_unread(part):
    bomb = b"<!DOCTYPE bomb [" + ENTITIES + b"]>" + TEXTS % b"&e11;"

    assert "broken" in refused(with_part(xlsx(BOOK), part, bomb), "弹.xlsx")


def test_a_document_that_names_a_file_of_the_server_is_refused_unread(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("SECRET-OF-THE-SERVER")
    reading = b'<!DOCTYPE a [<!ENTITY f SYSTEM "file://%s">]>' % str(secret).encode() + TEXTS % b"&f;"

    assert "SECRET" not in refused(with_part(xlsx(BOOK), "xl/sharedStrings.xml", reading), "读.xlsx")


def test_a_part_that_unfolds_ten_thousandfold_is_refused_within_little_memory():
    bomb = with_part(xlsx(BOOK), SHEET, SHEET_HEAD + b" " * 500_000_000 + SHEET_END)

    assert "60 MB" in refused(bomb, "弹.xlsx")


@pytest.mark.parametrize("times", [20, 900])
def test_parts_that_share_their_bytes_are_refused(times):
    bomb = overlapping(xlsx(BOOK), times)
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        assert sum(info.file_size for info in archive.infolist()) > times * 10_000_000

    assert "MB" in refused(bomb, "叠.xlsx")


def test_an_archive_in_an_archive_is_left_closed():
    inner = zipped({"bomb": b"\0" * 50_000_000})
    for _ in range(5):
        inner = zipped({f"{number}.zip": inner for number in range(10)})

    tables = read_tables(with_part(xlsx(BOOK), "xl/media/inner.zip", inner), "套.xlsx")

    assert [row.cells for row in tables["单位"].rows] == [("编码", "名称"), ("U01", "党政办公室")]


def test_more_parts_than_any_workbook_has_are_refused():
    parts = {f"xl/media/{number}": b"" for number in range(2_000)}
    stream = io.BytesIO(xlsx(BOOK))
    with zipfile.ZipFile(stream, "a") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    assert "60 MB" in refused(stream.getvalue(), "多.xlsx")


@pytest.mark.parametrize("name", ["../../../../../../tmp/gongping-evil", "/tmp/gongping-evil", "..\\..\\gongping-evil"])  # noqa: S108
def test_parts_that_name_other_places_are_written_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name):
    monkeypatch.chdir(tmp_path)
    relations = b'<Relationships><Relationship Id="rId1" Target="../../../../../../etc/passwd"/></Relationships>'
    climbing = with_part(with_part(xlsx(BOOK), name, b"evil"), "xl/_rels/workbook.xml.rels", relations)

    assert "root:" not in refused(climbing, "../../名册.xlsx")
    assert not Path("/tmp/gongping-evil").exists()  # noqa: S108
    assert list(tmp_path.iterdir()) == []


def test_as_many_cells_as_are_allowed_are_read_and_one_row_more_is_refused():
    """A hundred thousand cells in some kilobytes are no bomb; a million are one."""
    row = b"<row>" + b"<c><v>1</v></c>" * 5 + b"</row>"

    tables = read_tables(with_part(xlsx(BOOK), SHEET, SHEET_HEAD + row * MOST_ROWS + SHEET_END), "满.xlsx")

    assert (len(tables["单位"].rows), len(tables["单位"].rows[0].cells)) == (MOST_ROWS, 5)
    row = b"<row>" + b"<c><v>1</v></c>" * MOST_COLUMNS + b"</row>"
    more = with_part(xlsx(BOOK), SHEET, SHEET_HEAD + row * (MOST_ROWS + 1) + SHEET_END)
    assert f"{MOST_ROWS:,}" in refused(more, "满.xlsx")


def test_elements_within_elements_without_end_are_refused():
    deep = SHEET_HEAD + b"<row><c>" + b"<a>" * 5_000_000

    assert "broken" in refused(with_part(xlsx(BOOK), SHEET, deep), "深.xlsx")


@pytest.mark.parametrize(
    ("at", "content"),
    [
        (0x1E, b"\xff\xff"),  # sectors of 2^65535 bytes
        (0x1E, b"\x1f\x00"),  # sectors of 2 GB
        (0x2C, b"\xff\xff\xff\x7f"),  # two thousand million sectors of the allocation table
        (0x30, b"\x00\x00\x00\x00"),  # the directory begins where the data lies
        (0x44, b"\x00\x00\x00\x00"),  # the allocation table's continuation leads back to itself
        (0x4C, b"\x00\x00\x00\x00" * 100),  # every part of the table is the same sector
        (0x200, b"\x00" * 2_000),  # chains of sectors that are loops
        (0x200, b"\xff" * 6_000),
    ],
)
def test_an_old_workbook_whose_directory_lies_is_refused_or_read_as_it_was(at, content):
    workbook = xls({"单位": [["编码", "名称"]] + [[f"U{n}", "党政办公室"] for n in range(200)]})
    lying = workbook[:at] + content + workbook[at + len(content) :]
    assert lying != workbook

    assert outcome(lying, "坏.xls") in ("broken", outcome(workbook, "好.xls"))


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(apart, "SECONDS", 0.001)

    assert "broken" in refused(xlsx(BOOK), "慢.xlsx")


def test_the_process_that_opens_workbooks_is_told_no_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Another program stands in for the interpreter, and says what it was told."""
    spy = tmp_path / "spy"
    told = 'import json, os; print(json.dumps({"found": "cells", "of": " ".join(os.environ)}))'
    spy.write_text(f"#!{sys.executable}\n{told}\n")
    spy.chmod(spy.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("GONGPING_DATABASE_URL", "postgresql://user:secret@host/gongping")
    monkeypatch.setattr(apart.sys, "executable", str(spy))

    heard = apart.grids_apart(b"")["of"]

    assert "PATH" in heard
    assert "GONGPING" not in heard


@pytest.mark.parametrize(
    "text",
    [
        b'a,b\n"' + b"x" * 4_000_000 + b'",y\n',
        b"a,b\n" + b"x" * 4_000_000 + b"\n",
        b"," * 4_000_000,
        b"a," * 2_000_000,
        b"\n" * 4_000_000,
        b'"' * 4_000_001,
        b"a,b\n" + b"\0" * 1_000_000,
        "\ufeffa,b\n\0,c\n".encode("utf-16"),
        b"\xff\xfe" + b"\xd8" * 999,
    ],
    ids=["quoted", "long", "commas", "cells", "lines", "quotes", "nul", "nul in utf-16", "half pairs"],
)
def test_a_csv_of_one_endless_thing_is_refused_or_read_as_little(text):
    try:
        found = "".join(cell for row in read_tables(text, "长.csv")[""].rows for cell in row.cells)
    except BadDocumentError as error:
        found = str(error)

    assert len(found) < 1_000
