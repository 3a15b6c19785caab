from fractions import Fraction

import pytest

from scoring.ballots.denominators import EntitledError, denominators
from scoring.score import score
from tests.scoring.counted import count, count_one, make_scheme

MARKS = {
    "优秀": 7,
    "称职": 11,
    "基本称职": 3,
    "不称职": 1,
    "不了解": 1,
    "": 1,
    "#unknown": 2,
    "#self": 1,
    "#spoiled": 3,
}


@pytest.mark.parametrize(
    ("denominator", "over"),
    [("judgements", 22), ("valid", 22 + 1 + 1 + 2 + 1), ("returned", 30), ("entitled", 40)],
)
def test_each_denominator_counts_what_its_definition_says(denominator, over):
    scheme = make_scheme(denominator=denominator)
    entitled = {("群众", "甲"): 40}

    results = score(scheme, count_one(scheme, MARKS), entitled=entitled, release=False).results

    assert Fraction(results[0].exact) == Fraction(1760, over)


def test_the_entitled_who_did_not_come_count_with_no_points():
    """7/11/3/1 of 30 over the entitled, as in many townships' tables: 58.67."""
    scheme = make_scheme(denominator="entitled")
    tally = count_one(scheme, {"优秀": 7, "称职": 11, "基本称职": 3, "不称职": 1})

    [result] = score(scheme, tally, entitled={("群众", "甲"): 30}, release=False).results

    assert result.score == "58.67"
    assert result.shares == {"优秀": "23.33", "称职": "36.67", "基本称职": "10.00", "不称职": "3.33", "不了解": "0.00"}


def test_an_item_that_was_not_asked_has_no_denominator():
    scheme = make_scheme(criteria=["德", "能"], denominator="entitled")
    tally = count(scheme, {("甲", "群众", "德"): {"优秀": 8}})

    over = denominators(scheme, tally, {("群众", "甲"): 10})

    assert over[0, :, 0].tolist() == [10, 0]


def test_a_group_that_stayed_away_counts_among_the_entitled_in_shares():
    scheme = make_scheme(["群众", "政府"], denominator="entitled", empty_group="zero")
    tally = count(scheme, {("甲", "群众", "德"): {"优秀": 8}})

    [result] = score(scheme, tally, entitled={("群众", "甲"): 10, ("政府", "甲"): 6}, release=False).results

    assert result.shares["优秀"] == "50.00"
    assert result.exact == "40/1"


def test_missing_entitled_numbers_are_named():
    scheme = make_scheme(["群众", "政府"], denominator="entitled")
    tally = count(scheme, {("甲", "群众", "德"): {"优秀": 8}, ("甲", "政府", "德"): {"优秀": 2}})

    with pytest.raises(EntitledError) as caught:
        denominators(scheme, tally, {("政府", "甲"): 2})

    assert caught.value.problems == [("群众", "甲", None, 8)]


def test_more_ballots_than_entitled_are_refused_whatever_the_denominator():
    scheme = make_scheme()

    with pytest.raises(EntitledError) as caught:
        denominators(scheme, count_one(scheme, {"优秀": 7, "#spoiled": 1}), {("群众", "甲"): 7})

    assert caught.value.problems == [("群众", "甲", 7, 8)]
