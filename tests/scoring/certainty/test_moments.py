from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.ballots.tally import Block
from scoring.certainty.influence import block_influences, influence_table
from scoring.certainty.moments import block_moments, marks_moments, tally_moments
from tests.scoring.counted import make_scheme
from tests.scoring.rated import LEVELS, Round, blocks_of, rounds


def direct_squares(round_):
    """Return Σ u² and the ballots asked, ballot by ballot."""
    table = influence_table(round_.scheme, round_.tally, round_.linear)
    squares, ballots = np.zeros((2, 2)), np.zeros((2, 2), int)
    for block in round_.blocks:
        found = block_influences(round_.scheme, round_.tally, table, block)
        place = round_.targets.index(block.target), round_.tally.groups.index(block.group)
        squares[place], ballots[place] = (found.values**2).sum(), len(found.values)
    return squares, ballots


@given(rounds())
@settings(max_examples=50, deadline=None)
def test_moments_give_the_sum_of_squares_that_ballots_give(round_):
    squares, ballots = direct_squares(round_)

    for moments in (
        block_moments(round_.scheme, round_.tally, round_.blocks),
        marks_moments(round_.scheme, round_.tally, round_.marks(order=np.random.default_rng(1))),
    ):
        assert moments.products.dtype == np.int64
        assert moments.ballots.tolist() == ballots.tolist()
        assert moments.squares(round_.linear) == pytest.approx(squares, rel=1e-9, abs=1e-18)


@given(rounds(), st.integers(0, 12))
@settings(max_examples=30, deadline=None)
def test_moments_of_two_parts_add_up_to_the_same_bits(round_, cut):
    parts = [
        [
            Block(each.group, each.target, each.items, each.levels, each.rows[half], each.ballots[half])
            for each in round_.blocks
        ]
        for half in (slice(cut), slice(cut, None))
    ]
    first, second = (block_moments(round_.scheme, round_.tally, part) for part in parts)
    whole = block_moments(round_.scheme, round_.tally, round_.blocks)

    assert (first + second).products.tobytes() == whole.products.tobytes()
    assert (second + first).ballots.tolist() == whole.ballots.tolist()


def test_other_weights_need_no_ballots():
    """Under item weights 3 : 1 instead of 1 : 1, ballots 100/80 and 60/0 move the score by (60 + 40) / 4 / 2."""
    scheme = make_scheme(criteria=["德", "绩"])
    block = Block("群众", "甲", ("德", "绩"), LEVELS, np.array([[0, 1], [2, 3]], np.uint8))
    round_ = Round(scheme, [block], ("甲",))
    moments = block_moments(scheme, round_.tally, [block])
    shares = np.array([0.75, 0.25]).reshape(1, 2, 1)

    squares = moments.squares(replace(round_.linear, shares=shares))

    assert squares.tolist() == [[2 * 12.5**2]]


@pytest.mark.parametrize("level", range(4))
def test_marks_all_alike_have_no_spread_at_all(level):
    scheme = make_scheme(scale={"甲": "1/3", "乙": "0.1", "丙": "99.99", "丁": 7}, criteria=["德", "绩", "廉"])
    block = Block("群众", "甲", scheme.item_ids(), ("甲", "乙", "丙", "丁"), np.full((7, 3), level, np.uint8))
    round_ = Round(scheme, [block], ("甲",))

    assert block_moments(scheme, round_.tally, [block]).squares(round_.linear).tolist() == [[0.0]]


def test_points_too_fine_for_whole_numbers_are_summed_as_floats():
    scale = {"优秀": "99.99999991", "称职": 80, "基本称职": "0.00000003", "不称职": 0, "不了解": None}
    scheme = make_scheme(scale=scale)
    block = Block("群众", "甲", ("德",), LEVELS, np.array([[0], [1], [1], [2]], np.uint8), np.arange(4))
    round_ = Round(scheme, [block], ("甲",))
    points = [Fraction("99.99999991"), Fraction(80), Fraction(80), Fraction("0.00000003")]
    mean = sum(points) / 4

    for moments in (block_moments(scheme, round_.tally, [block]), marks_moments(scheme, round_.tally, round_.marks())):
        assert moments.products.dtype == np.float64
        assert moments.squares(round_.linear)[0, 0] == pytest.approx(float(sum((x - mean) ** 2 for x in points) / 16))


def test_points_on_a_fine_unit_stay_exact():
    scheme = make_scheme(scale={"优秀": "4000.01", "称职": 0, "基本称职": 60, "不称职": 5, "不了解": None})
    block = Block("群众", "甲", ("德",), LEVELS, np.zeros((20000, 1), np.uint8))
    round_ = Round(scheme, [block], ("甲",))

    moments = block_moments(scheme, round_.tally, [block])

    assert (moments.unit, moments.products[0, 0].tolist()) == (
        100,
        [[20000, 20000 * 400001], [20000 * 400001, 20000 * 400001**2]],
    )


def test_counts_alone_give_the_moments_of_schemes_with_one_item():
    scheme = make_scheme(["群众", "政府"], ["德"], denominator="valid")
    blocks = blocks_of(5, ("群众", "政府"), ("甲", "乙"), ("德",))
    round_ = Round(scheme, blocks, ("甲", "乙"))

    found, expected = tally_moments(scheme, round_.tally), block_moments(scheme, round_.tally, blocks)

    assert found.products.tolist() == expected.products.tolist()
    assert found.ballots.tolist() == expected.ballots.tolist()


def test_counts_alone_do_not_say_which_marks_go_together():
    scheme = make_scheme(criteria=["德", "绩"])
    round_ = Round(scheme, blocks_of(5, ("群众",), ("甲",), ("德", "绩")), ("甲",))

    assert tally_moments(scheme, round_.tally) is None


def test_moments_of_other_axes_are_not_added():
    scheme = make_scheme()
    blocks = blocks_of(5, ("群众",), ("甲", "乙"), ("德",))
    one, both = Round(scheme, blocks[:1], ("甲",)), Round(scheme, blocks, ("甲", "乙"))

    with pytest.raises(ValueError, match="different targets"):
        block_moments(scheme, one.tally, one.blocks) + block_moments(scheme, both.tally, both.blocks)


def test_sampling_weights_multiply_a_ballots_products():
    scheme = make_scheme()
    block = Block("群众", "甲", ("德",), LEVELS, np.array([[0], [2]], np.uint8), np.arange(2))
    round_ = Round(scheme, [block], ("甲",))

    moments = marks_moments(scheme, round_.tally, round_.marks(np.array([3, 1])))

    assert moments.products[0, 0].tolist() == [[9 + 1, 900 + 60], [960, 9 * 10**4 + 3600]]
    weighted = replace(round_.linear, over=np.full((1, 1, 1), 4.0), centres=np.full((1, 1, 1), 90.0))
    assert moments.squares(weighted)[0, 0] == pytest.approx(2 * 7.5**2)
