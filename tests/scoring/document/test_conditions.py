import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.document.conditions import read_condition
from scoring.document.problems import SchemeError
from scoring.score import score
from tests.scoring.counted import count, count_one, make_scheme


def raised(marks, *triggers, **more):
    scheme = make_scheme(triggers=[{"flag": flag, "when": when} for flag, when in triggers], **more)
    [result] = score(scheme, count_one(scheme, marks), release=False).results
    return result.flags


TALK = ("约谈", "share(优秀, 称职) < 2/3")
AT_LEAST = ("复核", "share(不称职) >= 1/3")
MORE = ("诫勉", "share(不称职) > 1/3")


def test_twenty_of_thirty_is_not_below_two_thirds_and_nineteen_is():
    assert raised({"优秀": 12, "称职": 8, "不称职": 10}, TALK) == ()
    assert raised({"优秀": 12, "称职": 7, "不称职": 11}, TALK) == ("约谈",)


def test_ten_of_thirty_is_at_least_a_third_but_not_more():
    assert raised({"称职": 20, "不称职": 10}, AT_LEAST, MORE) == ("复核",)
    assert raised({"称职": 19, "不称职": 11}, AT_LEAST, MORE) == ("复核", "诫勉")


def test_a_third_typed_as_a_decimal_is_another_line():
    assert raised({"称职": 2, "不称职": 1}, ("复核", "share(不称职) <= 0.3333")) == ()
    assert raised({"称职": 2, "不称职": 1}, ("复核", "share(不称职) <= 1/3")) == ("复核",)


def test_shares_are_over_the_schemes_denominator():
    marks = {"称职": 4, "不称职": 2, "": 1}

    assert raised(marks, AT_LEAST) == ("复核",)
    assert raised(marks, AT_LEAST, denominator="valid") == ()


def test_nothing_is_raised_where_nothing_was_marked():
    assert raised({"不了解": 3}, ("约谈", "share(优秀) < 1/2"), empty_group="zero") == ("empty group: 群众",)


def test_several_triggers_may_raise_one_flag_once():
    assert raised({"不称职": 3}, ("约谈", "share(优秀) < 1/2"), ("约谈", "share(不称职) > 1/2")) == ("约谈",)


def test_a_condition_may_speak_of_one_item_or_one_group():
    scheme = make_scheme(
        [
            {"id": "群众", "groups": [{"id": "居民"}, {"id": "代表"}]},
            {"id": "政府", "scale": {"满意": 100, "不满意": 0}},
        ],
        ["德", "能"],
        triggers=[
            {"flag": "德", "when": "share(不称职, item=德) >= 1/2"},
            {"flag": "能", "when": "share(不称职, item=能) >= 1/2"},
            {"flag": "群众", "when": "share(不称职, group=群众) >= 1/4"},
            {"flag": "代表", "when": "share(不称职, group=代表, item=德) >= 1/4"},
            {"flag": "政府", "when": "share(不满意, group=政府) > 1/2"},
        ],
    )
    tally = count(
        scheme,
        {
            ("甲", "居民", "德"): {"不称职": 4},
            ("甲", "居民", "能"): {"优秀": 4},
            ("甲", "代表", "德"): {"优秀": 4},
            ("甲", "代表", "能"): {"优秀": 4},
            ("甲", "政府", "德"): {"不满意": 2, "满意": 1},
        },
    )

    [result] = score(scheme, tally, release=False).results

    assert result.flags == ("德", "群众", "政府")


