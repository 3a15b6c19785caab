import pytest

from survey.manifest.amended import amended
from survey.models import Amendment
from survey.prepare import rounds
from tests.hall import open_round
from tests.pages import read


@pytest.fixture
def path(settings, session):
    """Return the address of the amendments of an open round, whose first window closes on 8 December at noon."""
    return f"/desk/rounds/{open_round(session, settings).round_id}/amendments"


def holds(session, path):
    session.rollback()
    return amended(rounds.get(session, path.split("/")[3]))


def test_a_window_is_extended_on_the_installations_clock(session, path, sign_in):
    form = {"extend-door": "S1.phone", "extend-closes": "2090-01-01T20:30", "extend-reason": "停电两小时"}

    done = sign_in("evaluator").submit(f"{path}/extend", form, follow_redirects=True)

    closes = holds(session, path).sheet("S1").windows["phone"].closes
    assert closes.isoformat() == "2090-01-01T20:30:00+08:00"
    words = read(done.text).words
    assert "1 居民票（手机）：延长到 2090年1月1日 20:30 停电两小时" in words
    assert "第 1 号变更已生效" in words


def test_an_entitled_number_is_raised(session, path, sign_in):
    form = {"raise-sheet": "S1", "raise-entitled": 80, "raise-reason": "新迁入 20 户"}

    sign_in("evaluator").submit(f"{path}/raise", form)

    assert holds(session, path).sheet("S1").entitled == 80


def test_a_target_is_withdrawn_and_no_longer_offered(session, path, sign_in):
    client = sign_in("evaluator")

    done = client.submit(
        f"{path}/withdraw", {"withdraw-target": "C2", "withdraw-reason": "已调离"}, follow_redirects=True
    )

    assert holds(session, path).withdrawn == {"C2"}
    assert read(done.text).offers["withdraw-target"] == ["C1", "C3"]
    assert "乙二" in client.get(path.removesuffix("/amendments")).text


@pytest.mark.parametrize(
    ("act", "form", "status"),
    [
        ("extend", {"extend-door": "S1.phone", "extend-closes": "2026-12-01T08:00", "extend-reason": "改早"}, 409),
        ("extend", {"extend-door": "S1.phone", "extend-closes": "soon", "extend-reason": "改"}, 422),
        ("extend", {"extend-door": "S9.phone", "extend-closes": "2090-01-01T08:00", "extend-reason": "改"}, 422),
        ("raise", {"raise-sheet": "S1", "raise-entitled": 60, "raise-reason": "不变"}, 409),
        ("raise", {"raise-sheet": "S1", "raise-entitled": 80, "raise-reason": ""}, 422),
        ("withdraw", {"withdraw-target": "X", "withdraw-reason": "没有这个人"}, 422),
        ("shorten", {}, 400),
    ],
)
def test_what_an_amendment_cannot_do_is_refused_and_changes_nothing(session, path, sign_in, act, form, status):
    answer = sign_in("evaluator").submit(f"{path}/{act}", form)

    assert answer.status_code == status
    assert session.query(Amendment).count() == 0


def test_what_was_typed_is_kept_beside_the_refusal(path, sign_in):
    form = {"raise-sheet": "S2", "raise-entitled": 5, "raise-reason": "写少了"}

    page = read(sign_in("evaluator").submit(f"{path}/raise", form).text)

    assert page.fields["raise-sheet"] == "S2"
    assert (page.fields["raise-entitled"], page.fields["raise-reason"]) == ("5", "写少了")
    assert page.fields["extend-reason"] == ""


def test_who_may_not_amend_sees_the_list_alone(path, sign_in):
    for role in ("personnel", "supervisor"):
        client = sign_in(role)
        assert "raise-entitled" not in client.get(path).text
        assert client.submit(f"{path}/raise", {"raise-sheet": "S1"}).status_code == 403
