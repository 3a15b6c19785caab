from fractions import Fraction

import numpy as np
import pytest

from scoring.ballots.counts import read_counts
from scoring.ballots.ratings import read_ratings
from scoring.ballots.tally import BLANK, Block, tally_blocks
from scoring.document.problems import FileError, SchemeError
from scoring.document.scheme import load_scheme
from scoring.score import score
from tests.scoring.counted import make_scheme

HEADER = "ballot,group,target,item,mark\n"


def direct(**more):
    return make_scheme(scale={"min": 0, "max": 100, **more})


def rated(scheme, *marks, group="群众"):
    rows = "".join(f"{ballot},{group},甲,德,{mark}\n" for ballot, mark in enumerate(marks))
    return read_ratings((HEADER + rows).encode(), "R.csv", scheme).tally


def test_a_direct_score_is_its_own_points():
    [result] = score(direct(), rated(direct(), "88.5", "90", "91.25"), release=False).results

    assert result.score == "89.92"
    assert Fraction(result.exact) == (Fraction("88.5") + 90 + Fraction("91.25")) / 3
    assert result.shares == {}
    assert result.distributions["德"].judgements == 3


def test_a_step_binds_ballots_not_files():
    [result] = score(direct(step=1), rated(direct(step=1), "88.5"), release=False).results

    assert result.exact == "177/2"


def test_ways_to_write_one_score_are_one_level():
    scheme = direct()
    tally = rated(scheme, "88.50", "88.5", "088.5", "+88.5")

    assert tally.levels == ("88.5",)
    assert tally.marked.sum() == 4


@pytest.mark.parametrize("mark", ["101", "-1", "1/3", "优秀", "1e2"])
def test_what_is_no_decimal_between_the_bounds_is_refused(mark):
    with pytest.raises(FileError, match=r"row 2, column mark: found .*; allowed: a number from 0 to 100, "):
        rated(direct(), mark)


def test_blank_and_unknown_are_no_direct_scores():
    tally = rated(direct(), "80", "", "#unknown", "#spoiled")

    assert (tally.judgements.item(), tally.valid.item(), tally.returned.item()) == (1, 3, 4)


def test_a_group_may_score_directly_while_another_marks_levels():
    scheme = make_scheme(["群众", {"id": "政府", "scale": {"min": 0, "max": 100}}])
    rows = "1,群众,甲,德,优秀\n2,群众,甲,德,称职\n1,政府,甲,德,88\n2,政府,甲,德,80\n"

    [result] = score(scheme, read_ratings((HEADER + rows).encode(), "R.csv", scheme).tally, release=False).results

    assert {name: cell.score for name, cell in result.groups.items()} == {"群众": "90.00", "政府": "84.00"}
    assert result.score == "87.00"
    assert result.shares["优秀"] == "50.00"


def test_a_number_may_be_a_level_in_one_group_and_a_direct_score_in_another():
    scheme = make_scheme(["群众", {"id": "政府", "scale": {"min": 0, "max": 100}}], scale={"5": 100, "1": 0})
    rows = "1,群众,甲,德,5\n1,政府,甲,德,5\n2,政府,甲,德,5.0\n"

    [result] = score(scheme, read_ratings((HEADER + rows).encode(), "R.csv", scheme).tally, release=False).results

    assert {name: cell.score for name, cell in result.groups.items()} == {"群众": "100.00", "政府": "5.00"}


def test_counts_of_direct_scores_give_the_tally_of_the_ratings():
    counts = "target,item,group,level,count\n甲,德,群众,88.50,2\n甲,德,群众,90,1\n甲,德,群众,,1\n"

    tally = read_counts(counts.encode(), "T.csv", direct())

    assert tally.sha256() == rated(direct(), "88.5", "90", "88.5", "").sha256()


def test_blocks_of_ballots_hold_direct_scores_as_levels():
    scheme = direct(step=1)
    levels = tuple(str(100 - number) for number in range(101))
    rows = np.array([[12], [0], [BLANK]], np.uint8)

    tally = tally_blocks(scheme, ["甲"], [Block("群众", "甲", ("德",), levels, rows)])

    [result] = score(scheme, tally, release=False).results
    assert (result.exact, result.groups["群众"].n) == ("94/1", 2)


def test_a_direct_score_of_many_decimals_counts_like_any_other():
    scheme = direct()

    [result] = score(scheme, rated(scheme, "0.0000000000001", "8"), release=False).results

    assert (result.score, result.groups["群众"].n) == ("4.00", 2)


def test_the_definitions_state_the_bounds():
    results = score(direct(step="0.5"), rated(direct(step="0.5"), "1"), release=False)

    assert results.rules.scale == {"min": "0", "max": "100", "step": "0.5"}
    assert direct(step="0.5").canonical()["scale"] == {"min": "0/1", "max": "100/1", "step": "1/2"}


@pytest.mark.parametrize(
    ("scale", "place"),
    [
        ("{min: 100, max: 0}", "scale.max"),
        ("{min: 0, max: 100, step: 0}", "scale.step"),
        ("{min: 0, max: 100, step: 7}", "scale.step"),
        ("{min: low, max: 100}", "scale.min"),
        ("{min: 0}", "scale.max"),
        ("{min: 0, max: 100, setp: 1}", "scale.setp"),
    ],
)
def test_a_direct_scale_that_makes_no_sense_is_refused_by_its_place(scale, place):
    with pytest.raises(SchemeError) as caught:
        load_scheme(f"{{name: a, scale: {scale}, groups: [{{id: g}}], criteria: [{{id: c}}]}}")

    assert [problem.place for problem in caught.value.problems] == [place]
