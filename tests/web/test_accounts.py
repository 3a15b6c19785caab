import re

from survey.models import Account, AuditEntry
from survey.office import accounts
from tests.conftest import PASSWORD
from tests.hall import fill_roster

NEW = "a quite new password"


def shown_code(page):
    return re.search(r'<p class="receipt code">([^<]+)</p>', page.text)[1]


def add(client, login="Zhou", role="evaluator", name="衡远民意调查 · 周敏", **more):
    return client.submit("/accounts/add", {"login": login, "name": name, "role": role, "unit": "-", **more})


def set_password(client, login, code, password=NEW):
    return client.post("/reset", data={"login": login, "code": code, "new": password})


def test_an_account_is_added_and_its_owner_alone_learns_the_password(client, sign_in, session):
    administrator = sign_in("administrator")

    page = add(administrator)

    code = shown_code(page)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert "Set-Cookie" not in page.headers
    for path in ("/accounts/", "/log/", "/accounts/zhou/password", "/accounts/zhou/disable"):
        assert code not in administrator.get(path).text
    assert accounts.sign_in(session, "zhou", code) is None
    session.rollback()
    assert set_password(client, "zhou", code).status_code == 200
    assert accounts.sign_in(session, "zhou", NEW).role == "evaluator"


def test_an_account_may_be_tied_to_a_unit_of_the_roster(sign_in, session):
    fill_roster(session)
    session.commit()
    client = sign_in("administrator")

    tied = add(client, role="personnel", unit="U2")
    wrong = add(client, login="wang", role="evaluator", unit="U2")

    assert session.get(Account, "zhou").unit_code == "U2"
    assert tied.status_code == 200
    assert (wrong.status_code, 'id="unit-error"' in wrong.text) == (422, True)
    assert session.get(Account, "wang") is None
    assert "第2办公室" in client.get("/accounts/").text


def test_accounts_of_a_rounds_doors_are_not_the_administrators_to_make(sign_in, session):
    refused = add(sign_in("administrator"), role="clerk")

    assert (refused.status_code, 'id="role-error"' in refused.text) == (422, True)
    assert session.get(Account, "zhou") is None


def test_what_cannot_be_taken_is_said_beside_the_field(sign_in):
    client = sign_in("administrator")

    bad = add(client, login="two words", name="")
    taken = add(client, login="ADMINISTRATOR")

    assert (bad.status_code, taken.status_code) == (422, 409)
    assert 'id="login-error"' in bad.text
    assert 'id="name-error"' in bad.text
    assert "已经有人用了" in taken.text
    assert 'value="ADMINISTRATOR"' in taken.text


def test_disabling_asks_first_and_signs_out_at_once(sign_in):
    client, other = sign_in("administrator"), sign_in("supervisor")

    asked = client.get("/accounts/supervisor/disable")
    assert "notice bad" in asked.text
    assert other.get("/account").status_code == 200
    done = client.submit("/accounts/supervisor/disable", follow_redirects=True)

    assert "已停用" in done.text
    assert other.get("/account").status_code == 303
    assert "已启用" in client.submit("/accounts/supervisor/enable", follow_redirects=True).text


def test_the_last_administrator_is_told_why_not(sign_in):
    answer = sign_in("administrator").submit("/accounts/administrator/disable")

    assert answer.status_code == 409
    assert "最后一个管理员" in answer.text


def test_with_the_code_the_person_sets_a_password_and_the_old_one_is_worth_nothing(client, sign_in, session):
    administrator, other = sign_in("administrator"), sign_in("supervisor")

    code = shown_code(administrator.submit("/accounts/supervisor/password"))

    assert other.get("/account").status_code == 200
    assert set_password(client, "Supervisor", code.lower().replace("-", " ")).status_code == 200
    assert accounts.sign_in(session, "supervisor", NEW) is not None
    assert accounts.sign_in(session, "supervisor", PASSWORD) is None
    assert other.get("/account").status_code == 303


def test_every_act_on_an_account_is_in_the_log(sign_in, session):
    client = sign_in("administrator")
    add(client)
    client.submit("/accounts/zhou/password")
    client.submit("/accounts/zhou/disable")
    client.submit("/accounts/zhou/enable")

    entries = session.query(AuditEntry).order_by(AuditEntry.number).all()
    assert [(each.login, each.act, each.detail) for each in entries] == [
        ("administrator", "add account", {"account": "zhou", "role": "evaluator"}),
        ("administrator", "give reset code", {"account": "zhou"}),
        ("administrator", "disable account", {"account": "zhou"}),
        ("administrator", "enable account", {"account": "zhou"}),
    ]
    page = client.get("/log/").text
    assert "停用账号" in page
    assert "第三方测评机构" in page


def test_an_account_that_is_none_is_not_found(sign_in):
    answer = sign_in("administrator").get("/accounts/nobody/disable")

    assert answer.status_code == 404
    assert "没有“nobody”这个账号" in answer.text
