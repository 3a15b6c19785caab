import csv
import gzip
import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from scoring.document.exact import printed
from survey.cli import commands

HERE = Path(__file__).parent
CASES = sorted(path.name.removesuffix(".expected.json") for path in HERE.glob("*.expected.json"))


def gongping_score(*arguments):
    done = CliRunner().invoke(commands, ["score", *map(str, arguments)], catch_exceptions=False)
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def files_of(name):
    yield from ("--scheme", HERE / f"{name}.scheme.yaml")
    for kind in ("ratings", "tally", "entitled", "components"):
        if (file := HERE / f"{name}.{kind}.csv").exists():
            yield from (f"--{kind}", file)


def contains(found, expected):
    """Return whether every value of a nested dictionary stands in another, which may hold more."""
    if isinstance(expected, dict):
        return all(name in found and contains(found[name], value) for name, value in expected.items())
    return found == expected


def values_of(nested):
    return [each for value in nested.values() for each in (values_of(value) if isinstance(value, dict) else [value])]


@pytest.mark.parametrize("name", CASES)
def test_the_published_figures_are_printed(name):
    case = json.loads((HERE / f"{name}.expected.json").read_text(encoding="utf-8"))
    assert case["cite"]

    found = {each["target"]: each for each in json.loads(gongping_score(*files_of(name), "--json"))["results"]}
    table = gongping_score(*files_of(name))

    assert set(found) == set(case["expected"])
    for target, expected in case["expected"].items():
        assert contains(found[target], expected), (found[target], expected)
        line = next(line.split() for line in table.splitlines() if f"  {target}  " in line)
        figures = [value for name, value in expected.items() if name in {"score", "rank"}]
        assert {str(value) for value in (*figures, *expected.get("shares", {}).values())} <= set(line)


def test_the_shares_of_the_entitled_make_a_whole_and_give_the_rate_of_good_marks():
    shares = json.loads((HERE / "entitled_30.expected.json").read_text(encoding="utf-8"))["expected"]["甲"]["shares"]

    assert sum(map(Fraction, shares.values())) == 100
    assert Fraction(shares["优秀"]) + Fraction(shares["称职"]) == 60


def test_the_standard_errors_of_the_stratified_schools_are_those_of_the_survey_package():
    """R 4.2.2, survey 4.1-1: svymean of the three shares, dstrat, times 100; its stored weights differ by 2e-8."""
    results = json.loads(gongping_score(*files_of("api_strat"), "--json"))["results"]

    assert {each["target"]: each["se"] for each in results} == pytest.approx(
        {"comp.imp": 3.372549598497833, "awards": 3.440591820161333, "sch.wide": 2.4344780089656277}, rel=1e-7
    )


def test_every_lecturer_of_73421_ratings_has_a_score_made_of_plain_group_means():
    ratings = HERE / "insteval_ratings.csv.gz"
    sums, counts = defaultdict(int), defaultdict(int)
    with gzip.open(ratings, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            sums[row["target"], row["group"]] += int(row["mark"])
            counts[row["target"], row["group"]] += 1
    means = {cell: Fraction(total, counts[cell]) for cell, total in sums.items()}

    document = json.loads(gongping_score("--scheme", HERE / "insteval.scheme.yaml", "--ratings", ratings, "--json"))

    results = document["results"]
    assert (len(results), sum(counts.values())) == (1128, 73421)
    for result in results:
        own = {group: means.get((result["target"], group)) for group in ("own department", "service")}
        assert result["groups"] == {
            group: {
                "score": None if mean is None else printed(mean, 6),
                "n": counts.get((result["target"], group), 0),
            }
            for group, mean in own.items()
        }
        there = [mean for mean in own.values() if mean is not None]
        assert Fraction(result["exact"]) == sum(there) / len(there)
    ranks = [result["rank"] for result in results]
    assert ranks == sorted(ranks)
    assert ranks[0] == 1
