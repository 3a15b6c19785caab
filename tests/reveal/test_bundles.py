"""Bundles: what is written is worked out again by who has neither server nor database; every changed byte is found."""

import json
import subprocess
import sys
import zipfile
from io import BytesIO

import pytest
import rfc8785
from click.testing import CliRunner
from sqlalchemy import select

from survey.cli import commands
from survey.crypto.digests import rows_digest
from survey.manifest.amended import manifest_of
from survey.models import Recorded
from survey.office import audit, signatures
from survey.prepare import rounds
from survey.reveal.bundle_file import NotABundleError, pack, unpack
from survey.reveal.bundles import auditor_bundle, public_bundle
from survey.reveal.opening import reveal
from survey.reveal.publication import publish
from survey.reveal.reading import read_opened
from survey.reveal.results import make_result
from survey.reveal.tally_statement import tally_statement
from survey.reveal.verification import verify
from tests import hall as halls
from tests import three_keys
from tests.hall import AFTER


@pytest.fixture
def published(session, session_factory, settings, tmp_path):
    """Return a published round with three keys, all of it signed."""
    guarded = three_keys.opened(session, settings)
    halls.cast_all(session_factory, guarded.hall, comment="好")
    round_ = three_keys.close_and_count(session, guarded)
    three_keys.let_two_agree(session, settings, guarded, tmp_path)
    reveal(session_factory, round_.id, settings.key_folder, "t", AFTER, codes=guarded.pair("organiser", "supervisor"))
    session.expire_all()
    for reason in ("reveal", "again"):
        make_result(session, round_, reason, "tester", AFTER)
    publish(session, round_, 2, "tester", AFTER)
    session.commit()
    three_keys.sign_all(session, guarded)
    return round_


def test_both_bundles_of_a_published_round_hold(session, published):
    public, auditor = verify(public_bundle(session, published)), verify(auditor_bundle(session, published))

    assert [line for line in (*public, *auditor) if not line.holds] == []
    said = {(line.how, line.what.split(":")[0]) for line in auditor}
    assert ("recomputed", "result 2 comes out of the opened marks, byte by byte") in said
    assert {("vouched", "manifest"), ("vouched", "slips"), ("vouched", "tally"), ("vouched", "publication")} <= said
    assert any(line.what == "S1: 60 printed = 60 handed out + 0 unused + 0 spoiled; 60 came" for line in auditor)
    assert not any(line.what.startswith(("S1", "result 2 comes")) for line in public)


def test_the_public_bundle_holds_nothing_that_the_gate_withholds(session, published):
    files = unpack(public_bundle(session, published))

    assert sorted(files) == ["manifest.json", "receipts.json", "result-2.json", "round.json"]
    assert "slips" not in json.loads(files["round.json"])


