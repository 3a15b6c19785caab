import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from survey import create_app
from survey.models import AuditEntry, Batch, Credential, VoidedBatch
from survey.prepare import lifecycle, rounds
from survey.web import database
from tests.conftest import Browser
from tests.hall import ahead, cast_all, draft_round, open_round
from tests.pages import read

PRINTED = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}\b")


@pytest.fixture
def frozen(settings, session):
    """Return the id of a frozen round that nobody has a slip of."""
    round_ = draft_round(session, plan=ahead())
    lifecycle.freeze(session, round_, settings, "tester", datetime.now(UTC))
    session.commit()
    return round_.id


def mint(client, round_id, sheet="S1", size=20, kind="issue"):
    path = f"/desk/rounds/{round_id}/codes"
    seen = read(client.get(path).text).fields["seen"]
    return client.submit(path, {"sheet": sheet, "size": size, "kind": kind, "seen": seen})


def batches(session):
    session.rollback()
    return session.query(Batch).order_by(Batch.size).all()


def test_slips_come_once_as_a_pdf_that_nobody_keeps(session, frozen, sign_in, settings):
    client = sign_in("evaluator")

    answer = mint(client, frozen, size=24)

    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    codes = set(PRINTED.findall(text))
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(codes) == 24
    assert [batch.size for batch in batches(session)] == [24]
    assert session.query(Credential).count() == 24
    kept = b"".join(path.read_bytes() for path in (settings.home / "database").iterdir())
    pages = client.get(f"/desk/rounds/{frozen}/codes").text + client.get("/account").text
    for code in codes:
        for written in (code, code.replace("-", "")):
            assert written.encode() not in kept
            assert written not in pages


def test_minting_is_logged_without_a_code(session, frozen, sign_in):
    mint(sign_in("evaluator"), frozen)

    entry = session.query(AuditEntry).filter(AuditEntry.act == "mint codes").one()
    assert entry.detail == {"sheet": "S1", "size": 20, "kind": "issue"}


def test_a_form_sent_twice_mints_once(session, frozen, sign_in):
    client = sign_in("evaluator")
    path = f"/desk/rounds/{frozen}/codes"
    form = {"sheet": "S1", "size": 20, "kind": "issue", "seen": read(client.get(path).text).fields["seen"]}

    first, second = client.submit(path, form), client.submit(path, form)

    assert (first.status_code, second.status_code) == (200, 409)
    assert "先作废" in second.text
    assert len(batches(session)) == 1


def test_the_next_batch_is_minted_from_the_page_shown_anew(session, frozen, sign_in):
    client = sign_in("evaluator")

    answers = [mint(client, frozen), mint(client, frozen), mint(client, frozen, kind="reserve", size=25)]

    page = read(client.get(f"/desk/rounds/{frozen}/codes").text).words
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "居民票 居民 60 40 20 25" in page
    assert [(batch.kind, batch.size) for batch in batches(session)] == [
        ("issue", 20),
        ("issue", 20),
        ("reserve", 25),
    ]


@pytest.mark.parametrize(("size", "status"), [(19, 400), (61, 409), (0, 422), ("", 422), ("many", 422)])
def test_a_size_that_is_not_possible_is_refused_with_the_reason(session, frozen, sign_in, size, status):
    answer = mint(sign_in("evaluator"), frozen, size=size)

    assert answer.status_code == status
    assert 'id="refused"' in answer.text or 'id="size-error"' in answer.text
    assert batches(session) == []


def test_a_small_sheet_is_minted_whole(session, frozen, sign_in):
    client = sign_in("evaluator")

    assert mint(client, frozen, sheet="S2", size=9).status_code == 400
    assert mint(client, frozen, sheet="S2", size=10).status_code == 200
    assert [batch.sheet for batch in batches(session)] == ["S2"]


def test_a_batch_that_failed_to_download_is_voided_with_a_reason_and_minted_again(session, frozen, sign_in):
    client = sign_in("evaluator")
    mint(client, frozen, size=60)
    [batch] = batches(session)
    path = f"/desk/rounds/{frozen}/codes/{batch.id}/void"

    asked, bare = client.get(path), client.submit(path, {"reason": ""})
    assert session.query(VoidedBatch).count() == 0
    session.rollback()
    done = client.submit(path, {"reason": "下载中断"}, follow_redirects=True)
    again = mint(client, frozen, size=60)

    assert "只能整批作废" in asked.text
    assert bare.status_code == 422
    assert "下载中断" in done.text
    assert again.status_code == 200
    assert client.submit(path, {"reason": "再来"}).status_code == 409


def test_a_batch_that_was_used_is_not_voided(settings, session, session_factory, sign_in):
    hall = open_round(session, settings, residents=20)
    cast_all(session_factory, hall)
    batch = session.query(Batch).filter(Batch.sheet == "S1").one()

    answer = sign_in("evaluator").submit(f"/desk/rounds/{hall.round_id}/codes/{batch.id}/void", {"reason": "试试"})

    assert answer.status_code == 409
    assert session.query(VoidedBatch).count() == 0


def test_a_batch_of_another_round_is_not_found(session, frozen, sign_in):
    client = sign_in("evaluator")
    mint(client, frozen)
    [batch] = batches(session)
    other = rounds.create(session, rounds.get(session, frozen).plan_source, "plan.yaml", "tester", datetime.now(UTC))
    session.commit()

    assert client.get(f"/desk/rounds/{other.id}/codes/{batch.id}/void").status_code in {404, 409}


def test_without_a_public_address_nothing_is_minted(settings, session, frozen, sign_in):
    client = sign_in("evaluator")
    app = create_app(replace(settings, public_address=""))
    app.testing, app.test_client_class = True, Browser
    here = app.test_client()
    here.set_cookie("gongping", client.get_cookie("gongping").value)

    page, answer = here.get(f"/desk/rounds/{frozen}/codes"), mint(here, frozen)
    database.dispose(app)

    assert "还没有设置公开网址" in page.text
    assert answer.status_code == 409
    assert batches(session) == []


def test_only_the_evaluator_mints(frozen, sign_in):
    for role in ("personnel", "supervisor"):
        client = sign_in(role)
        page = client.get(f"/desk/rounds/{frozen}/codes")
        assert 'name="seen"' not in page.text
        form = {"sheet": "S1", "size": 20, "kind": "issue", "seen": "0"}
        assert client.submit(f"/desk/rounds/{frozen}/codes", form).status_code == 403


def test_a_draft_has_no_slips_yet(session, sign_in):
    round_ = draft_round(session, plan=ahead())
    session.commit()

    answer = sign_in("evaluator").get(f"/desk/rounds/{round_.id}/codes")

    assert answer.status_code == 409
