"""A whole round from the command line, with documents, slips and files as an office would have them."""

import json
import os
import re
import stat
import subprocess
import sys

import openpyxl
import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from survey.cli import COMMANDS, commands
from survey.models import StoredDocument
from survey.prepare import documents
from tests import hall as halls
from tests.hall import NOON, PLAN

WINDOWS = "phone: {opens: 2020-01-01 08:00, closes: 2099-12-08 12:00}"
CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}\b")


@pytest.fixture
def run(settings, monkeypatch):
    monkeypatch.setenv("GONGPING_HOME", str(settings.home))
    monkeypatch.setenv("GONGPING_PUBLIC_ADDRESS", settings.public_address)

    def command(*arguments, status=0, **more):
        result = CliRunner().invoke(commands, [str(argument) for argument in arguments], **more)
        assert result.exit_code == status, (result.output, result.exception)
        return result.output.strip()

    return command


@pytest.fixture
def plan(tmp_path, session):
    halls.fill_roster(session)
    for text in (halls.QUESTIONNAIRE, halls.SCHEME):
        documents.add(session, text, "document.yaml", "tester", NOON)
    session.commit()
    path = tmp_path / "plan.yaml"
    small = PLAN % {"residents": 20}
    path.write_text(re.sub("phone: .*", WINDOWS, small), encoding="utf-8")
    return path


def test_a_round_goes_from_plan_to_files_by_commands_alone(run, plan, tmp_path):
    round_id = run("round", "new", plan)
    assert "Ready to freeze" in run("round", "check", round_id)
    assert re.fullmatch("[0-9a-f]{64}", run("round", "freeze", round_id))
    slips = [tmp_path / "S1.pdf", tmp_path / "S2.pdf"]
    for path in slips:
        run("codes", "mint", round_id, path.stem, "--out", path)
    run("round", "open", round_id)
    codes = [CODE.findall("".join(page.extract_text() for page in PdfReader(path).pages)) for path in slips]
    assert [len(set(found)) for found in codes] == [20, 10]

    marks = tmp_path / "marks.yaml"
    marks.write_text("C1: {德: 优秀, 绩: 称职}\nC2: 不了解此人\n", encoding="utf-8")
    receipts = {run("cast", "--marks", marks, "--code", code) for of_sheet in codes for code in of_sheet}
    assert len(receipts) == 30
    assert "has been used" in run("cast", "--marks", marks, "--code", codes[0][0], status=2)

    assert "second person" in run("round", "close", round_id, status=2)
    run("round", "close", round_id, "--by", "甲", "--second", "乙")
    assert run("round", "reveal", round_id).endswith("result 1")
    assert run("results", "make", round_id, "--reason", "复核") == "result 2"
    assert "甲一" in run("results", "show", round_id)
    decided = tmp_path / "decided.csv"
    decided.write_text("target,decision,value,reason\nC1,bonus,many,表彰\n", encoding="utf-8")
    refused = run("results", "make", round_id, "--reason", "加分", "--decisions", decided, status=2)
    assert "decided.csv" in refused
    assert "row 2, column value: found many; allowed: points: a number above 0" in refused
    assert len(run("results", "list", round_id).splitlines()) == 2
    decided.write_text("target,decision,value,reason\nC1,not_assessed,,病假半年\n", encoding="utf-8")
    assert run("results", "make", round_id, "--reason", "不参加考核", "--decisions", decided) == "result 3"
    run("results", "files", round_id, "--dir", tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"ranking.csv", "results.xlsx", "results.json", "sign-01-机关.pdf"} == names
    assert openpyxl.load_workbook(tmp_path / "out" / "results.xlsx").sheetnames
    run("round", "publish", round_id, 3)
    assert "published" in run("round", "show", round_id)
    assert "nothing about it changes" in run("results", "make", round_id, "--reason", "又", status=2)
    document = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    by_target = {each["target"]: each for each in document["parts"][0]["results"]}
    assert by_target["C1"]["decisions"][0]["reason"] == "病假半年"


