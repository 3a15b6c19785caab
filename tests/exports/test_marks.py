"""The numbers behind the small marks inside table rows."""

import pytest

from exports.charts import rank_mark, score_axis, score_mark
from exports.charts.scale import around, class_median, round_step, ticks
from scoring.outcome.results import Cell


def test_an_axis_ends_on_round_numbers_around_all_scores_and_intervals(results, rules):
    low = results.results[0].model_copy(update={"score": "78.30", "interval": (76.1, 80.2)})
    high = results.results[1].model_copy(update={"score": "92.29", "interval": (91.5, 93.1)})

    axis = score_axis([low, high], rules, width=216.0)

    assert (axis.low, axis.high) == (75.0, 95.0)
    assert [label for _, label in axis.ticks] == ["75", "80", "85", "90", "95"]
    assert [x for x, _ in axis.ticks] == [8.0, 58.0, 108.0, 158.0, 208.0]
    mark = score_mark(axis, high)
    assert mark is not None
    assert mark.x == pytest.approx(8 + (92.29 - 75) * 10, abs=0.1)
    assert mark.words == "得分 92.29，区间 91.5 到 93.1"


def test_a_score_without_an_interval_is_a_mark_alone(results, rules):
    axis = score_axis(results.results, rules)
    mark = score_mark(axis, results.results[0])

    assert mark is not None
    assert mark.interval is None
    assert mark.words == "得分 94.29"


def test_a_withheld_score_has_no_mark(by_name, results, rules):
    axis = score_axis(results.results, rules)

    assert score_mark(axis, by_name["陶雪琴"]) is None
    assert rank_mark(by_name["陶雪琴"]) is None
    assert rank_mark(by_name["褚建业"]) is None


def test_a_rank_range_is_drawn_over_whole_places(by_name):
    target = by_name["韩素梅"].model_copy(update={"rank": 4, "pool": 20, "rank_interval": (2, 8)})
    mark = rank_mark(target, width=206.0)

    assert mark is not None
    assert mark.x == 38.0
    assert mark.interval == (13.0, 83.0)
    assert (mark.words, mark.label) == ("20个中第4名，范围 2–8", "2–8")


def test_a_rank_without_a_range_is_not_written_where_ranges_stand(by_name):
    """It would look like a range of one place."""
    mark = rank_mark(by_name["韩素梅"].model_copy(update={"rank": 4, "pool": 20, "rank_interval": None}))

    assert mark is not None
    assert (mark.interval, mark.words, mark.label) == (None, "20个中第4名，没有给出范围", "–")


def test_one_alone_in_its_class_has_a_mark(by_name):
    mark = rank_mark(by_name["韩素梅"].model_copy(update={"rank": 1, "pool": 1}))

    assert mark is not None
    assert mark.label == "1"


def test_the_median_of_an_even_number_is_rounded_half_up(rules):
    cells = [Cell(score=score) for score in ("80.00", "80.01", "80.02", "90.00", "70.00", "70.00")]

    assert class_median(cells, rules) == "80.01"
    assert class_median(cells[:4], rules) is None


@pytest.mark.parametrize(
    ("values", "top", "expected"),
    [([0.62, 0.91], 1, (0.6, 1.0)), ([90.0], 100, (88.0, 90.0)), ([], 100, (0.0, 100)), ([3.2, 4.9], 5, (3.0, 5.0))],
)
def test_axes_fit_any_scale_of_points(values, top, expected):
    assert around(values, top)[:2] == expected


def test_steps_are_round_and_ticks_lie_on_them():
    assert [round_step(span, 5) for span in (0.3, 4, 25, 100)] == [0.1, 1.0, 5.0, 20.0]
    assert ticks(0.6, 1.0, 0.1) == [0.6, 0.7, 0.8, 0.9, 1.0]
