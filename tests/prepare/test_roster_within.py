"""An import by who may see one unit's part of the roster only."""

import pytest

from survey.errors import BadDocumentError
from survey.models import Post, Target, Unit
from survey.office import scope
from survey.prepare import roster
from tests.workbooks import xlsx


@pytest.fixture(autouse=True)
def county(session):
    """Add a county with two towns, each with an office and a cadre; both cadres bear the same name."""
    session.add(Unit(code="X", name="县"))
    session.flush()
    for town in "AB":
        session.add(Unit(code=town, name=f"{town}镇", parent_code="X"))
        session.flush()
        session.add(Unit(code=f"{town}1", name=f"{town}所", parent_code=town))
        session.flush()
        post = Post(position=1, unit_code=f"{town}1", title="所长", main=True)
        session.add(Target(code=f"P-{town}", kind="person", name="李明", posts=[post]))
    session.flush()


def plan(session, csv, unit="A"):
    return roster.plan_import(session, csv.encode(), "名册.csv", within=scope.subtree(session, unit))


def faults(session, csv, unit="A"):
    with pytest.raises(BadDocumentError) as refused:
        plan(session, csv, unit)
    return [(str(each.found), str(each.allowed)) for each in refused.value.problems]


def test_own_rows_are_changed_and_added(session):
    planned = plan(session, "编码,姓名,单位编码,职务\nP-A,李明,A1,主任\n,王新,A,干事\n")

    roster.carry_out(session, planned)

    assert [(change.after.name, change.status) for change in planned.targets] == [
        ("李明", "changed"),
        ("王新", "added"),
    ]
    assert session.get(Target, "P-A").main_post.title == "主任"


def test_a_code_of_another_unit_is_refused_and_nothing_of_it_is_told(session):
    told = faults(session, "编码,姓名,单位编码,职务\nP-B,李明,A1,所长\n")

    assert told == [("P-B", "a code of your own part of the roster, or one that nobody has")]


def test_a_unit_that_is_anothers_is_as_one_that_is_none(session):
    foreign, none = (
        [allowed for _found, allowed in faults(session, f"编码,姓名,单位编码\n,王新,{code}\n")] for code in ("B1", "ZZ")
    )

    assert foreign == none


def test_a_namesake_elsewhere_is_not_asked_about(session):
    planned = plan(session, "姓名,单位编码\n李明,A1\n")

    [question] = planned.questions
    assert [choice.value for choice in question.choices] == ["P-A"]


def test_a_made_code_is_never_one_that_is_taken_elsewhere(session):
    session.add(Target(code="P0007", kind="person", name="某", posts=[Post(position=1, unit_code="B1", main=True)]))
    session.flush()

    planned = plan(session, "姓名,单位编码\n王新,A1\n")

    assert [change.after.code for change in planned.targets] == ["P0008"]
    assert planned.absent == 1


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (["A2", "A库", "A"], False),
        (["A2", "A库", ""], True),
        (["A2", "A库", "B"], True),
        (["A", "A镇", ""], True),
        (["A1", "A所", ""], True),
        (["A1", "A新所", "A"], False),
    ],
)
def test_a_unit_hangs_below_ones_own_and_ones_own_stays_where_it_is(session, row, wrong):
    book = xlsx({"单位": [["编码", "名称", "上级编码"], row]})
    within = scope.subtree(session, "A")

    if wrong:
        with pytest.raises(BadDocumentError):
            roster.plan_import(session, book, "名册.xlsx", within=within)
    else:
        assert roster.plan_import(session, book, "名册.xlsx", within=within).units[0].after.parent_code == "A"


def test_ones_own_unit_may_be_named_anew_where_the_file_says_nothing_of_what_lies_above(session):
    book = xlsx({"单位": [["编码", "名称"], ["A", "青石镇"]]})

    roster.carry_out(session, roster.plan_import(session, book, "名册.xlsx", within=scope.subtree(session, "A")))

    assert (session.get(Unit, "A").name, session.get(Unit, "A").parent_code) == ("青石镇", "X")
