"""A hall's three hundred phones stand behind one address: no limit by address may touch a ballot."""

import secrets

import pytest

from survey.models import Envelope
from tests import township as townships
from tests.pages import read

PHONES = 300
HALL = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture
def township(session, settings, monkeypatch):
    monkeypatch.setattr(townships, "PLAN", townships.PLAN.replace("entitled: 60", f"entitled: {PHONES}"))
    return townships.open_township(session, settings)


def shut_out(client):
    """Guess passwords from the hall's address until it is shut out of the sign-in."""
    for number in range(60):
        guess = {"login": f"nobody-{number}", "password": "wrong", "csrf_token": client.token()}
        if client.post("/login", data=guess, environ_base=HALL).status_code == 429:
            return True
    return False


def test_three_hundred_ballots_and_bad_codes_from_one_address_are_answered_alike(client, session, township):
    assert shut_out(client)
    cells = len(township.manifest.cells(township.manifest.sheets[0]))

    def cast(code):
        form = {"code": code, "attempt": secrets.token_hex(16), "marks": "00" * cells, "comment": ""}
        return client.post("/b/cast", data=form, environ_base=HALL)

    def guess(path):
        return client.post(path, data={"code": secrets.token_hex(8)}, environ_base=HALL)

    bad = [guess("/b") for _ in range(PHONES)]
    shown = [client.post("/b", data={"code": code}, environ_base=HALL).status_code for code in township.residents]
    recorded = [cast(code).status_code for code in township.residents]
    unknown = [cast(secrets.token_hex(8)).status_code for _ in range(PHONES)]
    looked_up = [guess("/r").status_code for _ in range(PHONES)]

    assert {answer.status_code for answer in bad} == {404}
    assert len({read(answer.text).words for answer in bad}) == 1
    assert shown == [200] * PHONES
    assert recorded == [201] * PHONES
    assert unknown == [404] * PHONES
    assert looked_up == [404] * PHONES
    assert session.query(Envelope).count() == PHONES
    assert client.post("/b", data={"code": township.staff[0]}, environ_base=HALL).status_code == 200


def test_codes_from_the_hall_shut_nobody_out_of_the_sign_in(client, township):
    assert township.residents
    for _ in range(PHONES):
        client.post("/b", data={"code": secrets.token_hex(8)}, environ_base=HALL)

    wrong = {"login": "nobody", "password": "wrong", "csrf_token": client.token()}

    assert client.post("/login", data=wrong, environ_base=HALL).status_code == 422
