"""Published cases of the methods that stand beside a round's scores, each to the tolerance of its source."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from scoring.ballots.extremes import kept
from scoring.certainty.agreement import cronbach_alpha, krippendorff_alpha, unit_counts
from scoring.document.pairwise_weights import RANDOM_INDEX, pairwise_weights
from scoring.document.remainder import largest_remainder
from scoring.document.scheme_document import Extremes
from scoring.samples.calibrated import Design, weighted_means
from scoring.samples.margins import Margin
from scoring.samples.weighting import design_effect, post_stratify, rake
from scoring.scores.majority import leaning, majority, majority_key

HERE = Path(__file__).parent


def case(name):
    found = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    assert found["cite"]
    return found["input"], found["expected"], found.get("tolerance")


def array(rows):
    return np.array(rows, float)


def test_weights_of_seven_drinks_compared_two_by_two():
    given, expected, tolerance = case("ahp_drinks")
    exact = expected["full_precision"]

    found = pairwise_weights(given["pairwise"])

    assert found.weights.tolist() == pytest.approx(expected["weights"], abs=tolerance["weights"])
    assert found.weights.tolist() == pytest.approx(exact["weights"], rel=1e-12)
    assert found.consistency_ratio == pytest.approx(expected["consistency_ratio"], abs=tolerance["cr"])
    assert (found.consistency_ratio, found.eigenvalue) == pytest.approx((exact["cr"], exact["lambda_max"]), rel=1e-12)
    assert RANDOM_INDEX[len(given["items"]) - 1] == exact["random_index"]


def test_reliability_with_its_interval_and_with_missing_marks():
    given, expected, tolerance = case("cronbach_alpha")
    binary = array(given["binary_missing"])

    likert = cronbach_alpha(array(given["likert"]))
    found = {
        "binary_pairwise": cronbach_alpha(binary).alpha,
        "binary_listwise": cronbach_alpha(binary, "listwise").alpha,
        "shrout_fleiss_raw_alpha": cronbach_alpha(array(given["shrout_fleiss"])).alpha,
    }

    assert likert.alpha == pytest.approx(expected["likert"]["alpha"], abs=tolerance["alpha"])
    assert likert.interval == pytest.approx(expected["likert"]["ci95"], abs=tolerance["ci"])
    assert found == pytest.approx({name: expected[name] for name in found}, abs=tolerance["alpha"])
    assert set(expected) == {*found, "likert"}


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
def test_agreement_of_four_observers_on_twelve_units(metric):
    given, expected, tolerance = case("krippendorff_c")

    alpha = krippendorff_alpha(*unit_counts(array(given["ratings"])), metric)

    assert alpha == pytest.approx(expected["alpha"][metric], abs=tolerance)
    assert round(alpha, 3) == expected["rounded"][metric]


@pytest.mark.parametrize("quota", ["hare", "droop"])
def test_ten_places_for_six_sizes(quota):
    given, expected, _ = case("largest_remainder")

    assert largest_remainder(given["sizes"], given["places"], quota) == expected[quota]


def test_the_order_of_ten_candidates_by_majority_judgment():
    given, expected, _ = case("mj_french_2012")
    counts = {name: poll_counts(shares) for name, shares in given["shares"].items()}

    assert sorted(counts, key=lambda name: majority_key(counts[name]), reverse=True) == expected["order"]


def poll_counts(shares):
    """Return counts of 10,000, best grade first; the shares have four digits, worst grade first."""
    return [round(share * 10_000) for share in reversed(shares)]


@pytest.mark.parametrize("name", case("mj_french_2012")[1]["order"])
def test_the_median_grade_of_a_candidate_and_every_way_to_lean_from_it(name):
    given, expected, tolerance = case("mj_french_2012")
    row, points = expected["table"][name], given["scale"][::-1]
    counts = poll_counts(given["shares"][name])

    gauge = majority(counts)
    rules = {"mj": "majority", "typical_d": "typical", "central_s": "central", "usual_n": "usual"}
    found = {column: points[gauge.level] + float(leaning(gauge, 7, rule)) for column, rule in rules.items()}
    mean = sum(count * value for count, value in zip(counts, points, strict=True)) / sum(counts)

    assert mean == pytest.approx(row["mean"], abs=tolerance["mean"])
    assert f"{points[gauge.level]}{gauge.sign if points[gauge.level] > -2 else ''}" == row["majority_gauge"]
    assert found.pop("mj") == pytest.approx(row["mj"], abs=tolerance["mj"])
    assert found == pytest.approx({column: row[column] for column in found}, abs=tolerance["others"])


def test_trimmed_means():
    given, expected, tolerance = case("trimmed_mean")

    means = []
    for each in given["cases"]:
        values, counts = np.unique(each["values"], return_counts=True)
        # A share of nothing is no rule of a scheme, it is a scheme without one.
        left = kept(counts, Extremes(trim=str(each["cut_each_side"]))) if each["cut_each_side"] else counts
        means.append(Fraction(int(left @ values), int(left.sum())))

    assert list(map(float, means)) == pytest.approx(expected, abs=tolerance)


def api_sample(name):
    with (HERE / "api_samples.csv").open(encoding="utf-8") as file:
        rows = [row | {"all": "school"} for row in csv.DictReader(file) if row["sample"] == name]
    columns = {column: [row[column] for row in rows] for column in rows[0]}
    return columns, array([[int(row["api00"]), int(row["enroll"])] for row in rows])


def api_weighted(kind, columns, variables):
    given, _, _ = case("api_weights")
    sizes = np.array(given["sizes"][kind])
    margins = [Margin((name,), {(level,): n for level, n in given["population"][name].items()}) for name in variables]
    base, strata, clusters = None, None, None
    if kind == "strata":
        strata = np.array(["EMH".index(level) for level in columns["stype"]])
        base = (sizes / np.bincount(strata))[strata]
    if kind == "clusters":
        clusters = np.unique(columns["district"], return_inverse=True)[1]
    weighted = post_stratify(columns, margins[0], base) if len(margins) == 1 else rake(columns, margins, base)
    return weighted, Design(strata, clusters, sizes)


@pytest.mark.parametrize("name", case("api_weights")[1])
def test_means_of_schools_weighted_up_to_what_is_known_of_all(name):
    _, expected, tolerance = case("api_weights")
    kind, own = name.split(",")[0], expected[name]
    columns, values = api_sample(kind)

    weighted, design = api_weighted(kind, columns, own["variables"])
    found = weighted_means(values, weighted, design)

    for at, column in enumerate(("api00", "enroll")):
        assert [found.means[at], found.se[at]] == pytest.approx(own["means"][column], rel=tolerance["relative"])
    assert design_effect(weighted.weights) == pytest.approx(own["design_effect"], rel=tolerance["relative"])
    assert found.degrees == own["degrees"]


@pytest.mark.parametrize(("method", "variables"), [("cells", ["stype"]), ("margins", ["stype", "sch.wide"])])
def test_schools_without_a_figure_still_count_in_the_margins(method, variables):
    published = json.loads((HERE / "api_weights.json").read_text(encoding="utf-8"))["missing"]
    columns, values = api_sample("simple")
    marks = values[:, :1].copy()
    no_high = [kind == "H" and wide == "No" for kind, wide in zip(columns["stype"], columns["sch.wide"], strict=True)]
    marks[no_high] = np.nan
    marks[6::11] = np.nan

    found = weighted_means(marks, *api_weighted("simple", columns, variables))

    assert [found.means[0], found.se[0]] == pytest.approx(published[method], rel=2e-8)
