"""How sure final scores are, where ballots are a share of them; the methods themselves have tests of their own."""

from fractions import Fraction
from math import sqrt

import pytest

from scoring.document.targets import TargetInfo
from scoring.outcome.results import Decided
from scoring.score import score
from tests.scoring.counted import count, make_scheme

HALF = [{"id": "测评", "weight": 1, "source": "ballots"}, {"id": "实绩", "weight": 1, "source": "imported"}]


def results(scheme, marks, **beside):
    tally = count(scheme, {(target, "群众", "德"): levels for target, levels in marks.items()})
    return {each.target: each for each in score(scheme, tally, release=False, **beside).results}


THIRTY = {"优秀": 24, "不称职": 6}
ERROR = 100 * sqrt(0.8 * 0.2 / 29)


def test_the_error_of_a_mean_is_that_of_a_simple_random_sample():
    """80 % of 30 marks are 100 and the rest 0: SE = 100 · √(.8 · .2 / 29), t with 29 degrees of freedom 2.0452."""
    found = results(make_scheme(), {"甲": THIRTY})["甲"]

    assert (found.se, found.degrees) == (pytest.approx(ERROR), 29)
    assert found.interval == pytest.approx((80 - 2.0452296 * ERROR, 80 + 2.0452296 * ERROR))


def test_a_score_of_which_ballots_are_half_has_half_the_error_and_moves_half_as_far():
    found = results(make_scheme(components=HALF), {"甲": THIRTY}, imported={("甲", "实绩"): Fraction(90)})["甲"]

    assert (found.score, found.se) == ("85.00", pytest.approx(ERROR / 2))
    assert found.interval == pytest.approx((85 - 1.0226148 * ERROR, 85 + 1.0226148 * ERROR))


def test_bonuses_move_an_interval_and_a_cap_cuts_it():
    decided = {"甲": (Decided(decision="bonus", value="10", reason="表彰"),)}
    found = results(make_scheme(adjustments={"cap": 100}), {"甲": THIRTY}, decisions=decided)["甲"]

    assert found.score == "90.00"
    assert found.interval == pytest.approx((90 - 2.0452296 * ERROR, 100))


def test_the_entitled_correct_for_those_who_cannot_say_anything_new():
    found = results(make_scheme(), {"甲": THIRTY}, entitled={("群众", "甲"): 40})["甲"]

    assert found.se == pytest.approx(ERROR * sqrt(1 - 30 / 40))


@pytest.mark.parametrize(
    "more",
    [
        {"denominator": "entitled"},
        {"extremes": {"trim": "0.1"}},
        {"mode": {"ratio": {"full": 100}}},
        {"mode": {"ranks": {"less": "0.02"}}},
    ],
)
def test_nothing_is_said_where_a_score_is_no_mean_of_marks(more):
    found = results(make_scheme(**more), {"甲": THIRTY}, entitled={("群众", "甲"): 40})["甲"]

    assert (found.se, found.interval, found.degrees, found.rank_interval) == (None, None, None, None)


def test_nothing_is_said_of_a_score_that_hangs_on_the_ballots_of_others():
    scheme = make_scheme(components=[{"id": "测评", "source": "ballots"}, {"id": "成员", "source": "members"}])
    found = results(
        scheme,
        {"U1": THIRTY, "甲": {"优秀": 9, "称职": 4}},
        information={"U1": TargetInfo(), "甲": TargetInfo(unit="U1")},
    )

    assert found["U1"].se is None
    assert found["甲"].se is not None


def test_one_ballot_of_a_group_tells_nothing_unless_the_scheme_says_what_stands_in():
    marks = {("甲", "群众", "德"): THIRTY, ("甲", "党委", "德"): {"称职": 1}}
    groups = ["群众", "党委"]

    def se(**more):
        scheme = make_scheme(groups, **more)
        return score(scheme, count(scheme, marks), release=False).results[0].se

    assert se() is None
    assert se(lonely="fail") is None
    assert se(lonely="remove") == se(lonely="certainty") == pytest.approx(ERROR / 2)
    assert se(lonely="average") == pytest.approx(ERROR / sqrt(2))


def test_ballots_that_are_all_alike_say_nothing_of_the_others():
    found = results(make_scheme(), {"甲": {"优秀": 12}, "乙": THIRTY, "丙": {"优秀": 2, "不称职": 28}})

    assert (found["甲"].se, found["甲"].interval, found["甲"].rank_interval) == (0, None, (1, 3))
    assert (found["乙"].rank_interval, found["丙"].rank_interval) == ((1, 2), (2, 3))


def test_a_chance_of_a_place_is_given_where_one_quota_decides():
    quota = {"quotas": [{"grade": "优秀", "share": "1/2"}]}
    marks = {"甲": {"优秀": 29, "不称职": 1}, "乙": {"优秀": 1, "不称职": 29}}

    sure, even = (
        results(make_scheme(grades=quota), marks),
        results(make_scheme(grades=quota), {"甲": THIRTY, "乙": THIRTY}),
    )

    assert (sure["甲"].quota_chance, sure["乙"].quota_chance) == (1, 0)
    assert even["甲"].quota_chance == pytest.approx(0.5, abs=0.1)
    assert results(make_scheme(), marks)["甲"].quota_chance is None
