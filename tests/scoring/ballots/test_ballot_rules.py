import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ballots.ballot_rules import apply_ballot_rules
from scoring.ballots.marks import tally_marks
from scoring.ballots.ratings import read_ratings
from scoring.score import score
from tests.scoring.counted import make_scheme

ITEMS = ["德", "能", "勤", "绩"]
LEVELS = ["优秀", "称职", "基本称职", "不称职", "不了解", "", "#unknown", "#spoiled"]
MARKS = dict(zip("优称基不?.*x", LEVELS, strict=True))


def checked(rules, ballots, **more):
    """Return the tally and the checks of ballots: {id: "优优称不"}; a dot is a blank, ? is 不了解, * is 不了解此人."""
    scheme = make_scheme(criteria=ITEMS, ballot_rules=rules, **more)
    items = scheme.item_ids()
    rows = ["ballot,group,target,item,mark"]
    for ballot, marks in ballots.items():
        for place, mark in enumerate(marks):
            rows.append(f"{ballot},群众,{'甲乙丙'[place // len(items)]},{items[place % len(items)]},{MARKS[mark]}")
    ratings = read_ratings("\n".join(rows).encode(), "R.csv", scheme)
    marks, checks = apply_ballot_rules(scheme, ratings.tally, ratings.marks)
    return scheme, tally_marks(ratings.tally, marks), {each.rule: each.ballots for each in checks.get("群众", ())}


def voided(tally):
    return int(tally.counts[..., -1].sum())


def test_a_ballot_with_all_judgements_alike_is_void_and_its_marks_come_back_but_do_not_count():
    scheme, tally, checks = checked(
        [{"rule": "uniform", "action": "void"}],
        {"1": "优优优优", "2": "优优优称", "3": "称称称称"},
        denominator="returned",
    )

    assert checks == {"uniform": 2}
    assert (voided(tally), tally.returned[0, 0, 0], tally.valid[0, 0, 0], tally.n[0, 0]) == (8, 3, 1, 1)
    [result] = score(scheme, tally, release=False).results
    assert result.distributions["德"].not_judged["voided"] == 2
    assert result.groups["群众"].score == "31.67"  # (100 + 100 + 100 + 80) / 4 over three ballots that came back


def test_uniform_looks_at_all_targets_of_a_ballot():
    assert checked([{"rule": "uniform"}], {"1": "优优优优" + "优优优称", "2": "优优优优" * 2})[2] == {"uniform": 1}


def test_what_is_no_judgement_is_never_uniform():
    ballots = {"1": "????", "2": "****", "3": "....", "4": "优...", "5": "优?*.", "6": "优优?."}

    assert checked([{"rule": "uniform", "action": "void"}], ballots)[2] == {"uniform": 1}


def test_uniform_may_ask_for_one_level_only():
    ballots = {"1": "优优优优", "2": "称称称称"}

    assert checked([{"rule": "uniform", "level": "优秀"}], ballots)[2] == {"uniform: 优秀": 1}


def test_a_flag_is_counted_and_changes_nothing():
    ballots = {"1": "优优优优", "2": "优优优称"}
    _, flagged, checks = checked([{"rule": "uniform", "action": "flag"}], ballots)

    assert checks == {"uniform": 1}
    assert voided(flagged) == 0


def test_a_share_at_the_line_is_allowed_on_both_sides():
    rules = [
        {"rule": "max_share", "level": "优秀", "share": "1/2", "action": "void"},
        {"rule": "min_share", "level": "优秀", "share": "1/4"},
    ]

    assert checked(rules, {"1": "优优称称", "2": "优优优称", "3": "优称称称", "4": "称称称称"})[2] == {
        "max_share: 优秀": 1,
        "min_share: 优秀": 1,
    }


def test_shares_go_by_the_overall_item_where_there_is_one():
    rules = [{"rule": "max_share", "level": "优秀", "share": "1/3"}]
    ballots = {"1": "优优优优优" + "优优优优称" * 2, "2": "称称称称优" * 2 + "称称称称称"}

    assert checked(rules, ballots, overall={"item": "总体", "share": "0.5"})[2] == {"max_share: 优秀": 1}


def test_too_few_marks_void_a_ballot_and_anything_but_blank_and_unreadable_is_marked():
    rules = [{"rule": "min_marked", "share": "0.5", "action": "void"}]

    assert checked(rules, {"1": "优...", "2": "优?..", "3": "**..", "4": "优xx.", "5": "...."})[2] == {"min_marked": 3}


def test_a_ballot_that_two_rules_make_void_is_counted_once_and_not_flagged():
    rules = [
        {"rule": "max_share", "level": "优秀", "share": "1/2"},
        {"rule": "uniform", "action": "void"},
        {"rule": "min_marked", "share": "1", "action": "void"},
    ]

    assert checked(rules, {"1": "优优..", "2": "优优优称", "3": "称基.."})[2] == {
        "max_share: 优秀": 1,
        "uniform": 1,
        "min_marked": 1,
    }


def test_a_rule_about_a_level_spares_groups_without_it():
    scheme = make_scheme(
        ["群众", {"id": "村民", "scale": {"满意": 100, "不满意": 0}}],
        ["德", "能"],
        ballot_rules=[{"rule": "min_share", "level": "优秀", "share": "0.5", "action": "void"}],
    )
    rows = ["ballot,group,target,item,mark", "1,村民,甲,德,满意", "1,群众,甲,德,称职"]
    ratings = read_ratings("\n".join(rows).encode(), "R.csv", scheme)

    _, checks = apply_ballot_rules(scheme, ratings.tally, ratings.marks)

    assert {group: each.ballots for group, [each] in checks.items()} == {"群众": 1, "村民": 0}


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "max_share", "level": "优秀"},
        {"rule": "max_share", "share": "0.5"},
        {"rule": "uniform", "share": "0.5"},
        {"rule": "min_marked", "share": "0.5", "level": "优秀"},
        {"rule": "uniform", "level": "不了解"},
        {"rule": "uniform", "action": "burn"},
    ],
)
def test_a_rule_that_says_too_little_or_too_much_is_refused(rule):
    with pytest.raises(Exception, match=r"ballot_rules\.0\."):
        make_scheme(ballot_rules=[rule])


@given(st.lists(st.text("优称基不?.*x", min_size=4, max_size=4), min_size=1, max_size=12), st.randoms())
def test_the_order_of_ballots_changes_nothing(ballots, random):
    rules = [{"rule": "uniform", "action": "void"}, {"rule": "min_marked", "share": "1/2", "action": "void"}]
    shuffled = list(ballots)
    random.shuffle(shuffled)

    one, other = (checked(rules, dict(enumerate(each))) for each in (ballots, shuffled))

    assert one[1].counts.tolist() == other[1].counts.tolist()
    assert one[2] == other[2]
    assert voided(one[1]) == 4 * sum(one[2].values())