def test_a_sheet_s_template_can_be_filled_in(run, plan, tmp_path):
    round_id = run("round", "new", plan)
    run("round", "freeze", round_id)
    for sheet in ("S1", "S2"):
        run("codes", "mint", round_id, sheet, "--out", tmp_path / f"{sheet}.pdf")
    run("round", "open", round_id)
    code = CODE.search(PdfReader(tmp_path / "S2.pdf").pages[0].extract_text())[0]

    template = run("cast", "--template", "--code", code)
    assert "德: 优秀 | 称职 | 不称职 | 不了解" in template
    (tmp_path / "m.yaml").write_text("C1: {德: 很好, 学: 优秀}\nC9: {德: 优秀}\nC2: 好\n", encoding="utf-8")
    refused = run("cast", "--marks", tmp_path / "m.yaml", "--code", code, status=2)

    for place in ("C1.德", "C1.学", "C9", "C2", "很好", "优秀, 称职, 不称职, 不了解"):
        assert place in refused


def test_what_is_missing_for_a_freeze_ends_with_status_2(run, plan):
    plan.write_text(plan.read_text(encoding="utf-8").replace("小方案", "大方案"), encoding="utf-8")
    round_id = run("round", "new", plan)

    assert "missing: " in run("round", "check", round_id, status=2)
    assert "大方案" in run("round", "freeze", round_id, status=2)


def test_slips_are_never_written_over_a_file(run, plan, tmp_path):
    round_id = run("round", "new", plan)
    run("round", "freeze", round_id)
    (tmp_path / "there.pdf").write_text("x")

    assert "exists already" in run("codes", "mint", round_id, "S1", "--out", tmp_path / "there.pdf", status=2)
    assert "could not be written" in run("codes", "mint", round_id, "S1", "--out", tmp_path / "no" / "s.pdf", status=2)
    assert "void" in run("codes", "batches", round_id)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps its own lists of who may read a file")
def test_slips_and_the_installation_are_for_nobody_else_on_the_machine(run, plan, tmp_path, monkeypatch):
    round_id = run("round", "new", plan)
    run("round", "freeze", round_id)
    run("codes", "mint", round_id, "S1", "--out", tmp_path / "s.pdf")
    monkeypatch.setenv("GONGPING_HOME", str(tmp_path / "new"))
    run("init")

    assert stat.S_IMODE((tmp_path / "s.pdf").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_amendments_trial_void_and_repeat_have_their_commands(run, plan):
    round_id = run("round", "new", plan)
    trial = run("round", "trial", round_id)
    assert "trial" in run("round", "list")
    run("round", "freeze", round_id)
    assert trial not in run("round", "list")
    run("round", "amend", "window", round_id, "S1", "phone", "2100-01-01 20:00", "--reason", "下雨")
    run("round", "amend", "entitled", round_id, "S1", 25, "--reason", "补登")
    run("round", "amend", "withdraw", round_id, "C2", "--reason", "调离")
    shown = run("round", "show", round_id)
    assert "25 entitled" in shown
    assert "2100-01-01 20:00" in shown
    run("round", "void", round_id, "--reason", "重来", input="n\n", status=1)
    run("round", "void", round_id, "--reason", "重来", "--yes")
    again = run("round", "repeat", round_id, "--group", "居民")

    assert f"{again}  draft" in run("round", "list")


def test_a_bad_plan_names_file_field_found_and_allowed(run, plan):
    plan.write_text(plan.read_text(encoding="utf-8").replace("entitled: 20", "entitled: 许多"), encoding="utf-8")

    refused = run("round", "new", plan, status=2)

    assert all(word in refused for word in ("plan.yaml", "sheets.0.entitled", "许多"))


def test_an_unknown_round_and_an_uninitialised_home_are_refused(run, monkeypatch, tmp_path):
    assert "There is no round nowhere" in run("round", "show", "nowhere", status=2)
    monkeypatch.setenv("GONGPING_HOME", str(tmp_path / "elsewhere"))
    assert "gongping init" in run("round", "list", status=2)
    run("init")
    assert "No rounds yet" in run("round", "list")
    run("init")
    monkeypatch.setenv("GONGPING_COLOUR", "red")
    assert "GONGPING_COLOUR is not a setting" in run("round", "list", status=2)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(run, name):
    shown = run(name, "--help")

    assert "Usage: " in shown
    assert len(shown.splitlines()) > 4


def test_scoring_files_loads_neither_web_nor_database():
    program = (
        "import sys; from survey.cli import commands; commands.get_command(None, 'score');"
        "print([name for name in ('flask', 'sqlalchemy', 'matplotlib') if name in sys.modules])"
    )

    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert answer.stdout.strip() == "[]"


def test_stored_documents_are_found_by_a_plan(session, plan):
    assert plan.exists()
    assert {stored.name for stored in session.query(StoredDocument)} == {"小测评", "小方案"}
