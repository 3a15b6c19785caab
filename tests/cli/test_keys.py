"""A round with three keys by commands alone, from its key slips to a bundle that is verified."""

import re

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from survey.cli import commands
from survey.crypto.shares import PARTIES
from survey.prepare import documents
from tests import hall as halls
from tests import three_keys
from tests.hall import NOON

WINDOWS = "phone: {opens: 2020-01-01 08:00, closes: 2099-12-08 12:00}"
CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}\b")


@pytest.fixture
def run(settings, monkeypatch):
    monkeypatch.setenv("GONGPING_HOME", str(settings.home))
    monkeypatch.setenv("GONGPING_PUBLIC_ADDRESS", settings.public_address)

    def command(*arguments, status=0, typed=""):
        result = CliRunner().invoke(commands, [str(argument) for argument in arguments], input=typed)
        assert result.exit_code == status, (result.output, result.exception)
        return result.output.strip()

    return command


@pytest.fixture
def round_id(run, tmp_path, session):
    halls.fill_roster(session)
    for text in (halls.QUESTIONNAIRE, halls.SCHEME):
        documents.add(session, text, "document.yaml", "tester", NOON)
    session.commit()
    plan = tmp_path / "plan.yaml"
    small = "appeal_until: 2099-12-31\n" + three_keys.THREE_KEYS % {"residents": 20}
    plan.write_text(re.sub("phone: .*", WINDOWS, small), encoding="utf-8")
    return run("round", "new", plan)


def two(*parties):
    return [argument for party in parties for argument in ("--party", party)]


def test_a_round_with_three_keys_goes_to_a_verified_bundle_by_commands_alone(run, round_id, tmp_path):
    assert "has no key slip" in run("round", "freeze", round_id, status=2)
    slips = {party: run("keys", "make", round_id, "--party", party) for party in PARTIES}
    run("round", "freeze", round_id)
    codes = []
    for sheet in ("S1", "S2"):
        run("codes", "mint", round_id, sheet, "--out", tmp_path / f"{sheet}.pdf")
        codes += CODE.findall("".join(page.extract_text() for page in PdfReader(tmp_path / f"{sheet}.pdf").pages))

    def typed(*parties):
        return "".join(slips[party] + "\n" for party in parties)

    for pair in (("organiser", "third_party"), ("supervisor", "organiser")):
        assert "open the round" in run("keys", "try", round_id, *two(*pair), typed=typed(*pair))
    assert "signature of the organiser is missing" in run("round", "open", round_id, status=2)
    for party in ("organiser", "third_party"):
        assert run("keys", "sign", round_id, "--party", party, typed=typed(party)).endswith("3 signed")
    run("round", "open", round_id)
    run("round", "close", round_id, "--second", "zhou")
    assert "count what became of its slips" in _reveal(run, round_id, typed, status=2)
    for sheet, printed in (("S1", "20"), ("S2", "10")):
        given = ["--handed-out", "0", "--unused", printed, "--spoiled", "0"]
        run("keys", "count", round_id, sheet, *given)
    for party in ("organiser", "third_party"):
        run("keys", "sign", round_id, "--party", party, typed=typed(party))
    box = tmp_path / "box.jsonl"
    run("keys", "export", round_id, "--out", box)
    assert "exists already" in run("keys", "export", round_id, "--out", box, status=2)
    for pair in (("organiser", "supervisor"), ("supervisor", "third_party")):
        out = tmp_path / f"{pair[0]}.json"
        assert "tally" in run("keys", "tally", box, *two(*pair), "--out", out, typed=typed(*pair))
        assert run("keys", "agree", round_id, out) == pair[0]
    assert "result 1" in _reveal(run, round_id, typed)
    assert "No ballot of this round" in run(
        "keys",
        "appeal",
        round_id,
        "0000",
        "0000",
        "0000",
        "0000",
        "0000",
        *two("organiser", "supervisor"),
        typed=typed("organiser", "supervisor"),
        status=2,
    )
    run("round", "publish", round_id, "1")
    for party in ("organiser", "third_party"):
        run("keys", "sign", round_id, "--party", party, typed=typed(party))
    for flags in ([], ["--auditor"]):
        bundle = tmp_path / f"bundle{len(flags)}.zip"
        run("bundle", round_id, *flags, "--out", bundle)
        assert run("verify", bundle).splitlines()[-1].endswith("hold")
    assert "signed" in run("keys", "show", round_id)
    assert len(set(codes)) == 30


def _reveal(run, round_id, typed, status=0):
    pair = ("organiser", "third_party")
    return run("round", "reveal", round_id, *two(*pair), typed=typed(*pair), status=status)


@pytest.mark.parametrize("content", ["", "{}", '{"format": "x"}\n', "nonsense\n"])
def test_what_is_no_ballot_box_is_named(run, tmp_path, content):
    path = tmp_path / "box.jsonl"
    path.write_text(content, encoding="utf-8")

    said = run("keys", "tally", path, *two("organiser", "supervisor"), "--out", tmp_path / "t.json", status=2)

    assert "box.jsonl, line 1" in said
    assert not (tmp_path / "t.json").exists()


def test_a_draft_has_no_test_envelope(run, round_id):
    run("keys", "make", round_id, "--party", "organiser")

    said = run("keys", "try", round_id, *two("organiser", "supervisor"), typed="x\ny\n", status=2)

    assert said.endswith("The round is still a draft. Freeze it first.")
