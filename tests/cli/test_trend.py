import gzip
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from survey.cli import commands

SCHEME = """
name: 两组
scale: {优秀: 100, 称职: 80, 不称职: 0}
groups: [{id: 居民, weight: 1}, {id: 党委, weight: 1}]
criteria: [{id: 德, weight: 1}, {id: 绩, weight: 1}]
disclosure: {score: 3, items: 3, distribution: 3, comments: 3}
"""


@pytest.fixture
def gongping(tmp_path):
    """Return a way to run a command on files, given by name and content."""

    def run(*arguments, **files):
        for name, content in files.items():
            target = tmp_path / name.replace("_", ".")
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        known = {name.replace("_", ".") for name in files}
        return CliRunner().invoke(commands, [str(tmp_path / each) if each in known else each for each in arguments])

    return run


@pytest.fixture
def scored(gongping):
    """Return a way to get what `gongping score --json` prints for target → group → (德, 绩) marks of each ballot."""

    def run(marks, *flags, scheme=SCHEME, classes=None):
        rows = ["ballot,group,target,item,mark"]
        for target, groups in marks.items():
            for group, ballots in groups.items():
                for number, ballot in enumerate(ballots):
                    rows += [
                        f"{number},{group},{target},{item},{mark}" for item, mark in zip("德绩", ballot, strict=True)
                    ]
        targets = [
            "target,name,class",
            *(f"{target},{target}名,{(classes or {}).get(target, '机关')}" for target in marks),
        ]
        done = gongping(
            "score", "--scheme", "S.yaml", "--ratings", "R.csv", "--targets", "G.csv", "--json", *flags,
            S_yaml=scheme, R_csv="\n".join(rows), G_csv="\n".join(targets),
        )  # fmt: skip
        assert (done.exit_code, done.stderr) == (0, "")
        return done.stdout

    return run


GOOD, FAIR, BAD = ("优秀", "优秀"), ("称职", "称职"), ("不称职", "不称职")
BEFORE = {
    "甲": {"居民": [GOOD, FAIR], "党委": [FAIR]},
    "乙": {"居民": [GOOD, GOOD], "党委": [GOOD]},
    "丙": {"居民": [GOOD], "党委": [GOOD]},
}
AFTER = {
    "甲": {"居民": [GOOD, GOOD], "党委": [FAIR]},
    "乙": {"居民": [GOOD, FAIR], "党委": [FAIR]},
    "丁": {"居民": [GOOD], "党委": [GOOD]},
}


def compared(gongping, before, after, *flags):
    return gongping("trend", "b.json", "a.json", *flags, b_json=before, a_json=after)


def test_two_results_are_compared_target_by_target(gongping, scored):
    """甲 (90 + 80) / 2 = 85, then 90; 乙 100, then (90 + 80) / 2 = 85; together (5 − 15) / 2 = −5."""
    done = compared(gongping, scored(BEFORE), scored(AFTER), "--json")

    found = json.loads(done.stdout)
    assert (done.exit_code, found["comparable"], found["reason"]) == (0, True, None)
    changes = {name: (each["score"]["change"], each["against_drift"]) for name, each in found["targets"].items()}
    assert changes == {"甲": ("5.00", "10.00"), "乙": ("-15.00", "-10.00")}
    assert found["targets"]["甲"]["score"]["exact"] == "5/1"
    assert found["targets"]["甲"]["class"] == "机关"
    assert found["targets"]["甲"]["groups"]["居民"]["change"] == "10.00"
    assert found["targets"]["甲"]["criteria"]["德"]["by"] == "printed"
    assert found["drift"] == {"机关": {"change": "-5.00", "by": "exact", "exact": "-5/1", "targets": 2}}
    assert (found["only_before"], found["only_after"]) == (["丙"], ["丁"])


