import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.ballots.denominators import entitled_cells
from scoring.ballots.tally import Block
from scoring.certainty.influence import block_influences, influence_table
from scoring.certainty.shared import covariance_of_totals, joined
from scoring.certainty.strata import spread
from scoring.certainty.uncertainty import t_interval, uncertainties
from tests.scoring.counted import make_scheme
from tests.scoring.rated import LEVELS, Round, rounds

API = json.loads((Path(__file__).parents[2] / "reference" / "api_strat_mean.json").read_text(encoding="utf-8"))


def told(round_, entitled=None, **more):
    cells = entitled_cells(round_.tally, entitled)
    found = spread(round_.scheme, round_.tally, round_.scored, round_.moments, round_.linear, cells)
    return uncertainties(round_.scheme, round_.scored, found, **more), found


@pytest.fixture(scope="module")
def schools():
    """Return the California API sample: strata as groups, schools as ballots, their numbers as direct scores."""
    strata, columns = API["strata_population"], API["columns"]
    scheme = make_scheme(
        [{"id": stratum, "weight": number} for stratum, number in strata.items()], scale={"min": 0, "max": 5000}
    )
    blocks = []
    for target in ("enroll", "api00", "api99"):
        for stratum in strata:
            values = [value for value, of in zip(columns[target], columns["stype"], strict=True) if of == stratum]
            levels = tuple(str(value) for value in sorted(set(values)))
            rows = np.array([[levels.index(str(value))] for value in values], np.uint8)
            blocks.append(Block(stratum, target, ("德",), levels, rows, np.arange(len(values))))
    return Round(scheme, blocks, ("enroll", "api00", "api99"))


def entitled(schools):
    return {
        (stratum, target): number for stratum, number in API["strata_population"].items() for target in schools.targets
    }


def test_stratified_means_have_the_published_standard_errors(schools):
    """Lumley 2010, ch. 2: svymean(~enroll, dstrat) 595.28, SE 18.509; svymean(~api00) 662.29, SE 9.4089."""
    expected, close = API["expected"], API["tolerance"]

    for target, scored, each in zip(schools.targets, schools.scored, told(schools, entitled(schools))[0], strict=True):
        assert float(scored.total) == pytest.approx(expected[f"{target}_mean"], rel=close)
        assert each.se == pytest.approx(expected[f"{target}_se"], rel=close)
        assert each.corrected

    for target, each in zip(schools.targets[:2], told(schools)[0], strict=False):
        assert each.se == pytest.approx(expected[f"{target}_se_no_fpc"], rel=close)
        assert not each.corrected


def test_totals_follow_from_the_mean(schools):
    """svytotal(~enroll): 3687178, SE 114642."""
    population = sum(API["strata_population"].values())
    [each, *_] = told(schools, entitled(schools))[0]

    assert float(schools.scored[0].total) * population == pytest.approx(API["expected"]["enroll_total"], rel=1e-6)
    assert each.se * population == pytest.approx(API["expected"]["enroll_total_se"], rel=1e-6)


def test_the_published_interval_has_the_designs_degrees_of_freedom(schools):
    expected = API["expected"]
    [each, *_] = told(schools, entitled(schools))[0]

    found = t_interval(float(schools.scored[0].total), each.se, expected["df"])

    assert found == pytest.approx(expected["enroll_ci95_t197"], rel=API["tolerance"])


def test_two_answers_of_the_same_schools_have_the_published_covariance(schools):
    found = told(schools, entitled(schools))[1]
    table = influence_table(schools.scheme, schools.tally, schools.linear)
    parts = [
        joined([block_influences(schools.scheme, schools.tally, table, each) for each in schools.blocks[place::3]])
        for place in range(3)
    ]

    covariance = covariance_of_totals(schools.tally, found, [float(each.total) for each in schools.scored], parts)

    assert covariance[0, 1] == pytest.approx(API["expected"]["cov_enroll_api00"], rel=API["tolerance"])
    assert np.diag(covariance) ** 0.5 == pytest.approx(
        [API["expected"][f"{target}_se"] for target in schools.targets], rel=API["tolerance"]
    )


def one_group(marks, entitled_=None, **more):
    block = Block("群众", "甲", ("德",), LEVELS, np.array([marks], np.uint8).T)
    round_ = Round(make_scheme(**more), [block], ("甲",))
    [each] = told(round_, {("群众", "甲"): entitled_} if entitled_ else None)[0]
    return each


def test_an_interval_by_hand():
    """100, 100, 80, 60 of eight: mean 85, s² = 1100 / 3, SE² = (1 - 1/2) · s² / 4; t with 3 degrees is 3.1824."""
    each = one_group([0, 0, 1, 2], 8)

    assert (each.se**2, each.degrees) == (pytest.approx(0.5 * 1100 / 3 / 4), pytest.approx(3))
    assert each.interval == (pytest.approx(85 - 3.18244630 * each.se), 100)
    assert each.groups == {"群众": each.se}


def test_an_interval_ends_where_no_score_can_be():
    assert one_group([0, 0, 3]).interval == (0, 100)
    assert one_group([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]).interval[1] == 100


def test_everyone_answered_is_exact():
    each = one_group([0, 1, 2], 3)

    assert (each.se, each.degrees, each.interval) == (0, None, (80, 80))


def test_a_sample_all_alike_says_nothing_of_the_rest():
    each = one_group([0, 0, 0], 30)

    assert (each.se, each.interval) == (0, None)


def test_a_group_of_one_is_named():
    each = one_group([0], 2)

    assert (each.se, each.interval, each.groups, each.lonely) == (None, None, {"群众": None}, ("群众",))


def test_an_unfinished_total_has_no_error():
    scheme = make_scheme(["群众", "政府"])
    round_ = Round(scheme, [Block("群众", "甲", ("德",), LEVELS, np.array([[0], [1]], np.uint8))], ("甲",))

    [each] = told(round_)[0]

    assert (each.se, each.interval) == (None, None)
    assert each.groups == {"群众": pytest.approx(10), "政府": None}


@given(rounds(), st.sampled_from(["remove", "adjust"]))
@settings(max_examples=30, deadline=None)
def test_an_interval_holds_its_score_within_what_is_possible(round_, lonely):
    for scored, each in zip(round_.scored, told(round_, lonely=lonely)[0], strict=True):
        if each.interval is not None:
            assert 0 <= each.interval[0] <= float(scored.total) + 1e-9
            assert float(scored.total) - 1e-9 <= each.interval[1] <= 100
