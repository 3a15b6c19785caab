from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.samples.margins import Margin
from scoring.samples.weighting import WeightingError, achieved_margins, design_effect, post_stratify, rake

SAMPLE = {"社区": ["东城", "东城", "西城", "西城"], "年龄": ["80-", "80+", "80-", "80-"]}


def margin(variable, **population):
    return Margin((variable,), {(level,): people for level, people in population.items()})


def refused(weigh, *arguments):
    with pytest.raises(WeightingError) as caught:
        weigh(*arguments)
    return list(caught.value.problems)


def test_each_cell_gets_its_population_shared_out_by_base_weight():
    cells = margin("社区", 东城=300, 西城=100)

    weighted = post_stratify(SAMPLE, cells, np.array([1.0, 2.0, 1.0, 1.0]))

    assert weighted.weights.tolist() == [100, 200, 50, 50]


def test_a_cell_without_a_ballot_is_named():
    cells = Margin(
        ("社区", "年龄"), {("东城", "80-"): 400, ("东城", "80+"): 90, ("西城", "80-"): 0, ("西城", "80+"): 120}
    )

    assert refused(post_stratify, SAMPLE, cells) == [
        "cell 社区=西城, 年龄=80+: no ballot; population 120",
        "cell 社区=西城, 年龄=80-: no population; ballots 2",
    ]


def test_a_level_nobody_knows_of_is_named():
    assert refused(rake, SAMPLE, [margin("社区", 东城=10)]) == ["cell 社区=西城: no population; ballots 2"]


def test_a_variable_nobody_asked_for_is_named():
    assert refused(rake, SAMPLE, [margin("性别", 男=10)]) == ["性别 is not known of the ballots"]
    assert refused(rake, SAMPLE, []) == ["no margin"]


def test_margins_of_different_totals_are_named():
    margins = [margin("社区", 东城=500, 西城=500), margin("年龄", **{"80-": 870, "80+": 120})]

    assert refused(rake, SAMPLE, margins) == ["margins add up to different totals: 社区 1000, 年龄 990"]


@pytest.mark.parametrize("base", [[1, 1, 1, 0], [1, 1, 1, float("nan")], [1, 1, 1, float("inf")]])
def test_a_base_weight_must_be_a_positive_number(base):
    assert refused(post_stratify, SAMPLE, margin("社区", 东城=1, 西城=1), np.array(base)) == [
        "base weights must be finite and above 0"
    ]


def test_margins_that_cannot_all_hold_end_with_the_level_that_is_furthest_off():
    """All who are 80+ live in 东城, so 东城 cannot have fewer people than are 80+."""
    margins = [margin("社区", 东城=100, 西城=900), margin("年龄", **{"80-": 800, "80+": 200})]

    [problem] = refused(rake, SAMPLE, margins, None, 50)

    assert problem == "cell 社区=东城: 200 instead of 100 after 50 rounds"


def test_where_one_ballot_is_all_there_is_of_a_kind_raking_is_worked_by_hand():
    """80+ is one ballot of 东城: 20 people; the other of 东城 has its 80 others, 西城's two share 100."""
    margins = [margin("社区", 东城=100, 西城=100), margin("年龄", **{"80-": 180, "80+": 20})]

    assert rake(SAMPLE, margins).weights == pytest.approx([80, 20, 50, 50])


def test_the_margins_achieved_stand_beside_those_aimed_at():
    weighted = post_stratify(SAMPLE, margin("年龄", **{"80-": 90, "80+": 10}))

    rows = [(row.cell, row.ballots, row.before, row.after, row.target) for row in achieved_margins(weighted)]

    assert rows == [("年龄=80-", 3, 0.75, pytest.approx(0.9), 0.9), ("年龄=80+", 1, 0.25, pytest.approx(0.1), 0.1)]


def test_equal_weights_have_no_design_effect():
    """Kish 1965: 1 + the weights' squared coefficient of variation; weights 1 and 3 have 1 + 1/4."""
    assert design_effect(np.full(7, 2.5)) == pytest.approx(1)
    assert design_effect(np.array([1.0, 3.0])) == pytest.approx(1.25)


CELLS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), min_size=1, max_size=20)
NUMBERS = st.lists(st.integers(3, 9), min_size=26, max_size=26)


def margin_of(name, levels, numbers):
    population = dict.fromkeys(((level,) for level in levels), 0)
    for level, number in zip(levels, numbers, strict=False):
        population[level,] += number
    return Margin((name,), population)


@given(CELLS, NUMBERS)
def test_raking_meets_every_margin_and_makes_up_no_relation_between_them(more, numbers):
    """The targets are margins of positive weights, so they can hold; Deming and Stephan's weights are a(u) · b(v)."""
    cells = [*product("ab", "xyz"), *more]
    sample = {"u": [first for first, _ in cells], "v": [second for _, second in cells]}
    margins = [margin_of(name, levels, numbers) for name, levels in sample.items()]

    weighted = rake(sample, margins)

    assert all(row.after == pytest.approx(row.target, rel=1e-8) for row in achieved_margins(weighted))
    of_cell = dict(zip(cells, weighted.weights, strict=True))
    assert [of_cell[cell] for cell in cells] == pytest.approx(weighted.weights)
    for first, second in (("x", "y"), ("y", "z")):
        ratios = [of_cell[each, first] / of_cell[each, second] for each in "ab"]
        assert ratios[0] == pytest.approx(ratios[1])


@given(CELLS, NUMBERS)
def test_raking_to_one_margin_is_post_stratification(cells, numbers):
    sample = {"u": [first for first, _ in cells], "v": [second for _, second in cells]}
    population = Margin(("u", "v"), dict(zip(dict.fromkeys(cells), numbers, strict=False)))
    base = np.array(numbers[: len(cells)], float)

    np.testing.assert_allclose(
        rake(sample, [population], base).weights, post_stratify(sample, population, base).weights
    )


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30))
def test_a_design_effect_is_at_least_one_and_at_most_the_number_of_ballots(weights):
    assert 1 - 1e-9 <= design_effect(np.array(weights)) <= len(weights) + 1e-9
