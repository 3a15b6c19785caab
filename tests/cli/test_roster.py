import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.cli import commands
from survey.config import Settings
from survey.models import AuditEntry
from survey.prepare import roster
from tests.workbooks import saved, xlsx

UNITS = "编码,名称,类别\nU01,财政所,机关\nU02,西塘居委会,村居\n"
TARGETS = "编码,姓名,单位编码,职务,层次\nP01,李明,U01,所长,正职\n,方若兰,U02,书记,正职\n"
Run = Callable[..., Result]


@pytest.fixture
def gongping(settings: Settings) -> Run:
    """Return a way to run the command on the test's installation."""

    def run(*arguments: object, given: str | None = None) -> Result:
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(commands, words, input=given, env={"GONGPING_HOME": str(settings.home)})

    return run


@pytest.fixture
def folder(tmp_path: Path, gongping: Run) -> Path:
    """Return a folder beside an installation whose roster is filled."""
    (tmp_path / "单位.csv").write_text(UNITS, encoding="gb18030")
    (tmp_path / "对象.csv").write_text(TARGETS, encoding="utf-8-sig")
    for name in ("单位.csv", "对象.csv"):
        assert gongping("roster", "import", tmp_path / name, "--yes").exit_code == 0
    return tmp_path


def codes(session: Session) -> list[str]:
    session.rollback()  # what was read before is one moment's picture
    return [target.code for target in roster.targets(session)]


def test_the_template_comes_back_filled(gongping: Run, tmp_path: Path, session: Session) -> None:
    file = tmp_path / "名册.xlsx"
    assert gongping("roster", "template", file).exit_code == 0
    book = openpyxl.load_workbook(file)
    for name, row in (
        ("单位", ["U01", "财政所", None, "机关"]),
        ("对象", [None, "个人", "方若兰", "U01", "所长", "机关", "正职", "管全镇的账", "是"]),
    ):
        book[name].delete_rows(2, book[name].max_row)
        book[name].append(row)
    file.write_bytes(saved(book))

    done = gongping("roster", "import", file, "--yes")

    assert done.exit_code == 0, done.output
    assert "not read" not in done.stdout
    (target,) = roster.targets(session)
    assert (target.code, target.duties, target.main_post.layer) == ("P0001", "管全镇的账", "正职")


def test_the_templates_own_examples_can_be_read(gongping: Run, tmp_path: Path) -> None:
    file = tmp_path / "名册.xlsx"
    gongping("roster", "template", file)

    done = gongping("roster", "import", file, "--dry-run")

    assert done.exit_code == 0, done.output
    assert "targets: 4 added" in done.stdout


def test_a_template_does_not_replace_a_filled_one(gongping: Run, tmp_path: Path) -> None:
    file = tmp_path / "名册.xlsx"
    file.write_bytes(b"filled in")

    done = gongping("roster", "template", file)

    assert (done.exit_code, file.read_bytes()) == (2, b"filled in")
    assert "--overwrite" in done.stderr


def test_an_import_says_what_it_does_and_is_noted(gongping: Run, folder: Path, session: Session) -> None:
    assert codes(session) == ["P01", "P02"]
    (folder / "改.csv").write_text("编码,姓名,单位,手机号\nP01,李明,西塘居委会,138\n", encoding="utf-8")

    done = gongping("roster", "import", folder / "改.csv", "--by", "linjing", given="y\n")

    session.rollback()
    assert done.exit_code == 0
    assert "~  P01  个人  李明  西塘居委会" in done.stdout
    assert "unit: U01 财政所 → U02 西塘居委会" in done.stdout
    assert "not read: row 1, column 手机号" in done.stdout
    assert "targets: 0 added, 1 changed, 0 left as they are, 1 not in the file" in done.stdout
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.login, entry.act, entry.detail["targets_changed"]) == ("linjing", "import roster", 1)


def test_a_dry_run_and_a_no_change_nothing(gongping: Run, tmp_path: Path, session: Session) -> None:
    file = tmp_path / "单位.csv"
    file.write_text(UNITS, encoding="utf-8")

    dry = gongping("roster", "import", file, "--dry-run")
    refused = gongping("roster", "import", file, given="n\n")

    assert (dry.exit_code, refused.exit_code) == (0, 1)
    assert "units: 2 added" in dry.stdout
    assert roster.units(session) == []


def test_namesakes_are_asked_about(gongping: Run, folder: Path, session: Session) -> None:
    (folder / "新.csv").write_text("姓名,单位,职务\n李明,西塘居委会,主任\n", encoding="utf-8")

    done = gongping("roster", "import", folder / "新.csv", given="new\ny\n")

    assert done.exit_code == 0
    assert "P01  李明 (财政所 所长)" in done.stdout
    assert codes(session) == ["P01", "P02", "P03"]


def test_a_namesake_without_an_answer_ends_with_status_2_and_names_the_option(
    gongping: Run, folder: Path, session: Session
) -> None:
    (folder / "新.csv").write_text("姓名,单位,职务\n李明,西塘居委会,主任\n", encoding="utf-8")

    done = gongping("roster", "import", folder / "新.csv", "--yes")

    assert done.exit_code == 2
    assert "--namesake 2=P01 or --namesake 2=new" in done.stdout
    assert "rows 2" in done.stderr
    assert codes(session) == ["P01", "P02"]
    assert gongping("roster", "import", folder / "新.csv", "--yes", "--namesake", "2=P01").exit_code == 0
    session.rollback()
    assert roster.targets(session)[0].main_post.title == "主任"


def test_bad_input_ends_with_status_2_and_names_every_place(gongping: Run, tmp_path: Path, session: Session) -> None:
    rows = [["编码", "类型", "名称", "单位编码"], ["P/1", "个人", "李明", "U01"], ["P02", "人物", "王芳", "U01"]]
    file = tmp_path / "名册.xlsx"
    file.write_bytes(xlsx({"对象": rows}))

    done = gongping("roster", "import", file, "--yes")

    assert done.exit_code == 2
    assert "名册.xlsx cannot be used" in done.stderr
    assert "sheet 对象, row 2, column 编码" in done.stderr
    assert "sheet 对象, row 3, column 类型" in done.stderr
    assert codes(session) == []
    assert gongping("roster", "import", file, "--namesake", "two").exit_code == 2


def test_the_list_as_csv_can_be_imported_again_unchanged(gongping: Run, folder: Path) -> None:
    listed = gongping("roster", "list")
    assert "P02  个人  方若兰  西塘居委会  书记" in listed.stdout
    exported = gongping("roster", "list", "--csv").stdout
    (folder / "全部.csv").write_text(exported, encoding="utf-8")

    done = gongping("roster", "import", folder / "全部.csv", "--dry-run")

    assert "targets: 0 added, 0 changed, 2 left as they are" in done.stdout


def test_a_retired_target_is_marked(gongping: Run, folder: Path) -> None:
    assert folder.is_dir()

    assert gongping("roster", "retire", "P01").exit_code == 0

    assert "no longer active" in gongping("roster", "list").stdout
    assert gongping("roster", "retire", "P77").exit_code == 2


def test_an_empty_roster_says_how_to_begin(gongping: Run) -> None:
    assert "gongping roster template" in gongping("roster", "list").stdout


def test_the_template_is_a_workbook_that_any_program_opens(gongping: Run, tmp_path: Path) -> None:
    gongping("roster", "template", tmp_path / "a.xlsx")

    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "a.xlsx").read_bytes()))

    assert book.sheetnames[:2] == ["单位", "对象"]
