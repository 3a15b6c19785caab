import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.cli import commands

REFERENCE = Path(__file__).parents[1] / "reference"
PUBLISHED = json.loads((REFERENCE / "api_weights.json").read_text(encoding="utf-8"))
SCHEME = "{name: 一项, scale: {好: 100, 中: 60, 差: 0}, groups: [{id: 居民}], criteria: [{id: 态度}]}"
FIGURES = """
name: api
scale: {min: 0, max: 5000, step: 1}
groups: [{id: schools}]
criteria: [{id: figure}]
rounding: {places: 9}
"""
RATINGS = ["ballot,group,target,item,mark", "1,居民,甲,态度,好", "2,居民,甲,态度,中", "3,居民,甲,态度,差"]
SAMPLE = ["ballot,group,性别", "1,居民,男", "2,居民,女", "3,居民,女"]
CELLS = ["性别,population", "男,480", "女,520"]


@pytest.fixture
def score(tmp_path):
    """Return a way to score files given as their rows."""

    def run(*flags, scheme=SCHEME, **files):
        (tmp_path / "S.yaml").write_text(scheme, encoding="utf-8")
        arguments = ["--scheme", str(tmp_path / "S.yaml")]
        for option, rows in files.items():
            path = tmp_path / f"{option}.csv"
            path.write_text("\n".join([*rows, ""]), encoding="utf-8")
            arguments += [f"--{option}", str(path)]
        return CliRunner().invoke(commands, ["score", *arguments, *flags])

    return run


def document(done):
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    return json.loads(done.stdout)