@pytest.mark.parametrize("make", [public_bundle, auditor_bundle])
def test_every_changed_byte_of_a_bundle_is_found(session, published, make):
    """By the archive's fixed form; what somebody packs anew is found by what it holds, below."""
    packed = make(session, published)
    step = max(1, len(packed) // 400)

    for place in range(0, len(packed), step):
        changed = bytearray(packed)
        changed[place] ^= 1
        with pytest.raises(NotABundleError):
            verify(bytes(changed))


def edits(value, path=()):
    """Yield, for each leaf of a JSON value, its path and another value of its kind."""
    if isinstance(value, dict):
        for name, own in value.items():
            yield from edits(own, (*path, name))
    elif isinstance(value, list):
        for place, own in enumerate(value):
            yield from edits(own, (*path, place))
    elif isinstance(value, bool):
        yield path, not value
    elif isinstance(value, int | float):
        yield path, value + 1
    elif isinstance(value, str):
        yield path, value[:-1] + ("1" if value.endswith("0") else "0")


def changed(document, path, new):
    """Return a document with one leaf replaced."""
    copy = json.loads(json.dumps(document))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = new
    return copy


def holds(files):
    try:
        return all(line.holds for line in verify(pack(files)))
    except NotABundleError:
        return False


@pytest.mark.parametrize("name", ["manifest.json", "round.json", "receipts.json", "result-2.json"])
def test_every_changed_value_is_found_even_where_the_bundle_is_packed_anew(session, published, name):
    files = unpack(public_bundle(session, published))
    document = json.loads(files[name])
    leaves = list(edits(document))

    unseen = [
        path
        for path, new in leaves[:: max(1, len(leaves) // 150)]
        if holds(files | {name: rfc8785.dumps(changed(document, path, new))})
    ]

    assert unseen == []


def test_a_changed_mark_is_found_by_the_auditor(session, published):
    files = unpack(auditor_bundle(session, published))
    tally = json.loads(files["tally.json"])
    tally["rows"][0]["rows"] = "AA" + tally["rows"][0]["rows"][2:]
    if tally["rows"][0]["rows"] == json.loads(files["tally.json"])["rows"][0]["rows"]:
        tally["rows"][0]["rows"] = "AQ" + tally["rows"][0]["rows"][2:]

    wrong = [line.what for line in verify(pack(files | {"tally.json": rfc8785.dumps(tally)})) if not line.holds]

    assert [what.split(":")[0] for what in wrong[:2]] == ["tally", "tally"]
    assert "result 2 comes out of the opened marks, byte by byte" in wrong


def test_a_publication_that_nobody_signed_yet_is_named(session, published):
    session.query(signatures.Signature).filter_by(kind="publication", party="third_party").delete()
    session.commit()

    wrong = [line.what for line in verify(public_bundle(session, published)) if not line.holds]

    assert wrong == ["publication: the third party has not signed it"]


def test_a_round_that_nobody_signs_says_so(session, session_factory, settings):
    hall = halls.open_round(session, settings)
    halls.cast_all(session_factory, hall)
    round_ = halls.close_round(session, hall)
    reveal(session_factory, round_.id, settings.key_folder, "tester", AFTER)
    session.expire_all()
    make_result(session, round_, "reveal", "tester", AFTER)
    publish(session, round_, 1, "tester", AFTER)
    session.commit()

    lines = verify(auditor_bundle(session, rounds.get(session, round_.id)))

    assert all(line.holds for line in lines)
    assert any(line.what.startswith("nobody signed this round") for line in lines)


def test_files_that_are_no_bundles_are_refused(session, published):
    files = unpack(public_bundle(session, published))
    plain = BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("a.txt", "hello")

    for packed in (b"", b"PK", plain.getvalue(), pack({}), pack(files | {"round.json": b"[]"}), pack({"a": b"x"})):
        with pytest.raises(NotABundleError):
            verify(packed)


def test_the_command_checks_a_bundle_without_database_or_web(session, published, tmp_path):
    path = tmp_path / "bundle.zip"
    path.write_bytes(auditor_bundle(session, published))
    code = (
        "import sys; from survey.cli import main\n"
        "try: main(['verify', sys.argv[1]])\n"
        "except SystemExit as end: print(end.code, [n for n in ('flask', 'sqlalchemy') if n in sys.modules])"
    )

    said = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True).stdout

    assert said.splitlines()[-1] == "0 []"
    assert "hold" in said.splitlines()[-2]
    broken = tmp_path / "broken.zip"
    broken.write_bytes(path.read_bytes()[:-1])
    assert CliRunner().invoke(commands, ["verify", str(broken)]).exit_code == 2


def test_no_fingerprint_of_the_opened_rows_is_told_that_would_confirm_a_guess(session, published):
    """Who guesses the marks of a small group could try them out against it: pages, log and bundles tell salted ones."""
    opened = read_opened(session, published).rows
    plain = rows_digest((each.group_id, each.target_code, each.rows) for each in opened)
    sheets = [(each.sheet, each.returned, each.valid) for each in read_opened(session, published).sheets]
    outcomes = list(session.scalars(select(Recorded.outcome)))
    rows = [(each.group_id, each.target_code, each.rows) for each in opened]
    guessed = tally_statement(manifest_of(published), rows, sheets, outcomes, b"").digest()
    right = tally_statement(manifest_of(published), rows, sheets, outcomes, published.opened_salt).digest()

    told = b"".join(unpack(public_bundle(session, published)).values()) + b"".join(audit.export(session))

    assert right.hex().encode() in told  # what both parties signed
    assert guessed.hex().encode() not in told
    assert plain.hex().encode() not in told
    assert published.opened_salt.hex().encode() not in told
