"""Key slips, signatures, the count of slips and the ballot box on the pages."""

import json
import re
from io import BytesIO

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from survey.cli import commands
from survey.manifest.amended import manifest_of
from survey.models import PartyKey, Round, Signature
from survey.office import key_slips, signatures
from survey.prepare import codes, lifecycle, rounds
from tests import hall as halls
from tests import three_keys

CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){6}\b")
PARTIES = {"personnel": "organiser", "evaluator": "third_party", "supervisor": "supervisor"}


@pytest.fixture
def browsers(sign_in):
    return {role: sign_in(role) for role in PARTIES}


@pytest.fixture
def draft(session, browsers):  # noqa: ARG001 - whose accounts must be there
    round_ = halls.draft_round(session, plan=halls.ahead(three_keys.THREE_KEYS))
    round_.created_by = "evaluator"
    session.commit()
    return round_.id


def made(browser, draft):
    page = browser.submit(f"/desk/rounds/{draft}/keys/new")
    assert page.status_code == 200
    [code] = CODE.findall(page.text.replace("<br>", ""))
    return code


@pytest.fixture
def slips(browsers, draft):
    return {PARTIES[role]: made(browser, draft) for role, browser in browsers.items()}


@pytest.fixture
def frozen(session, settings, draft, slips):  # noqa: ARG001 - which must be made before
    lifecycle.freeze(session, rounds.get(session, draft), settings, "evaluator", halls.OPENS)
    round_ = rounds.get(session, draft)
    for sheet in manifest_of(round_).sheets:
        codes.mint(session, round_, sheet.id, sheet.entitled, "issue", reachable=True, by="t", now=halls.OPENS)
    session.commit()
    return draft


def test_each_party_makes_its_own_key_slip_and_sees_it_once(session, browsers, draft):
    before = browsers["personnel"].get(f"/desk/rounds/{draft}/keys")
    assert "制作我的钥匙条" in before.text

    code = made(browsers["personnel"], draft)

    assert len(code.replace("-", "")) == 28
    after = browsers["personnel"].get(f"/desk/rounds/{draft}/keys")
    assert code not in after.text
    assert [(key.party, key.made_by) for key in session.scalars(select(PartyKey))] == [("organiser", "personnel")]
    assert browsers["evaluator"].get(f"/desk/rounds/{draft}/keys").text.count("还没有制作") == 2


def test_a_slip_that_is_made_anew_takes_the_place_of_the_first(session, browsers, draft):
    first, second = made(browsers["supervisor"], draft), made(browsers["supervisor"], draft)

    round_ = rounds.get(session, draft)
    assert key_slips.identify(session, round_, "supervisor", second)
    with pytest.raises(key_slips.WrongSlipError):
        key_slips.identify(session, round_, "supervisor", first)


def test_after_the_freeze_no_slip_is_made(browsers, frozen):
    answer = browsers["personnel"].submit(f"/desk/rounds/{frozen}/keys/new")

    assert answer.status_code == 409
    assert not CODE.search(answer.text)


def test_two_pairs_try_their_slips_and_two_parties_sign_before_the_round_opens(session, browsers, frozen, slips):
    path = f"/desk/rounds/{frozen}"
    assert browsers["evaluator"].submit(f"{path}/open").status_code == 409

    for pair in (("organiser", "third_party"), ("third_party", "supervisor")):
        given = {party: slips[party] for party in pair}
        assert browsers["evaluator"].submit(f"{path}/keys/try", given).status_code == 303
    assert "组织方和第三方已打开" in browsers["supervisor"].get(f"{path}/keys").text
    assert browsers["evaluator"].submit(f"{path}/open").status_code == 409
    for role in ("personnel", "evaluator"):
        assert "签署全部" in browsers[role].get(f"{path}/keys").text.replace("一次签署全部", "签署全部")
        assert browsers[role].submit(f"{path}/keys/sign", {"code": slips[PARTIES[role]]}).status_code == 303

    assert browsers["evaluator"].submit(f"{path}/open").status_code == 303
    session.expire_all()
    assert session.get_one(Round, frozen).state == "open"
    assert len(session.scalars(select(Signature)).all()) == 6


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "需要三张钥匙条中的两张"),
        ({"organiser": "x", "third_party": "y"}, "这不是您在这一轮的钥匙条上的代码"),
    ],
)
def test_slips_that_do_not_open_are_refused_in_words(browsers, frozen, given, words):
    answer = browsers["evaluator"].submit(f"/desk/rounds/{frozen}/keys/try", given)

    assert answer.status_code in {400, 422}
    assert words in answer.text


def test_a_wrong_code_signs_nothing(session, browsers, frozen, slips):
    answer = browsers["personnel"].submit(f"/desk/rounds/{frozen}/keys/sign", {"code": slips["supervisor"]})

    assert answer.status_code == 422
    assert slips["supervisor"] not in answer.text
    assert session.scalars(select(Signature)).all() == []


def test_a_lost_slip_is_seen_by_everybody(browsers, frozen):
    assert browsers["supervisor"].submit(f"/desk/rounds/{frozen}/keys/lost", {"reason": " "}).status_code == 400
    assert browsers["supervisor"].submit(f"/desk/rounds/{frozen}/keys/lost", {"reason": "搬家"}).status_code == 303

    assert "已丢失：搬家" in browsers["personnel"].get(f"/desk/rounds/{frozen}/keys").text


