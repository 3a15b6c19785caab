from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ballots.marks import Marks, tally_marks
from scoring.ballots.tally import RESERVED, empty_tally
from tests.scoring.counted import make_scheme

SCHEME = make_scheme(["居民", {"id": "代表", "scale": {"满意": 100, "不满意": 0}}], ["德", "能"])
AXES = empty_tally(SCHEME, ["甲", "乙"])
LEVELS = [*AXES.levels, *RESERVED.values()]


def make_marks(rows, weights=None, unit=1):
    """Return marks of (ballot, target, item, level); even ballots are of the first group, odd ones of the second."""
    cells = np.array([(*row[:3], row[0] % 2, LEVELS.index(row[3])) for row in rows], np.int64).reshape(-1, 5)
    ballots, targets, items, groups, levels = cells.T
    places = (column.astype(np.int32) for column in (targets, items, groups, levels))
    return Marks(ballots, *places, None if weights is None else np.array(weights, np.int64), unit)


def found(counts):
    return {
        (*(int(place) for place in cell[:3]), LEVELS[cell[3]]): int(number)
        for cell, number in np.ndenumerate(counts)
        if number
    }


def test_each_mark_counts_once_in_its_cell():
    tally = tally_marks(AXES, make_marks([(0, 0, 0, "优秀"), (2, 0, 0, "优秀"), (2, 0, 1, ""), (1, 1, 0, "满意")]))

    assert found(tally.counts) == {(0, 0, 0, "优秀"): 2, (0, 1, 0, ""): 1, (1, 0, 1, "满意"): 1}
    assert tally.weighted is None


def test_n_counts_a_ballot_once_for_each_target_that_it_judges():
    rows = [
        (0, 0, 0, "优秀"),
        (0, 0, 1, "称职"),
        (0, 1, 0, "不了解"),
        (2, 0, 0, ""),
        (2, 0, 1, "优秀"),
        (1, 1, 1, "满意"),
    ]

    assert tally_marks(AXES, make_marks(rows)).ballots.tolist() == [[2, 0], [0, 1]]


def test_voided_marks_come_back_but_are_not_valid():
    marks = make_marks([(0, 0, 0, "优秀"), (2, 0, 0, "称职")])
    voided = replace(marks, levels=np.where(marks.ballots == 2, LEVELS.index("#voided"), marks.levels))

    tally = tally_marks(AXES, voided)

    assert (int(tally.returned[0, 0, 0]), int(tally.valid[0, 0, 0]), int(tally.ballots[0, 0])) == (2, 1, 1)


def test_weights_are_summed_beside_the_counts():
    rows = [(0, 0, 0, "优秀"), (2, 0, 0, "优秀"), (2, 0, 1, "称职")]
    tally = tally_marks(AXES, make_marks(rows, [15, 20, 20], 10))

    assert found(tally.weighted) == {(0, 0, 0, "优秀"): 35, (0, 1, 0, "称职"): 20}
    assert (tally.weight_unit, int(tally.counts.sum()), int(tally.ballots[0, 0])) == (10, 3, 2)


def test_weighted_tallies_add_up_on_a_common_unit():
    parts = [make_marks([(0, 0, 0, "优秀")], [15], 10), make_marks([(0, 0, 0, "优秀")], [125], 100)]
    first, second = (tally_marks(AXES, marks) for marks in parts)

    both = first + second

    assert (found(both.weighted), both.weight_unit) == ({(0, 0, 0, "优秀"): 275}, 100)


def test_ballots_with_weights_are_not_added_to_ballots_without():
    weighted, plain = (tally_marks(AXES, make_marks([(0, 0, 0, "优秀")], weights)) for weights in ([1], None))

    with pytest.raises(ValueError, match="weights"):
        weighted + plain


def test_no_marks_make_an_empty_tally():
    tally = tally_marks(AXES, make_marks([]))

    assert (int(tally.counts.sum()), tally.ballots.tolist()) == (0, [[0, 0], [0, 0]])


ROWS = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 1), st.integers(0, 1)), st.sampled_from(LEVELS), max_size=20
).map(lambda cells: [(*cell, level) for cell, level in cells.items()])


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_marks_says_nothing_and_tallies_of_ballots_add_up(rows, random):
    weights = [1 + row[0] for row in rows]
    whole = tally_marks(AXES, make_marks(rows, weights))
    mixed = random.sample(rows, len(rows))
    parts = [[row for row in mixed if (row[0] < 3) is first] for first in (True, False)]

    added = sum(
        (tally_marks(AXES, make_marks(part, [1 + row[0] for row in part])) for part in parts),
        replace(AXES, weighted=np.zeros_like(AXES.counts)),
    )

    for name in ("counts", "weighted", "n"):
        assert getattr(added, name).tolist() == getattr(whole, name).tolist()
    for (target, group), number in np.ndenumerate(whole.ballots):
        assert int(number) == len({row[0] for row in rows if judges(row, target, group)})


def judges(row, target, group):
    """Return whether a row is a judgement of that target in that group."""
    level = LEVELS.index(row[3])
    return row[1] == target and row[0] % 2 == group and level < len(AXES.levels) and bool(AXES.judged[group, level])
