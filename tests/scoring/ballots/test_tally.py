import hashlib

import numpy as np
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from scoring.ballots.tally import BLANK, SELF, SPOILED, UNKNOWN, Block, empty_tally, tally_blocks
from tests.scoring.counted import cast, count, make_scheme


def test_blocks_are_counted_on_the_axes_of_the_scheme():
    scheme = make_scheme(["群众", "政府"], ["德", "能"])
    block = Block("政府", "乙", ("能", "德"), ("称职", "优秀"), np.array([[0, 1], [0, BLANK]], np.uint8))

    tally = tally_blocks(scheme, ["甲", "乙"], [block])

    assert tally.counts[1, 1, 1].tolist() == [0, 2, 0, 0, 0, 0, 0, 0, 0, 0]
    assert tally.counts[1, 0, 1].tolist() == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert tally.counts.sum() == 4
    assert tally.n is not None
    assert tally.n.tolist() == [[0, 0], [0, 2]]


def test_what_is_not_a_level_is_counted_apart():
    scheme = make_scheme()
    rows = np.array([[0], [4], [BLANK], [UNKNOWN], [SELF], [SPOILED], [SPOILED]], np.uint8)
    levels = tuple(scheme.points)

    tally = tally_blocks(scheme, ["甲"], [Block("群众", "甲", ("德",), levels, rows)])

    assert tally.counts[0, 0, 0].tolist() == [1, 0, 0, 0, 1, 1, 1, 1, 2, 0]
    assert (tally.judgements.item(), tally.valid.item(), tally.returned.item()) == (1, 5, 7)
    assert tally.ballots.item() == 1


def test_a_ballot_without_a_judgement_of_the_target_is_not_among_its_n():
    tally = cast(make_scheme(criteria=["德", "能"]), {("群众", "甲"): [("优秀", ""), ("", ""), ("不了解", "#unknown")]})

    assert tally.ballots.item() == 1


def test_n_counts_ballots_and_not_the_most_marked_item():
    rows = np.array([[0, BLANK], [BLANK, 1], [BLANK, UNKNOWN]] * 700, np.uint8)
    scheme = make_scheme(criteria=["德", "能"])

    tally = tally_blocks(scheme, ["甲"], [Block("群众", "甲", ("德", "能"), ("优秀", "称职"), rows)])

    assert tally.judgements.ravel().tolist() == [700, 700]
    assert tally.ballots.item() == 1400


def test_from_counts_alone_n_is_the_most_judgements_on_an_item():
    scheme = make_scheme(criteria=["德", "能"])

    tally = count(
        scheme, {("甲", "群众", "德"): {"优秀": 3, "不了解": 9}, ("甲", "群众", "能"): {"优秀": 2, "称职": 3}}
    )

    assert tally.ballots.item() == 5


def test_blocks_of_one_group_and_target_add_up():
    scheme = make_scheme()
    block = Block("群众", "甲", ("德",), ("优秀",), np.zeros((3, 1), np.uint8))

    assert tally_blocks(scheme, ["甲"], [block, block]).counts.sum() == 6


@pytest.mark.parametrize(
    "block",
    [
        Block("政府", "甲", ("德",), ("优秀",), np.zeros((1, 1), np.uint8)),
        Block("群众", "乙", ("德",), ("优秀",), np.zeros((1, 1), np.uint8)),
        Block("群众", "甲", ("能",), ("优秀",), np.zeros((1, 1), np.uint8)),
        Block("群众", "甲", ("德",), ("满意",), np.zeros((1, 1), np.uint8)),
        Block("群众", "甲", ("德",), ("优秀",), np.zeros((1, 2), np.uint8)),
        Block("群众", "甲", ("德",), ("优秀",), np.zeros(1, np.uint8)),
        Block("群众", "甲", ("德",), ("优秀",), np.full((1, 1), 256)),  # type: ignore[arg-type]
        Block("群众", "甲", ("德",), ("优秀",), np.full((1, 1), 7, np.uint8)),
    ],
    ids=["group", "target", "item", "level", "width", "vector", "wide", "byte"],
)
def test_a_block_that_does_not_fit_the_scheme_is_refused(block):
    with pytest.raises(ValueError, match=r"(leaf group here|do not fit|stands for no level)"):
        tally_blocks(make_scheme(), ["甲"], [block])


MARKS = st.sampled_from(["优秀", "称职", "不称职", "不了解", "", "#self", "#spoiled"])
BALLOTS = st.lists(st.tuples(MARKS, MARKS), max_size=12)


@given(BALLOTS, BALLOTS)
def test_the_tally_of_all_is_the_sum_of_the_parts(first, second):
    scheme = make_scheme(criteria=["德", "能"])

    together = cast(scheme, {("群众", "甲"): first + second})
    added = cast(scheme, {("群众", "甲"): first}) + cast(scheme, {("群众", "甲"): second})

    assert np.array_equal(added.counts, together.counts)
    assert np.array_equal(added.ballots, together.ballots)
    assert added.sha256() == together.sha256()


@given(BALLOTS.flatmap(lambda ballots: st.tuples(st.just(ballots), st.permutations(ballots))))
def test_the_order_of_ballots_says_nothing(orders):
    scheme = make_scheme(criteria=["德", "能"])
    one, other = (cast(scheme, {("群众", "甲"): ballots}) for ballots in orders)

    assert np.array_equal(one.counts, other.counts)
    assert np.array_equal(one.ballots, other.ballots)


def test_tallies_under_different_schemes_or_targets_cannot_be_added():
    tally = empty_tally(make_scheme(), ["甲"])

    with pytest.raises(ValueError, match="scheme_sha256"):
        tally + empty_tally(make_scheme(denominator="valid"), ["甲"])
    with pytest.raises(ValueError, match="targets"):
        tally + empty_tally(make_scheme(), ["乙"])


def test_a_sum_with_counts_alone_is_counts_alone():
    scheme = make_scheme()
    counts = count(scheme, {("甲", "群众", "德"): {"优秀": 2}})

    assert (counts + cast(scheme, {("群众", "甲"): [("优秀",)]})).n is None


def test_the_fingerprint_is_that_of_the_sorted_rows_that_are_not_zero():
    scheme = make_scheme(["群众", "乙组"], ["能", "德"])
    tally = count(
        scheme,
        {
            ("乙", "群众", "能"): {"优秀": 3, "": 1},
            ("甲", "乙组", "德"): {"不了解": 2, "#spoiled": 4, "#self": 1, "#unknown": 5},
        },
    )

    rows = sorted(
        [
            ["乙", "能", "群众", "优秀", 3],
            ["乙", "能", "群众", "", 1],
            ["甲", "德", "乙组", "不了解", 2],
            ["甲", "德", "乙组", "#spoiled", 4],
            ["甲", "德", "乙组", "#self", 1],
            ["甲", "德", "乙组", "#unknown", 5],
        ]
    )

    assert tally.sha256() == hashlib.sha256(rfc8785.dumps(rows)).hexdigest()
    assert tally.sha256(b"salt") == hashlib.sha256(b"salt" + rfc8785.dumps(rows)).hexdigest()
    assert empty_tally(scheme, ["甲"]).sha256() == hashlib.sha256(b"[]").hexdigest()
