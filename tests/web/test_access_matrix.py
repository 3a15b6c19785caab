"""Nobody gets at what is not theirs: the whole table is asked, and what would break it is found."""

from collections.abc import Iterator

import pytest

from survey.office.permissions import PERMISSIONS, SUPERVISOR
from survey.prepare import rounds
from survey.web import database
from survey.web.access import allowed
from tests.two_towns import Office, make_office
from tests.web import access_matrix

DOWNLOAD = "console.plans.download"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = make_office(tmp_path_factory.mktemp("matrix") / "home")
    yield office
    office.close()


@pytest.fixture
def office(made: Office) -> Iterator[Office]:
    """Return the office as it was made, its pages too."""
    pages = dict(made.app.view_functions)
    yield made
    made.app.view_functions.clear()
    made.app.view_functions.update(pages)
    made.restore()


def test_every_page_is_in_the_table(office):
    assert access_matrix.strangers(office.app) == set()


def test_every_cell_is_answered_as_the_table_says(office):
    asked, holes = access_matrix.holes(office)

    assert holes == []
    assert asked >= 2000


def test_a_leader_sees_no_result_but_the_published_one(office):
    leader, round_id = office.browser("leader"), office.towns["A"].published
    pages = ["", "units", "results.csv", "results.xlsx", "sign", "sign.pdf", "targets/AC1/", "targets/AC1/radar.svg"]

    for page in pages:
        unpublished, none = (leader.get(f"/results/{round_id}/{number}/{page}") for number in (2, 99))
        assert (unpublished.status_code, none.status_code) == (404, 404), page
        assert unpublished.text == none.text.replace("99", "2"), page
        assert office.browser("personnel").get(f"/results/{round_id}/2/{page}").status_code in {200, 303}, page
    assert leader.get(f"/results/{office.towns['A'].open}/").status_code == 404
    assert office.towns["A"].open not in leader.get("/results/").text


def test_a_page_that_is_not_in_the_table_is_found(office):
    rules = office.app.url_map
    rules.add(type(next(rules.iter_rules()))("/forgotten", endpoint="forgotten"))
    try:
        assert access_matrix.strangers(office.app) == {"forgotten"}
    finally:
        rules._rules_by_endpoint.pop("forgotten")


def test_a_page_that_does_not_ask_whose_a_round_is_is_found(office):
    @allowed("see rounds")
    def unchecked(round_id):
        return rounds.get(database.session(), round_id).plan_source

    _, before = access_matrix.holes(office, DOWNLOAD)
    office.app.view_functions[DOWNLOAD] = unchecked

    _, holes = access_matrix.holes(office, DOWNLOAD)

    assert before == []
    assert {hole.split()[0] for hole in holes} == {"town", "evaluator", "rival", "warden"}
    assert all("expected not found, got let in" in hole or "tells of the other town" in hole for hole in holes)


def test_a_page_whose_words_tell_a_foreign_round_from_none_is_found(office):
    @allowed("see rounds")
    def talkative(round_id):
        round_ = rounds.get(database.session(), round_id)
        return f"{round_.id} is not yours", 404

    office.app.view_functions[DOWNLOAD] = talkative

    _, holes = access_matrix.holes(office, DOWNLOAD)

    assert any("expected not found, got told apart" in hole for hole in holes)


def test_a_role_that_may_more_than_the_table_says_is_found(office, monkeypatch):
    monkeypatch.setitem(PERMISSIONS, "close round", PERMISSIONS["close round"] | {SUPERVISOR})

    _, holes = access_matrix.holes(office, "console.steps.ask_close")

    assert holes
    assert {hole.split()[0] for hole in holes} == {"supervisor", "warden"}