def test_without_json_it_is_a_table_with_the_drift_of_each_class(gongping, scored):
    done = compared(gongping, scored(BEFORE), scored(AFTER))

    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[:2] == ["机关", "drift -5.00 over 2 targets"]
    rows = [line.split() for line in lines[3:5]]
    assert {row[0]: row[2:5] for row in rows} == {
        "甲": ["85.00", "90.00", "+5.00"],
        "乙": ["100.00", "85.00", "-15.00"],
    }
    assert {row[0]: row[-1] for row in rows} == {"甲": "+10.00", "乙": "-10.00"}
    assert lines[-2:] == ["before alone: 丙", "after alone: 丁"]


def test_a_released_result_is_read_with_what_it_withholds(gongping, scored):
    """Of the committee's twelve marks on an item one differs: the total is left, (60 + 98.33) ÷ 2, to fewer places."""
    shown = [GOOD] * 4 + [FAIR] * 4 + [BAD] * 4
    before = scored({"甲": {"居民": shown * 8, "党委": shown}, "乙": {"居民": [GOOD], "党委": [FAIR]}}, "--release")
    after = scored(
        {"甲": {"居民": shown * 8, "党委": [GOOD] * 11 + [FAIR]}, "乙": {"居民": [GOOD], "党委": [FAIR]}}, "--release"
    )

    assert '"withheld": "alike"' in after
    found = json.loads(compared(gongping, before, after, "--json").stdout)["targets"]
    total = found["甲"]["score"]
    assert (total["before"], total["after"], total["change"], total["by"]) == ("60.00", "79", "19", "printed")
    assert found["甲"]["groups"] == {}
    assert (found["乙"]["reason"], found["乙"]["score"]) == ("before: withheld", None)


def test_rounds_under_other_rules_are_not_comparable(gongping, scored):
    other = scored(AFTER, scheme=SCHEME.replace("称职: 80", "称职: 75"))

    done = compared(gongping, scored(BEFORE), other)
    as_json = json.loads(compared(gongping, scored(BEFORE), other, "--json").stdout)

    assert (done.exit_code, done.stdout) == (0, "not comparable: scale 称职: 80, then 75\n")
    assert (as_json["comparable"], as_json["targets"]) == (False, {})


def test_results_may_be_gzipped(gongping, scored):
    done = compared(gongping, gzip.compress(scored(BEFORE).encode()), scored(AFTER))

    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[:-30], ["b.json cannot be used", "line ", "JSON as `gongping score --json` prints it"]),
        (lambda text: text.replace('"places": 2', '"places": "many"'), ["b.json", "rules.places: found many"]),
        (
            lambda text: text.replace('"denominator":', '"nominator":'),
            ["rules.denominator: found nothing", "rules.nominator"],
        ),
        (lambda text: text.replace('"score": "85.00"', '"score": "eighty"'), ["results.2.score: found eighty"]),
        (lambda text: text.replace('"target": "甲"', '"target": "乙"'), ["results: found target 乙 2 times"]),
        (lambda _: b"\xff\xfe", ["b.json", "UTF-8"]),
    ],
)
def test_bad_input_ends_with_status_2_and_names_the_file_and_the_key(gongping, scored, change, words):
    done = compared(gongping, change(scored(BEFORE)), scored(AFTER))

    assert (done.exit_code, done.stdout) == (2, "")
    assert [word for word in words if word not in done.stderr] == []


def test_a_file_that_is_missing_ends_with_status_2(gongping):
    done = gongping("trend", "nowhere.json", "elsewhere.json")

    assert done.exit_code == 2
    assert "nowhere.json" in done.stderr


def test_comparing_files_needs_neither_flask_nor_a_database(tmp_path, scored):
    (tmp_path / "b.json").write_text(scored(BEFORE), encoding="utf-8")
    program = (
        "import sys; from survey.cli import commands; commands.main(sys.argv[1:], standalone_mode=False);"
        "sys.exit(any(name in sys.modules for name in ('flask', 'sqlalchemy', 'matplotlib')))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, "trend", tmp_path / "b.json", tmp_path / "b.json"],
        check=False,
        capture_output=True,
    )

    assert (done.returncode, done.stderr) == (0, b"")
