import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring.ballots.straight_lines import straight_lines, straight_rows


def lines(marks, groups=1):
    """Marks are (ballot, target, group, level)."""
    return straight_lines(*np.array(marks, np.int64).reshape(-1, 4).T, groups)


def counts(found):
    return [each.tolist() for each in (found.comparable, found.uniform, found.down_items, found.straight)]


def test_one_level_on_everything_is_uniform_and_straight():
    assert counts(lines([(0, target, 0, 2) for target in (0, 0, 1, 1)])) == [[1], [1], [1], [1]]


def test_one_level_down_each_target_is_straight_and_not_uniform():
    assert counts(lines([(0, 0, 0, 2), (0, 0, 0, 2), (0, 1, 0, 1), (0, 1, 0, 1)])) == [[1], [0], [1], [1]]


def test_one_difference_on_one_target_is_enough():
    assert counts(lines([(0, 0, 0, 2), (0, 0, 0, 2), (0, 1, 0, 1), (0, 1, 0, 2)])) == [[1], [0], [1], [0]]


def test_with_one_item_a_target_a_ballot_can_be_uniform_but_not_straight():
    assert counts(lines([(0, 0, 0, 2), (0, 1, 0, 2)])) == [[1], [1], [0], [0]]


def test_a_single_mark_is_not_counted():
    assert counts(lines([(0, 0, 0, 2)])) == [[0], [0], [0], [0]]


def test_without_marks_there_is_nothing():
    assert counts(lines([], 2)) == [[0, 0]] * 4


def test_groups_are_counted_apart_and_an_absent_one_has_none():
    marks = [(0, 0, 0, 1), (0, 0, 0, 1), (1, 0, 2, 1), (1, 0, 2, 0), (2, 0, 2, 3), (2, 0, 2, 3)]

    assert counts(lines(marks, 3)) == [[1, 0, 2], [1, 0, 1], [1, 0, 2], [1, 0, 1]]


def by_hand(marks):
    found = np.zeros((4, 2), int)
    for ballot in {mark[0] for mark in marks}:
        own = [mark for mark in marks if mark[0] == ballot]
        per_target = [[level for _, target, _, level in own if target == each] for each in {mark[1] for mark in own}]
        down = any(len(levels) > 1 for levels in per_target)
        found[:, ballot % 2] += [
            len(own) > 1,
            len(own) > 1 and len({mark[3] for mark in own}) == 1,
            down,
            down and all(len(set(levels)) == 1 for levels in per_target),
        ]
    return found.tolist()


MARKS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 2)), max_size=30)


@given(MARKS)
def test_any_order_of_marks_gives_what_going_through_the_ballots_gives(marks):
    marks = [(ballot, target, ballot % 2, level) for ballot, target, level in marks]

    assert counts(lines(marks, 2)) == by_hand(marks)


def test_rows_are_looked_at_in_parts_and_by_their_judgements_alone():
    rows = np.array([[0, 3, 0], [3, 3, 3], [1, 1, 255], [0, 1, 3]] * 20_000, np.uint8)

    assert straight_rows(rows, np.arange(256) < 3) == (60_000, 40_000)
    assert straight_rows(rows[:, :1], np.arange(256) < 3) == (0, 0)


@given(st.lists(st.lists(st.sampled_from([0, 1, 2, 255]), min_size=3, max_size=3), max_size=12))
def test_rows_by_themselves_are_ballots_of_one_target(rows):
    marks = [(row, 0, 0, level) for row, own in enumerate(rows) for level in own if level != 255]

    found = straight_rows(np.array(rows, np.uint8).reshape(-1, 3), np.arange(256) < 3)

    assert [[each] for each in found] == counts(lines(marks))[2:]
