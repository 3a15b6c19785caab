import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from survey.cli import commands
from survey.office import audit
from tests.hall import NOON


@pytest.fixture
def run(settings, monkeypatch):
    monkeypatch.setenv("GONGPING_HOME", str(settings.home))

    def command(*arguments, status=0):
        result = CliRunner().invoke(commands, [str(argument) for argument in arguments])
        assert result.exit_code == status, (result.output, result.exception)
        return result.output.strip()

    return command


@pytest.fixture
def logged(session):
    for act, round_id in (("create round", "R1"), ("sign in", None), ("open round", "R1")):
        audit.record(session, "zhou", act, round_id, {"name": "一轮"}, NOON)
    session.commit()
    return session


@pytest.fixture
def exported(run, logged, tmp_path):
    """Return the exported log of three entries and its head."""
    file = tmp_path / "log.jsonl"
    run("audit", "export", "--out", file)
    return file, audit.head(logged)


def test_an_exported_log_is_verified_and_its_end_is_named(run, exported):
    file, head = exported

    said = run("audit", "verify", file)

    assert [json.loads(line)["number"] for line in file.read_text(encoding="utf-8").splitlines()] == [1, 2, 3]
    assert said.splitlines()[0] == f"3 entries fit together. The last one: 3:{head.hash}"


@pytest.mark.usefixtures("logged")
def test_without_a_file_the_log_goes_to_the_output(run):
    assert [json.loads(line)["act"] for line in run("audit", "export").splitlines()] == [
        "create round",
        "sign in",
        "open round",
    ]


def test_the_head_is_printed_as_it_is_written_down(run, exported):
    _, head = exported

    assert run("audit", "head") == f"3:{head.hash}"


def test_what_was_written_down_is_found_in_a_longer_log_too(run, logged, tmp_path, exported):
    _, head = exported
    audit.record(logged, "zhou", "close round", "R1", {}, NOON)
    logged.commit()
    longer = tmp_path / "longer.jsonl"
    run("audit", "export", "--out", longer)

    assert "What was written down is in it" in run("audit", "verify", longer, "--head", f"3: {head.hash.upper()}")


def test_a_log_that_was_rewritten_or_cut_lacks_what_was_written_down(run, exported):
    file, head = exported
    file.write_text("".join(file.read_text(encoding="utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")

    said = run("audit", "verify", file, "--head", f"3:{head.hash}", status=2)

    assert "it was rewritten since, or its end is missing" in said


def test_the_first_entry_that_does_not_fit_is_named_with_status_2(run, exported):
    file, _ = exported
    file.write_text(file.read_text(encoding="utf-8").replace("sign in", "sign up"), encoding="utf-8")

    assert "Line 2: entry 2 is not as it was written" in run("audit", "verify", file, status=2)


@pytest.mark.usefixtures("logged")
def test_one_round_s_part_is_written_and_verified_as_such(run, tmp_path):
    part = tmp_path / "part.jsonl"
    run("audit", "export", "--round", "R1", "--out", part)

    assert run("audit", "verify", part, "--round", "R1").startswith("2 entries fit together")
    assert "entry 3 stands where entry 2 belongs" in run("audit", "verify", part, status=2)


def test_sixteen_digits_as_the_page_shows_them_will_do(run, exported):
    file, head = exported
    digits = " ".join(head.hash[start : start + 4] for start in range(0, 16, 4))
    other = "f" if head.hash[0] == "0" else "0"

    assert "is in it" in run("audit", "verify", file, "--head", f"3: {digits}")
    assert "rewritten since" in run("audit", "verify", file, "--head", f"3:{other}{head.hash[1:16]}", status=2)
    assert "rewritten since" in run("audit", "verify", file, "--head", f"2:{head.hash}", status=2)


def test_a_head_that_is_none_is_refused(run, exported):
    file, head = exported

    for written in ("abc", "3:", f"3:{head.hash[:15]}", head.hash):
        assert "--head" in run("audit", "verify", file, "--head", written, status=2)


def test_verifying_loads_neither_flask_nor_a_database(exported):
    file, _ = exported
    script = (
        "import sys\nfrom survey.cli import main\n"
        f"try:\n    main(['audit', 'verify', {str(file)!r}])\nexcept SystemExit as end:\n    status = end.code\n"
        "print(status, sorted({'flask', 'sqlalchemy'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "0 []"
