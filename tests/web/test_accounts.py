import re

from survey.models import Account, AuditEntry
from survey.office import accounts


def shown_password(page):
    return re.search(r'<p class="receipt code">([^<]+)</p>', page.text)[1]


def add(client, login="Zhou", role="evaluator", name="衡远民意调查 · 周敏"):
    return client.submit("/accounts/add", {"login": login, "name": name, "role": role})


def test_an_account_is_added_and_its_password_shown_once(sign_in, session):
    client = sign_in("administrator")

    page = add(client)

    password = shown_password(page)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert accounts.sign_in(session, "zhou", password).role == "evaluator"
    assert "Set-Cookie" not in page.headers
    for path in ("/accounts/", "/log/", "/accounts/zhou/password", "/accounts/zhou/disable"):
        assert password not in client.get(path).text


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


def test_a_new_password_replaces_the_old_one(sign_in, session):
    client, other = sign_in("administrator"), sign_in("supervisor")
    before = session.get(Account, "supervisor").password_hash
    session.rollback()

    password = shown_password(client.submit("/accounts/supervisor/password"))

    session.expire_all()
    assert session.get(Account, "supervisor").password_hash != before
    assert accounts.sign_in(session, "supervisor", password) is not None
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
        ("administrator", "give new password", {"account": "zhou"}),
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