def schools():
    with (REFERENCE / "api_samples.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["sample"] == "simple"]


def population(variables):
    known = PUBLISHED["input"]["population"]
    if len(variables) == 1:
        return [f"{variables[0]},population", *(f"{level},{n}" for level, n in known[variables[0]].items())]
    rows = [f"{name},{level},{n}" for name in variables for level, n in known[name].items()]
    return ["variable,level,population", *rows]


def school_files(figures):
    """Return a ratings file of (school, figure) → mark, and what is known of the schools."""
    rows = [f"{school},schools,{figure},figure,{mark}" for (school, figure), mark in figures.items()]
    known = [f"{number},schools,{row['stype']},{row['sch.wide']}" for number, row in enumerate(schools())]
    return {"ratings": [RATINGS[0], *rows], "sample": ["ballot,group,stype,sch.wide", *known]}


@pytest.mark.parametrize("name", ["simple, cells", "simple, margins"])
def test_schools_weighted_up_to_all_have_the_published_means_and_errors(score, name):
    expected, tolerance = PUBLISHED["expected"][name], PUBLISHED["tolerance"]["relative"]
    figures = {(number, each): row[each] for number, row in enumerate(schools()) for each in ("api00", "enroll")}
    files = school_files(figures) | {"entitled": ["group,target,entitled", "schools,,6194"]}

    found = document(score("--json", scheme=FIGURES, margins=population(expected["variables"]), **files))

    for each in found["results"]:
        assert [float(each["score"]), each["se"]] == pytest.approx(expected["means"][each["target"]], rel=tolerance)
        assert each["degrees"] == expected["degrees"]
    assert found["samples"]["schools"]["design_effect"] == pytest.approx(expected["design_effect"], rel=tolerance)


@pytest.mark.parametrize(("method", "variables"), [("cells", ["stype"]), ("margins", ["stype", "sch.wide"])])
def test_schools_without_a_figure_still_count_in_the_margins(score, method, variables):
    """R's svymean(na.rm = TRUE), times the stretch that abstentions have in every group, √(D/(D-1) · (n-1)/n)."""
    mean, error = PUBLISHED["missing"][method]
    figures = {(number, "api00"): row["api00"] for number, row in enumerate(schools())}
    for number, row in enumerate(schools()):
        if (row["stype"], row["sch.wide"]) == ("H", "No") or number % 11 == 6:
            figures[number, "api00"] = ""
    files = school_files(figures) | {"entitled": ["group,target,entitled", "schools,,6194"]}
    given = sum(mark != "" for mark in figures.values())

    [found] = document(score("--json", scheme=FIGURES, margins=population(variables), **files))["results"]

    stretch = (given / (given - 1) * 199 / 200) ** 0.5
    assert [float(found["score"]), found["se"]] == pytest.approx([mean, error * stretch], rel=2e-8)


def test_the_margins_stand_below_the_table(score):
    done = score(ratings=RATINGS, sample=SAMPLE, margins=CELLS)

    assert done.stdout.splitlines()[-4:] == [
        "居民: 3 ballots, weights 0.78 to 1.44, design effect 1.097: worth 3 of equal weight",
        "cell     ballots  before%  after%  target%",
        "性别=男        1    33.33   48.00    48.00",
        "性别=女        2    66.67   52.00    52.00",
    ]


def test_the_weights_written_give_the_same_scores_as_a_column_of_ratings(score, tmp_path):
    written = tmp_path / "W.csv"

    weighted = document(score("--json", "--weights-out", str(written), ratings=RATINGS, sample=SAMPLE, margins=CELLS))
    rows = written.read_text(encoding="utf-8").splitlines()
    column = [f"{row},{weight.split(',')[2]}" for row, weight in zip(RATINGS, rows, strict=True)]
    again = document(score("--json", ratings=column))

    assert rows == ["ballot,group,weight", "1,居民,1.44", "2,居民,0.78", "3,居民,0.78"]
    for name in ("score", "exact", "shares", "groups"):
        assert again["results"][0][name] == weighted["results"][0][name]
    assert weighted["results"][0]["exact"] == "318/5"
    assert again["tally_sha256"] == weighted["tally_sha256"]


def test_ballots_that_a_rule_voids_take_no_part(score):
    scheme = SCHEME.replace("{id: 态度}]", "{id: 态度}, {id: 效率}, {id: 公开}, {id: 廉洁}, {id: 办事}]")
    scheme = scheme.replace("}]}", "}], ballot_rules: [{rule: uniform, action: void}]}")
    marks = {1: "好中好中好", 2: "中好中好中", 3: "好好好好好"}
    items = ("态度", "效率", "公开", "廉洁", "办事")
    rows = [
        f"{ballot},居民,甲,{item},{mark}"
        for ballot, own in marks.items()
        for item, mark in zip(items, own, strict=True)
    ]

    found = document(score("--json", scheme=scheme, ratings=[RATINGS[0], *rows], sample=SAMPLE, margins=CELLS))

    sample = found["samples"]["居民"]
    assert (sample["ballots"], sample["least_weight"], sample["greatest_weight"]) == (2, "0.96", "1.04")
    assert found["results"][0]["exact"] == "1996/25"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {"margins": [*CELLS, "其他,12"]},
            ["margins.csv", "row 4, cell 性别=其他: found no ballot; population 12"],
        ),
        ({"sample": SAMPLE[:-1]}, ["sample.csv", "group 居民, ballot 3: found nothing"]),
        ({"sample": [*SAMPLE[:-1], "3,居民,nv"]}, ["sample.csv", "row 4: found 性别=nv"]),
        ({"margins": ["性别,population", "男,many"]}, ["margins.csv", "row 2, column population: found many"]),
        ({"margins": ["年龄,population", "老,3"]}, ["margins.csv", "column 年龄", "allowed: population, group, 性别"]),
        ({"scheme": SCHEME.replace("}]}", "}], extremes: {trim: 0.1}}")}, ["sample.csv", "weights with extremes"]),
    ],
)
def test_bad_samples_end_with_status_2_and_name_file_and_place(score, files, words):
    done = score(**({"ratings": RATINGS, "sample": SAMPLE, "margins": CELLS} | files))

    assert (done.exit_code, done.stdout) == (2, "")
    assert [word for word in words if word not in done.stderr] == []


@pytest.mark.parametrize(
    "files",
    [
        {"ratings": RATINGS, "sample": SAMPLE},
        {"ratings": RATINGS, "margins": CELLS},
        {"tally": ["target,item,group,level,count"], "sample": SAMPLE, "margins": CELLS},
    ],
)
def test_a_sample_goes_with_its_margins_and_ratings(score, files):
    done = score(**files)

    assert done.exit_code == 2
    assert "--sample, --margins and --ratings go together" in done.stderr


def test_small_samples_are_not_released(score):
    found = score("--release", ratings=RATINGS, sample=SAMPLE, margins=CELLS).stdout

    assert found.splitlines()[-1] == "居民: weights of the sample withheld: few"