def test_flags_about_one_group_or_item_or_that_a_few_marks_raise_go_with_what_is_withheld():
    scheme = make_scheme(
        ["群众", "党委"],
        ["德", "能"],
        triggers=[
            {"flag": "约谈", "when": "share(不称职) >= 1/10"},
            {"flag": "有人不满", "when": "share(不称职) > 0"},
            {"flag": "党委不满", "when": "share(不称职, group=党委) > 0"},
            {"flag": "德不满", "when": "share(不称职, item=德) > 0"},
        ],
    )
    large, small = {"优秀": 20, "称职": 15, "不称职": 5}, {"优秀": 2, "称职": 2, "不称职": 2}
    marks = {("群众", "德"): large, ("群众", "能"): large, ("党委", "德"): small, ("党委", "能"): small}
    tally = count(scheme, {("甲", *cell): counts for cell, counts in marks.items()})

    [released] = score(scheme, tally, release=True).results
    [everything] = score(scheme, tally, release=False).results

    assert everything.flags == ("约谈", "有人不满", "党委不满", "德不满")
    assert released.flags == ("约谈",)


@given(st.integers(0, 50), st.integers(1, 50), st.integers(1, 20), st.integers(1, 20))
def test_a_line_is_compared_without_rounding(marks, over, numerator, denominator):
    holds = {
        sign: read_condition(f"share(a) {sign} {numerator}/{denominator}").holds(lambda _: (marks, over))
        for sign in ("<", "<=", ">", ">=")
    }

    assert holds["<"] == (marks * denominator < numerator * over)
    assert holds["<="] == (not holds[">"])
    assert holds[">="] == (not holds["<"])


def test_nothing_is_raised_where_nothing_came_back_though_many_were_entitled():
    scheme = make_scheme(triggers=[{"flag": "约谈", "when": "share(优秀) < 1"}], denominator="entitled")

    [result] = score(scheme, count_one(scheme, {}), entitled={("群众", "甲"): 5}, release=False).results

    assert result.flags == ()


def test_a_level_that_is_named_twice_counts_once():
    assert raised({"优秀": 1, "称职": 1}, ("约谈", "share(优秀, 优秀) > 1/2")) == ()


def test_conditions_may_be_joined_and_and_binds_more_closely_than_or():
    either = ("复核", "share(不称职) > 1/2 or share(优秀) < 1/2 and share(称职) >= 1/2")

    assert raised({"不称职": 3, "优秀": 1}, either) == ("复核",)
    assert raised({"称职": 2, "优秀": 1}, either) == ("复核",)
    assert raised({"称职": 2, "优秀": 2}, either) == ()
    assert raised({"基本称职": 3, "优秀": 1}, either) == ()


@pytest.mark.parametrize(
    "when",
    [
        "",
        "share(优秀)",
        "share() < 1/2",
        "share(优秀) = 1/2",
        "share(优秀) < half",
        "share(优秀) < 1/2 and",
        "share(优秀) < 1/2 xor share(称职) > 0",
        "and share(优秀) < 1/2",
        "share(优秀, 项=德) < 1/2",
        "share(优秀, item=) < 1/2",
        "share(优秀, item=德, item=能) < 1/2",
        "__import__('os').system('true')",
        "score < 60",
    ],
)
def test_what_is_no_condition_is_refused_with_the_form_it_may_have(when):
    with pytest.raises(SchemeError, match=r"triggers\.0\.when.*share\(level"):
        make_scheme(triggers=[{"flag": "约谈", "when": when}])


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("share(满意) < 1/2", "满意"),
        ("share(优秀, item=勤) < 1/2", "勤"),
        ("share(优秀, group=党委) < 1/2", "党委"),
        ("share(优秀, group=政府) < 1/2", "优秀"),
        ("share(优秀, group=全部) < 1/2", "全部"),
    ],
)
def test_a_condition_that_does_not_fit_the_scheme_is_refused(when, found):
    groups = [{"id": "全部", "groups": [{"id": "群众"}, {"id": "政府", "scale": {"满意": 1, "不满意": 0}}]}]

    with pytest.raises(SchemeError, match=rf"triggers\.0\.when: found {found}"):
        make_scheme(groups, triggers=[{"flag": "约谈", "when": when}])


def test_the_triggers_are_stated():
    scheme = make_scheme(triggers=[{"flag": "约谈", "when": TALK[1]}])

    assert score(scheme, count_one(scheme, {"优秀": 1}), release=False).rules.triggers == (TALK,)
