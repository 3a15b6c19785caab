import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.ballots.kernel import BATCH, UNUSED, count_ballots_with, count_levels

LEVELS = (0, 1, 2, 252, 255)
BLOCKS = st.integers(1, 5).flatmap(
    lambda cells: st.lists(
        st.integers(0, 700).flatmap(
            lambda ballots: arrays(np.uint8, (ballots, cells), elements=st.sampled_from([*LEVELS, 7]), fill=st.just(1))
        ),
        min_size=1,
        max_size=6,
    )
)


def plainly(block, levels=LEVELS):
    return [[int((column == level).sum()) for level in levels] for column in block.T]


@given(BLOCKS)
def test_the_kernel_counts_like_a_plain_comparison(blocks):
    counted = count_levels(blocks, LEVELS)

    assert counted.dtype == np.int64
    assert counted.tolist() == [plainly(block) for block in blocks]


@given(BLOCKS, st.randoms(use_true_random=False))
def test_neither_order_nor_threads_change_a_count(blocks, random):
    order = random.sample(range(len(blocks)), len(blocks))

    counted = count_levels([blocks[place] for place in order], LEVELS, threads=3)

    assert np.array_equal(counted, count_levels(blocks, LEVELS)[order])


def test_lanes_do_not_overflow_where_all_agree():
    ballots = BATCH + 255 * 64 * 2 + 64 * 3 + 17

    assert count_levels([np.zeros((ballots, 3), np.uint8)], (0, 1)).tolist() == [[[ballots, 0]] * 3]


def test_a_block_of_many_batches_is_counted_beside_small_ones():
    random = np.random.Generator(np.random.Philox(3))
    blocks = [random.integers(0, 5, (ballots, 2), np.uint8) for ballots in (3, BATCH + 1, 0, 260, BATCH // 2, 2040)]

    counted = count_levels(blocks, range(5), threads=2)

    assert counted.tolist() == [plainly(block, range(5)) for block in blocks]


def test_columns_cut_out_of_a_wider_matrix_are_counted():
    wide = np.arange(3 * 512, dtype=np.uint8).reshape(512, 3) % 4

    assert count_levels([wide[:, 1:]], range(4)).tolist() == [plainly(wide[:, 1:], range(4))]


@pytest.mark.parametrize("blocks", [[], [np.zeros((0, 3), np.uint8)], [np.zeros((4, 0), np.uint8)]])
def test_nothing_is_counted_where_there_are_no_marks(blocks):
    counted = count_levels(blocks, (0, 1))

    assert counted.shape == (len(blocks), blocks[0].shape[1] if blocks else 0, 2)
    assert not counted.any()


def test_the_byte_that_fills_gaps_cannot_be_counted():
    with pytest.raises(ValueError, match="250 stands for no level"):
        count_levels([np.zeros((1, 1), np.uint8)], (0, UNUSED))


@given(BLOCKS)
def test_ballots_with_a_judgement_are_those_with_a_judged_byte(blocks):
    judged = np.isin(np.arange(256), (0, 2))

    for block in blocks:
        assert count_ballots_with(block, judged) == sum(
            any(mark in {0, 2} for mark in ballot) for ballot in block.tolist()
        )
