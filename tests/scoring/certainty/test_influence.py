from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from scoring.ballots.marks import Marks
from scoring.ballots.tally import BLANK, SPOILED, VOIDED, Block
from scoring.certainty.influence import ballot_targets, block_influences, influence_table, marks_influences
from tests.scoring.counted import FOUR, make_scheme
from tests.scoring.rated import LEVELS, Round, rounds


def one_group(rows, **more):
    """Return a round of one target, with rows of marks by their place in 100, 80, 60, 0, not known."""
    scheme = make_scheme(criteria=[f"{place}" for place in range(len(rows[0]))], **more)
    block = Block("群众", "甲", scheme.item_ids(), LEVELS, np.array(rows, np.uint8), np.arange(len(rows)))
    return Round(scheme, [block], ("甲",))


def values(round_):
    table = influence_table(round_.scheme, round_.tally, round_.linear)
    return block_influences(round_.scheme, round_.tally, table, round_.blocks[0]).values


def test_a_ballot_moves_the_score_by_its_distance_from_the_mean_over_the_judgements():
    """100, 100, 80 have the mean 93 1/3: the distances are 20/3, 20/3 and -40/3, over 3."""
    assert values(one_group([[0], [0], [1]])) == pytest.approx([20 / 9, 20 / 9, -40 / 9])


def test_a_ballots_marks_on_several_items_add_up_with_their_shares():
    """Items at 80 and 40 count half each: (20 + 40) / 2 / 2 and (-20 - 40) / 2 / 2."""
    assert values(one_group([[0, 1], [2, 3]])) == pytest.approx([15, -15])


def test_what_is_no_judgement_moves_nothing_and_the_marks_that_are_left_move_more():
    """100 and 60 of four ballots: 20 / 2, stretched by √(2/1 · 3/4); 4/3 · Σ u² is then 20² + 20² over 2 · 1."""
    found = values(one_group([[0], [2], [4], [BLANK]]))

    assert found == pytest.approx([10 * 1.5**0.5, -10 * 1.5**0.5, 0, 0])
    assert 4 / 3 * (found**2).sum() == pytest.approx(20**2)


def test_a_single_mark_on_an_item_is_held_against_the_groups_score():
    """The first item has 100 and 80, the second 40 alone: a score of 65, with 25 / 2 below it on the second item."""
    assert values(one_group([[0, 4], [1, 3]], scale={**FOUR, "不称职": 40})) == pytest.approx([2.5, -2.5 - 12.5])


def test_a_blank_counts_as_nothing_over_valid_marks():
    """100, 80 and a blank over valid: the mean is 60."""
    assert values(one_group([[0], [1], [BLANK]], denominator="valid")) == pytest.approx([40 / 3, 20 / 3, -60 / 3])


def test_spoiled_and_voided_marks_are_no_ballots_except_over_returned():
    rows = [[0], [1], [SPOILED], [VOIDED]]

    assert values(one_group(rows, denominator="valid")) == pytest.approx([5, -5])
    assert values(one_group(rows, denominator="returned")) == pytest.approx([55 / 4, 35 / 4, -45 / 4, -45 / 4])


@given(rounds())
@settings(max_examples=30, deadline=None)
def test_the_influences_of_a_group_add_up_to_nothing(round_):
    table = influence_table(round_.scheme, round_.tally, round_.linear)

    for block in round_.blocks:
        found = block_influences(round_.scheme, round_.tally, table, block)
        place = round_.targets.index(block.target), slice(None), round_.tally.groups.index(block.group)
        if (round_.linear.counts[place] != 1).all():
            assert found.values.sum() == pytest.approx(0, abs=1e-9)


@given(rounds())
@settings(max_examples=30, deadline=None)
def test_marks_one_by_one_in_any_order_have_the_influences_of_blocks(round_):
    table = influence_table(round_.scheme, round_.tally, round_.linear)
    expected = [block_influences(round_.scheme, round_.tally, table, block) for block in round_.blocks]
    offsets = {place: 1000 * place for place in range(2)}

    for order in (None, np.random.default_rng(7)):
        found = marks_influences(round_.scheme, round_.tally, table, round_.marks(order=order))

        numbers = zip(found.ballots.tolist(), found.targets.tolist(), strict=True)
        by_cell = dict(zip(numbers, found.values.tolist(), strict=True))
        assert len(found.values) == sum(len(each.values) for each in expected)
        for each in expected:
            for ballot, target, group, value in zip(each.ballots, each.targets, each.groups, each.values, strict=True):
                assert by_cell[ballot + offsets[group], target] == pytest.approx(value, abs=1e-12)


def test_sampling_weights_stretch_influences_around_the_weighted_mean():
    """Weights 3 and 1 on 100 and 60 give 90: 3 · 10 / 4 and 1 · -30 / 4."""
    round_ = one_group([[0], [2]])
    weighted = replace(round_.linear, over=np.full((1, 1, 1), 4.0), centres=np.full((1, 1, 1), 90.0))
    table = influence_table(round_.scheme, round_.tally, weighted)

    found = marks_influences(round_.scheme, round_.tally, table, round_.marks(np.array([3, 1])))

    assert found.values == pytest.approx([7.5, -7.5])


def test_marks_of_no_ballot_have_no_influence():
    none = np.zeros(0, np.int64)

    entries, firsts = ballot_targets(Marks(none, none, none, none, none), 3)

    assert (len(entries), len(firsts)) == (0, 0)