def test_a_round_without_parties_says_that_it_needs_no_slips(session, browsers):
    round_ = halls.draft_round(session)
    round_.created_by = "evaluator"
    session.commit()

    page = browsers["evaluator"].get(f"/desk/rounds/{round_.id}/keys").text

    assert "不需要钥匙条" in page
    assert "seal: three keys" in page


@pytest.fixture
def closed(session, browsers, frozen, slips):
    """Return a closed round whose slips nobody used."""
    session.rollback()
    guarded = three_keys.Guarded(halls.Hall(frozen, manifest_of(rounds.get(session, frozen))), slips)
    for pair in (("organiser", "third_party"), ("third_party", "supervisor")):
        given = {party: slips[party] for party in pair}
        browsers["evaluator"].submit(f"/desk/rounds/{frozen}/keys/try", given)
    three_keys.sign_all(session, guarded)
    lifecycle.open_(session, rounds.get(session, frozen), "evaluator", halls.OPENS)
    lifecycle.close(session, rounds.get(session, frozen), "evaluator", halls.AFTER.replace(year=2099))
    session.commit()
    return guarded


def test_the_box_goes_from_count_to_bundles_on_the_pages(session, browsers, closed, tmp_path):
    path = f"/desk/rounds/{closed.hall.round_id}"
    wrong = browsers["evaluator"].submit(f"{path}/box/slips/S1", {"handed_out": "50", "unused": "1", "spoiled": "0"})
    assert (wrong.status_code, "共印制 60 张纸条" in wrong.text) == (409, True)
    for sheet, printed in (("S1", "60"), ("S2", "10")):
        given = {"handed_out": "0", "unused": printed, "spoiled": "0"}
        assert browsers["evaluator"].submit(f"{path}/box/slips/{sheet}", given).status_code == 303
    three_keys.sign_all(session, closed)
    box = tmp_path / "box.jsonl"
    box.write_bytes(browsers["personnel"].get(f"{path}/box/envelopes.jsonl").data)
    for role, other in (("personnel", "supervisor"), ("supervisor", "third_party")):
        out = tmp_path / f"{role}.json"
        typed = f"{closed.slips[PARTIES[role]]}\n{closed.slips[other]}\n"
        arguments = ["keys", "tally", str(box), "--party", PARTIES[role], "--party", other, "--out", str(out)]
        assert CliRunner().invoke(commands, arguments, input=typed).exit_code == 0
        with out.open("rb") as file:
            answer = browsers[role].submit(f"{path}/box/tally", {"file": (file, "tally.json")})
        assert answer.status_code == 303

    pair = {"organiser": closed.slips["organiser"], "supervisor": closed.slips["supervisor"]}
    browsers["personnel"].submit("/account/confirm", {"own_password": "correct horse battery"})
    assert browsers["personnel"].submit(f"{path}/reveal", {}).status_code == 400
    assert browsers["personnel"].submit(f"{path}/reveal", pair).status_code == 303

    session.expire_all()
    assert session.get_one(Round, closed.hall.round_id).state == "revealed"
    assert browsers["evaluator"].get(f"{path}/bundle/public.zip").status_code == 403
    assert browsers["personnel"].get(f"{path}/bundle/public.zip").status_code == 409


def test_the_evaluator_never_gets_the_box_and_no_tally_that_nobody_signed_is_taken(browsers, closed):
    path = f"/desk/rounds/{closed.hall.round_id}/box"

    assert browsers["evaluator"].get(f"{path}/envelopes.jsonl").status_code == 403
    answer = browsers["supervisor"].submit(
        f"{path}/tally", {"file": (BytesIO(json.dumps({"party": "organiser"}).encode()), "t.json")}
    )
    assert (answer.status_code, "这不是本轮某一方签署的计票结果" in answer.text) == (400, True)


def test_what_is_to_be_signed_is_named_with_its_fingerprint(session, browsers, frozen):
    page = browsers["personnel"].get(f"/desk/rounds/{frozen}/keys").text

    statements = signatures.signed_statements(session, rounds.get(session, frozen))
    assert len(statements) == 3
    assert all(each.statement.digest().hex()[:16] in page for each in statements)


def test_the_rounds_page_names_what_the_parties_still_have_to_do(browsers, draft, slips):
    before = browsers["evaluator"].get(f"/desk/rounds/{draft}").text
    assert "各方制作钥匙条" in before
    assert len(slips) == 3
    assert "3 / 3" in before


def test_the_rounds_page_says_when_nobody_can_open_the_ballots_any_more(browsers, frozen):
    for role, warned in (("supervisor", False), ("personnel", True)):
        browsers[role].submit(f"/desk/rounds/{frozen}/keys/lost", {"reason": "丢了"})
        page = browsers["evaluator"].get(f"/desk/rounds/{frozen}").text
        assert ("谁也打不开它的票了" in page) == warned
    assert "两组试用钥匙条" in page
    assert "还有 3 项待签署" in page
