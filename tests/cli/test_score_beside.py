"""What `gongping score` prints below its table, and who would move under other weights."""

import json

import pytest
from click.testing import CliRunner

from survey.cli import commands

SCHEME = """
name: 两组
scale: {优秀: 100, 称职: 80, 基本称职: 60}
groups: [{id: 村民, weight: 3}, {id: 代表, weight: 1}]
criteria: [{id: 德}, {id: 绩}]
"""
COUNTS = {
    ("甲", "村民"): (20, 15, 5),
    ("甲", "代表"): (10, 15, 15),
    ("乙", "村民"): (10, 15, 15),
    ("乙", "代表"): (20, 15, 5),
}
"""How many ballots mark 优秀, 称职, 基本称职 on 德; on 绩 four of the best and four of the worst
mark 称职 instead. Both items give 87.50 and 77.50, so that 甲 has 85 and 乙 80."""


def marks(item, counts):
    for level, number in zip(("优秀", "称职", "基本称职"), counts, strict=True):
        yield from (level if item == "德" or place < number - 4 else "称职" for place in range(number))


@pytest.fixture
def gongping(tmp_path):
    """Return a way to score the round above: options, and changes as text."""
    rows = ["ballot,group,target,item,mark"]
    for (target, group), counts in COUNTS.items():
        for item in ("德", "绩"):
            rows += [f"{ballot},{group},{target},{item},{mark}" for ballot, mark in enumerate(marks(item, counts))]
    (tmp_path / "S.yaml").write_text(SCHEME, encoding="utf-8")
    (tmp_path / "R.csv").write_text("\n".join(rows), encoding="utf-8")

    def run(*flags, changes=None):
        files = ["--scheme", str(tmp_path / "S.yaml"), "--ratings", str(tmp_path / "R.csv")]
        if changes is not None:
            (tmp_path / "U.yaml").write_bytes(changes if isinstance(changes, bytes) else changes.encode())
            files += ["--under", str(tmp_path / "U.yaml")]
        return CliRunner().invoke(commands, ["score", *files, "--bootstrap", "0", *flags])

    return run


def sections(done):
    assert (done.exit_code, done.stderr) == (0, "")
    parts = done.stdout.split("\n\n")[2:]
    return {title: lines for title, *lines in (part.splitlines() for part in parts)}


def test_the_table_is_followed_by_short_sections(gongping):
    found = sections(gongping())

    ballots, gaps, flips = found.values()
    assert list(found) == [
        "What the ballots are like",
        "Largest gaps between groups",
        "Least weight to move until neighbours are level",
    ]
    assert ballots[0].split() == ["group", "ballots", "all", "alike%", "straight", "lines%", "alpha", "95", "%"]
    assert [line.split()[:2] for line in ballots[1:]] == [["村民", "40"], ["代表", "40"]]
    assert [line.split()[:5] for line in gaps[1:]] == [
        ["甲", "村民", "-", "代表", "10.00"],
        ["乙", "村民", "-", "代表", "-10.00"],
    ]
    assert flips == [
        "higher  lower  weights of  lead  % to move",
        "甲      乙     groups      5.00      25.00",
        "no weights of criteria can reverse the two: 1 of 2 pairs of neighbours",
    ]


def test_the_json_holds_the_same(gongping):
    found = json.loads(gongping("--json").stdout)

    assert set(found["quality"]) == {"村民", "代表"}
    assert found["quality"]["村民"]["alpha_interval"][0] < found["quality"]["村民"]["alpha"] < 1
    assert [(each["by"], each["distance"], each["reason"]) for each in found["flips"]] == [
        ("groups", "25.00", None),
        ("criteria", None, "leads in every part"),
    ]
    assert [gap["gap"] for each in found["results"] for gap in each["gaps"]] == ["10.00", "-10.00"]
    assert "under" not in found


def test_who_would_move_stands_beside_the_results_and_changes_nothing_of_them(gongping):
    official = json.loads(gongping("--json").stdout)
    found = json.loads(gongping("--json", changes="{groups: {村民: 1/2}}").stdout)

    moves = found.pop("under")
    assert found == official
    assert moves == [
        {"target": "甲", "score_before": "85.00", "score_after": "80.83", "rank_before": 1, "rank_after": 2, "up": -1},
        {"target": "乙", "score_before": "80.00", "score_after": "84.17", "rank_before": 2, "rank_after": 1, "up": 1},
    ]


def test_the_table_names_those_that_would_stand_elsewhere(gongping):
    moved = gongping(changes="{groups: {村民: 1/2}}").stdout.split("\n\n")[-1].splitlines()
    same = gongping(changes="{}").stdout.splitlines()

    assert moved[0] == "Under the changes 2 of 2 would stand elsewhere"
    assert [line.split() for line in moved[1:]] == [
        ["target", "score", "then", "rank", "then", "up"],
        ["甲", "85.00", "80.83", "1", "2", "-1"],
        ["乙", "80.00", "84.17", "2", "1", "+1"],
    ]
    assert same[-1] == "Under the changes 0 of 2 would stand elsewhere"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ("{groups: {党委: 1}}", "U.yaml cannot be used:\n  groups: found 党委; allowed: 村民, 代表"),
        ("{weights: {}}", "U.yaml cannot be used:\n  weights: found weights; allowed: groups, criteria, items"),
        (b"\xff", "U.yaml cannot be used:\n  file: found byte 0; allowed: UTF-8 text"),
        ("{", "U.yaml cannot be used:\n  line 1"),
    ],
)
def test_bad_changes_end_with_status_2_and_are_named(gongping, changes, said):
    done = gongping(changes=changes)

    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_release_without_groups_that_are_shown_says_nothing_of_them(gongping, tmp_path):
    scheme = SCHEME + "disclosure: {score: 41, items: 41, distribution: 41}"
    gongping()
    (tmp_path / "S.yaml").write_text(scheme, encoding="utf-8")
    files = ["--scheme", str(tmp_path / "S.yaml"), "--ratings", str(tmp_path / "R.csv")]
    (tmp_path / "U.yaml").write_text("{}", encoding="utf-8")

    done = CliRunner().invoke(commands, ["score", *files, "--release", "--under", str(tmp_path / "U.yaml"), "--json"])

    found = json.loads(done.stdout)
    assert (found["quality"], found["flips"], found["under"]) == ({}, [], [])
    assert [each["gaps"] for each in found["results"]] == [[], []]


def test_results_with_moves_beside_them_can_be_compared_with_others(gongping, tmp_path):
    (tmp_path / "a.json").write_text(gongping("--json", changes="{}").stdout, encoding="utf-8")

    done = CliRunner().invoke(commands, ["trend", str(tmp_path / "a.json"), str(tmp_path / "a.json"), "--json"])

    assert (done.exit_code, json.loads(done.stdout)["comparable"]) == (0, True)
