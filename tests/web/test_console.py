import io
import re
from datetime import timedelta

import pytest
from flask_babel import gettext

from survey.crypto.keyfile import read_key
from survey.manifest.states import REFUSALS, RoundState
from survey.models import Envelope, Result, Round, StoredDocument
from survey.prepare import rounds
from tests.hall import PLAN, QUESTIONNAIRE, SCHEME, ahead, cast_all, close_round, draft_round, fill_roster, open_round
from tests.pages import read


@pytest.fixture
def evaluator(sign_in):
    return sign_in("evaluator")


@pytest.fixture
def draft(session):
    """Return the id of a draft whose window lies ahead."""
    round_ = draft_round(session, plan=ahead())
    session.commit()
    return round_.id


def state_of(session, round_id):
    session.rollback()
    return rounds.get(session, round_id).state


def typed_in(answer):
    """Return what stands in the page's text field, as a browser shows it."""
    return read(answer.text).fields["text"].removeprefix("\r\n").replace("\r\n", "\n")


def words_of(answer):
    return read(answer.text).words


def test_an_empty_desk_says_what_comes_first(evaluator):
    words = words_of(evaluator.get("/desk/"))

    assert "还没有测评轮次" in words
    assert "导入名册" in words


def test_a_desk_with_a_roster_offers_the_first_round(session, evaluator):
    fill_roster(session)
    session.commit()

    page = evaluator.get("/desk/")

    assert "已有 3 个" in page.text
    assert 'class="btn go" href="/desk/new"' in page.text


def test_the_offered_plan_makes_a_round_that_misses_nothing(session, evaluator):
    fill_roster(session)
    session.commit()
    offered = typed_in(evaluator.get("/desk/new"))

    made = evaluator.submit("/desk/new", {"text": offered}, follow_redirects=True)

    assert "没有缺的" in made.text
    assert "中层干部民主测评" in made.text
    assert session.query(Round).one().plan_source.replace("\r", "") == offered


def test_a_faulty_plan_is_kept_and_its_faults_are_listed(session, evaluator):
    typed = "name: 甲轮\nprogramme: []\nsheets: [{group: 居民, entitled: 0, colour: red}]\n"

    answer = evaluator.submit("/desk/new", {"text": typed})

    assert answer.status_code == 422
    assert typed_in(answer) == typed
    for place in ("programme", "sheets.0.entitled", "sheets.0.colour"):
        assert f"<b>{place}</b>" in answer.text
    assert session.query(Round).count() == 0


def test_a_plan_that_is_no_yaml_names_the_line(evaluator):
    answer = evaluator.submit("/desk/new", {"text": "name: [甲"})

    assert answer.status_code == 422
    assert typed_in(answer) == "name: [甲"


def test_an_uploaded_plan_takes_the_place_of_the_typed_one(session, evaluator):
    fill_roster(session)
    session.commit()
    offered = typed_in(evaluator.get("/desk/new")).replace("中层干部民主测评", "从文件来的一轮")
    upload = (io.BytesIO(b"\xef\xbb\xbf" + offered.encode()), "方案.yaml")

    evaluator.submit("/desk/new", {"text": "name: typed", "file": upload})

    assert session.query(Round).one().name.endswith("从文件来的一轮")


def test_a_file_that_is_no_text_is_refused_by_name(session, evaluator):
    answer = evaluator.submit("/desk/new", {"text": "", "file": (io.BytesIO(b"\xff\xfe\x00"), "照片.png")})

    assert answer.status_code == 422
    assert "照片.png" in answer.text
    assert session.query(Round).count() == 0


def test_a_draft_shows_what_is_missing_and_what_will_be_hidden(session, evaluator):
    round_ = draft_round(session, plan=ahead(PLAN.replace("entitled: 10", "entitled: 4")))
    session.commit()

    words = words_of(evaluator.get(f"/desk/rounds/{round_.id}"))

    assert "下面这些一定不显示" in words
    assert "冻结前检查" in words


def test_a_plan_is_corrected_and_downloaded(session, draft, evaluator):
    source = typed_in(evaluator.get(f"/desk/rounds/{draft}/plan"))

    evaluator.submit(f"/desk/rounds/{draft}/plan", {"text": source.replace("小镇民主测评", "改过的一轮")})
    file = evaluator.get(f"/desk/rounds/{draft}/plan.yaml")

    assert state_of(session, draft) == "draft"
    assert "name: 改过的一轮" in file.text
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_a_frozen_plan_is_refused_with_the_reason(app, settings, session, evaluator):
    hall = open_round(session, settings)
    path = f"/desk/rounds/{hall.round_id}/plan"

    shown, sent = evaluator.get(path), evaluator.submit(path, {"text": "name: 别的"})

    assert (shown.status_code, sent.status_code) == (409, 409)
    with app.test_request_context():
        assert gettext(REFUSALS[RoundState.OPEN]) in sent.text
    assert typed_in(sent) == "name: 别的"


