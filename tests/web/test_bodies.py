"""What a request may bring to each page, and that what is too large is refused in words and changes nothing."""

import pytest

from survey.models import Envelope, StoredDocument
from survey.web import bodies
from tests.pages import read
from tests.township import open_township

TOO_LARGE = "送来的内容太大，什么也没有收下"


@pytest.fixture
def code(session, settings):
    return open_township(session, settings).residents[0]


def refused(answer):
    assert TOO_LARGE in answer.text
    return answer.status_code


@pytest.mark.parametrize("path", ["/b", "/b/review", "/b/cast", "/r", "/login"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_an_open_page_takes_no_more_than_any_form_of_ours_holds(client, path, kind):
    more = {"code": "0" * bodies.OPEN_PAGE}

    assert refused(client.post(path, data=more, content_type=kind)) == 413


def test_the_largest_ballot_that_a_plan_allows_is_taken(client, code):
    """8,000 cells and 20,000 bytes of comment, each written as three characters by the browser."""
    fields = {f"m{cell}": "255" for cell in range(8_000)} | {"comment": "长" * 6_666}

    answer = client.post("/b", data={"code": code} | fields)

    assert answer.status_code == 200
    assert read(answer.text).fields["code"] == code


@pytest.mark.parametrize("path", ["/b", "/b/cast", "/r"])
def test_a_form_of_countless_fields_is_refused_before_they_are_read(client, path):
    countless = "code=a" + "&a" * bodies.MOST_FIELDS

    assert len(countless) < bodies.OPEN_PAGE
    assert refused(client.post(path, data=countless, content_type=bodies.FORM)) == 413


def test_a_form_of_countless_parts_is_refused(sign_in, session):
    client = sign_in("personnel")
    parts = {f"a{number}": "x" for number in range(bodies.MOST_PARTS)}

    answer = client.submit("/desk/documents/", parts | {"text": "name: x"}, content_type="multipart/form-data")

    assert refused(answer) == 413
    assert session.query(StoredDocument).count() == 0


def test_a_ballot_that_is_refused_for_its_size_leaves_its_code_unused(client, session, code):
    page = read(client.post("/b", data={"code": code}).text)
    reviewed = read(client.post("/b/review", data=page.fields).text)

    assert refused(client.post("/b/cast", data=reviewed.fields | {"comment": "长" * 40_000})) == 413
    assert session.query(Envelope).count() == 0
    assert client.post("/b/cast", data=reviewed.fields).status_code == 201


def test_a_file_goes_only_where_files_are_taken(app, sign_in):
    """No page that is open to all takes more than a form; what a page for files takes is bound as well."""
    large = {path for path in addresses(app) if bodies.takes_files(app, path)}
    client = sign_in("personnel")
    megabytes = b"x" * (9 * bodies.MEGABYTE)

    answer = client.post("/roster/plan", data=megabytes, content_type="multipart/form-data; boundary=b")

    assert {"/roster/plan", "/roster/import"} <= large
    assert {path for path in large if not path.startswith(("/roster/", "/desk/"))} == set()
    assert refused(answer) == 413


def addresses(app):
    """Return the address of every page that can be posted to."""
    with app.test_request_context():
        return {
            rule.build(
                {name: 1 if "Integer" in type(kind).__name__ else "x" for name, kind in rule._converters.items()}
            )[1]
            for rule in app.url_map.iter_rules()
            if "POST" in rule.methods
        }