def test_documents_are_listed_handed_out_and_stored_as_versions(session, evaluator):
    page = evaluator.get("/desk/documents/")
    preset = evaluator.get("/desk/documents/preset/scheme/三三制.yaml")

    stored = evaluator.submit("/desk/documents/", {"text": QUESTIONNAIRE}, follow_redirects=True)
    digest = session.query(StoredDocument).one().digest

    assert "干部年度测评" in page.text
    assert "name: 三三制" in preset.text
    assert "已保存：小测评，第 1 版" in stored.text
    assert evaluator.get(f"/desk/documents/stored/{digest}.yaml").text == QUESTIONNAIRE
    assert evaluator.get("/desk/documents/preset/scheme/nothing.yaml").status_code == 404


def test_a_faulty_document_is_kept_and_its_faults_are_listed(session, evaluator):
    typed = SCHEME.replace("weight: 2", "weight: two")

    answer = evaluator.submit("/desk/documents/", {"text": typed})

    assert answer.status_code == 422
    assert typed_in(answer) == typed
    assert "two" in answer.text
    assert session.query(StoredDocument).count() == 0


def test_freezing_asks_first_fixes_the_rules_and_shows_their_fingerprint(settings, session, draft, evaluator):
    asked = evaluator.get(f"/desk/rounds/{draft}/freeze")
    assert "从此都不能再改" in asked.text
    assert state_of(session, draft) == "draft"

    done = evaluator.submit(f"/desk/rounds/{draft}/freeze", follow_redirects=True)

    assert state_of(session, draft) == "frozen"
    digest = rounds.get(session, draft).manifest_hash.hex()
    assert f"<b>{digest[:4]} {digest[4:8]} {digest[8:12]} {digest[12:16]}</b>" in done.text
    assert digest in done.text
    assert read_key(settings.key_folder, draft) is not None


def test_a_freeze_that_misses_something_lists_it_and_changes_nothing(session, evaluator):
    round_ = draft_round(session, plan=ahead())
    round_.plan_source = round_.plan_source.replace("group: 党委", "group: 没有的组")
    session.commit()

    answer = evaluator.submit(f"/desk/rounds/{round_.id}/freeze")

    assert answer.status_code == 409
    assert "没有的组" in answer.text
    assert state_of(session, round_.id) == "draft"


def test_opening_waits_for_the_slips_of_every_sheet(session, draft, evaluator):
    evaluator.submit(f"/desk/rounds/{draft}/freeze")

    answer = evaluator.submit(f"/desk/rounds/{draft}/open")

    assert answer.status_code == 409
    assert "居民票" in answer.text
    assert state_of(session, draft) == "frozen"


def test_an_open_round_shows_coarse_turnout_and_nothing_of_small_groups(settings, session, session_factory, sign_in):
    hall = open_round(session, settings, plan=PLAN.replace("entitled: 10", "entitled: 9"))
    hall.codes = {"S1": hall.codes["S1"][:13], "S2": hall.codes["S2"][:3]}
    cast_all(session_factory, hall)

    for role in ("evaluator", "personnel", "supervisor"):
        page = sign_in(role).get(f"/desk/rounds/{hall.round_id}").text
        shown = page.partition('id="turnout"')[2].partition("</section>")[0]
        # 13 of 60 are two tenths and more; 3 of 9 are not shown at all.
        assert "二成多" in shown
        assert shown.count('class="on"') == 2
        assert "人数少，截止前不显示" in shown
        assert not re.search(r">\s*(13|3)\s*<", shown)


def test_voiding_says_what_is_destroyed_and_needs_a_reason(settings, session, session_factory, evaluator):
    hall = open_round(session, settings, residents=20)
    cast_all(session_factory, hall)
    path = f"/desk/rounds/{hall.round_id}/void"

    asked, bare = evaluator.get(path), evaluator.submit(path, {"reason": " "})
    assert state_of(session, hall.round_id) == "open"
    done = evaluator.submit(path, {"reason": "纸条发错了单位"}, follow_redirects=True)

    assert "已交的全部封存选票" in asked.text
    assert bare.status_code == 400
    assert "纸条发错了单位" in done.text
    assert state_of(session, hall.round_id) == "void"
    assert session.query(Envelope).count() == 0
    assert read_key(settings.key_folder, hall.round_id) is None


def test_a_void_round_is_repeated_for_the_group_that_failed(settings, session, evaluator):
    hall = open_round(session, settings)
    evaluator.submit(f"/desk/rounds/{hall.round_id}/void", {"reason": "党委票印错"})
    path = f"/desk/rounds/{hall.round_id}/repeat"

    offered = read(evaluator.get(path).text).offers["groups"]
    again = evaluator.submit(path, {"groups": "党委"}, follow_redirects=True)

    assert offered == ["居民", "党委"]
    assert "重做的是" in again.text
    repeated = session.query(Round).filter(Round.parent_id == hall.round_id).one()
    assert (repeated.state, repeated.only_groups) == ("draft", {"groups": ["党委"]})


def test_a_round_that_is_not_void_is_not_repeated(session, draft, evaluator):
    answer = evaluator.submit(f"/desk/rounds/{draft}/repeat", {"groups": "居民"})

    assert answer.status_code == 409
    assert session.query(Round).count() == 1


def test_a_trial_is_a_round_of_its_own_and_says_so(session, draft, evaluator):
    made = evaluator.submit(f"/desk/rounds/{draft}/trial", follow_redirects=True)
    parent = evaluator.get(f"/desk/rounds/{draft}")

    trial = session.query(Round).filter(Round.trial).one()
    assert "试填不计票" in made.text
    assert f"/desk/rounds/{trial.id}" in parent.text
    assert "试填" in evaluator.get("/desk/").text


def test_a_draft_is_deleted_only_after_asking(session, draft, evaluator):
    asked = evaluator.get(f"/desk/rounds/{draft}/delete")
    assert session.query(Round).count() == 1
    session.rollback()
    evaluator.submit(f"/desk/rounds/{draft}/delete")

    assert "下载方案" in asked.text
    assert session.query(Round).count() == 0


def test_the_reveal_is_the_personnel_offices_and_ends_in_its_ranking(settings, session, session_factory, sign_in):
    hall = open_round(session, settings, residents=20)
    cast_all(session_factory, hall)
    close_round(session, hall)
    path = f"/desk/rounds/{hall.round_id}/reveal"
    personnel = sign_in("personnel")

    assert sign_in("evaluator").submit(path).status_code == 403
    assert "不能重来" in personnel.get(path).text
    assert state_of(session, hall.round_id) == "closed"
    done = personnel.submit(path)

    assert done.location == f"/results/{hall.round_id}/1/"
    assert state_of(session, hall.round_id) == "revealed"
    assert session.query(Result).count() == 1
    assert read_key(settings.key_folder, hall.round_id) is None
    assert personnel.submit(path).status_code == 409


def test_a_round_that_still_collects_is_not_revealed(settings, session, sign_in):
    hall = open_round(session, settings)

    answer = sign_in("personnel").submit(f"/desk/rounds/{hall.round_id}/reveal")

    assert answer.status_code == 409
    assert state_of(session, hall.round_id) == "open"


def test_a_supervisor_sees_a_round_and_can_press_nothing(settings, session, sign_in):
    hall = open_round(session, settings)

    page = sign_in("supervisor").get(f"/desk/rounds/{hall.round_id}")

    assert "您的角色看不到测评结果" in page.text
    forms = re.findall(r'<form[^>]*action="([^"]*)"', page.text)
    assert forms == ["/logout"]
    for step in ("close", "void", "freeze", "open", "reveal", "plan", "codes/"):
        assert f'href="/desk/rounds/{hall.round_id}/{step}"' not in page.text


@pytest.mark.parametrize("state", ["frozen", "open", "closed", "revealed", "published", "void"])
def test_every_state_shows_its_step_and_what_is_to_be_done(settings, session, sign_in, state):
    hall = open_round(session, settings)
    round_ = rounds.get(session, hall.round_id)
    round_.state = state
    session.commit()

    page = sign_in("evaluator").get(f"/desk/rounds/{hall.round_id}").text

    steps = re.findall(r'<li( class="[a-z]+")?[^>]*><b>', page)
    assert len(steps) == 6
    assert page.count('aria-current="step"') == (0 if state == "published" else 1)
    assert 'class="checks"' in page


def test_the_last_window_that_is_over_is_said(settings, session, sign_in):
    hall = open_round(session, settings)
    early = rounds.get(session, hall.round_id)
    early.created_at -= timedelta(days=1)
    session.commit()

    page = sign_in("evaluator").get(f"/desk/rounds/{hall.round_id}")

    assert "到 12月8日 12:00" in page.text or "12月8日 12:00 结束" in page.text


def test_a_round_that_is_not_there_is_not_found(evaluator):
    for path in ("", "/plan", "/codes", "/amendments", "/freeze", "/void", "/repeat", "/delete", "/plan.yaml"):
        assert evaluator.get(f"/desk/rounds/nothing{path}").status_code == 404, path
