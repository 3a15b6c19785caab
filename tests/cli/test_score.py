import gzip
import hashlib
import json
import os
import subprocess
import sys
from math import sqrt
from pathlib import Path

import pytest
import rfc8785
from click.testing import CliRunner

from scoring.document.scheme import load_scheme
from survey.cli import commands

SCHEME = """
name: 三三制
scale: {优秀: 100, 称职: 80, 不称职: 0, 不了解: null}
groups: [{id: 群众, weight: 1, groups: [{id: 居民, weight: 2}, {id: 代表, weight: 1}]}, {id: 党委, weight: 1}]
criteria: [{id: 德, weight: 1}, {id: 绩, weight: 3, items: [{id: 实绩, weight: 1}, {id: 效率, weight: 1}]}]
overall: {item: 总体, share: 0.4}
grades: {bands: [{grade: 优秀, from: 90}, {grade: 称职, from: 60}]}
"""
SIMPLE = "{name: 一项, scale: {好: 100, 差: 0}, groups: [{id: 村民, weight: 1}], criteria: [{id: 态度, weight: 1}]}"
CONTRACT = {
    "target", "score", "exact", "rank", "provisional", "grade", "flags", "se", "interval", "rank_interval",
    "groups", "criteria", "shares",
}  # fmt: skip
RATINGS = "ballot,group,target,item,mark"
COUNTS = "target,item,group,level,count"


@pytest.fixture
def write(tmp_path):
    """Return a way to write a file and get its path."""

    def to(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return to


@pytest.fixture
def gongping(write):
    """Return a way to score: files by option, each given as its text or as its bytes."""

    def run(*flags, **files):
        names = {"scheme": "S.yaml", "ratings": "R.csv", "tally": "T.csv", "targets": "G.csv", "entitled": "E.csv"}
        arguments = [part for option, text in files.items() for part in (f"--{option}", write(names[option], text))]
        return CliRunner().invoke(commands, ["score", *arguments, *flags])

    return run


def rows(header, *lines):
    return "\n".join([header, *lines, ""])


def ratings(*lines):
    return rows(RATINGS, *lines)


def everything(targets="甲"):
    """Return ratings of three leaves that mark every item."""
    marks = {"居民": "优秀", "代表": "称职", "党委": "不称职"}
    return ratings(
        *(
            f"{ballot},{group},{target},{item},{mark}"
            for target in targets
            for group, mark in marks.items()
            for ballot in range(3)
            for item in ("德", "实绩", "效率", "总体")
        )
    )


def document(done):
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    return json.loads(done.stdout)


def refusal(done):
    assert (done.exit_code, done.stdout) == (2, "")
    return done.stderr


def test_the_json_has_the_keys_of_the_contract(gongping):
    found = document(gongping("--json", scheme=SCHEME, ratings=everything()))

    assert {"results", "rules", "tally_sha256", "scheme_sha256"} <= set(found)
    [result] = found["results"]
    assert set(result) >= CONTRACT
    assert {key: result[key] for key in CONTRACT} == {
        "target": "甲",
        "score": "46.67",
        "exact": "140/3",
        "rank": 1,
        "provisional": None,
        "grade": None,
        "flags": [],
        "se": 0,
        "interval": None,
        "rank_interval": None,
        "groups": {
            "群众": {"score": "93.33", "n": 6},
            "居民": {"score": "100.00", "n": 3},
            "代表": {"score": "80.00", "n": 3},
            "党委": {"score": "0.00", "n": 3},
        },
        "criteria": {"德": {"score": "46.67"}, "绩": {"score": "46.67"}},
        "shares": {"优秀": "33.33", "称职": "33.33", "不称职": "33.33"},
    }


def test_the_json_stands_alone_on_stdout_and_the_table_without_it(gongping):
    as_json = gongping("--json", scheme=SIMPLE, ratings=ratings("1,村民,甲,态度,好"))
    table = gongping(scheme=SIMPLE, ratings=ratings("1,村民,甲,态度,好"))

    assert json.loads(as_json.stdout)["results"][0]["target"] == "甲"
    assert table.stdout.splitlines()[1:] == [
        "denominator judgements · empty group fail · ranks within class, layer · 2 places half_up",
        "",
        "rank  target   score    村民  n     好%   差%",
        "   1  甲      100.00  100.00  1  100.00  0.00",
    ]


def test_the_table_lines_up_where_names_are_chinese(gongping):
    targets = rows("target,name,class,layer", "C1,潘志远,机关,正职", "C02,欧阳秀英,机关,正职")
    done = gongping(
        scheme=SCHEME.replace("empty_group", ""),
        ratings=everything(["C1", "C02"]),
        targets=targets,
    )

    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    head, first, second = lines[lines.index("机关  正职") + 1 :][:3]
    assert head.split() == [
        "rank", "target", "name", "score", "群众", "居民", "代表", "党委", "n", "优秀%", "称职%", "不称职%", "flags",
    ]  # fmt: skip
    assert first.split()[:4] == ["1", "C02", "欧阳秀英", "46.67"]
    assert second.split()[:4] == ["1", "C1", "潘志远", "46.67"]
    assert first.split()[-1] == second.split()[-1] == "tied"
    columns = [line.encode("gb18030").index(b"46.67") for line in (first, second)]
    assert columns[0] == columns[1]


def test_the_definitions_stand_in_the_json_with_their_defaults(gongping):
    stated = document(gongping("--json", scheme=SIMPLE, ratings=ratings("1,村民,甲,态度,好")))["rules"]

    assert (stated["denominator"], stated["empty_group"], stated["places"], stated["mode"]) == (
        "judgements", "fail", 2, "half_up",
    )  # fmt: skip
    assert stated["disclosure"] == {"score": 5, "items": 10, "distribution": 10, "comments": 10}


def test_fingerprints_are_those_of_the_canonical_forms(gongping):
    done = gongping(
        "--json", scheme=SIMPLE, ratings=ratings("1,村民,甲,态度,好", "2,村民,甲,态度,好", "3,村民,甲,态度,")
    )

    found = document(done)
    counted = [["甲", "态度", "村民", "", 1], ["甲", "态度", "村民", "好", 2]]
    canonical = {
        "name": "一项",
        "scale": {"好": "100/1", "差": "0/1"},
        "groups": [{"id": "村民", "weight": "1/1"}],
        "criteria": [{"id": "态度", "weight": "1/1"}],
        "denominator": "judgements",
        "empty_group": "fail",
        "ranking": {"within": ["class", "layer"], "ties": "shared", "break_ties_by": [], "on": "exact"},
        "rounding": {"places": "2/1", "mode": "half_up"},
        "disclosure": {"score": "5/1", "items": "10/1", "distribution": "10/1", "comments": "10/1"},
    }
    assert found["tally_sha256"] == hashlib.sha256(rfc8785.dumps(counted)).hexdigest()
    assert found["scheme_sha256"] == hashlib.sha256(rfc8785.dumps(canonical)).hexdigest()
    assert found["scheme_sha256"] == load_scheme(SIMPLE).sha256()


def test_ratings_and_their_counts_print_the_same(gongping):
    from_ratings = document(
        gongping("--json", scheme=SIMPLE, ratings=ratings("1,村民,甲,态度,好", "2,村民,甲,态度,差"))
    )
    from_counts = document(
        gongping("--json", scheme=SIMPLE, tally=rows(COUNTS, "甲,态度,村民,好,1", "甲,态度,村民,差,1"))
    )

    assert from_counts == from_ratings


def test_from_a_tally_n_is_the_largest_judgement_count_over_items(gongping):
    counts = rows(
        COUNTS,
        "甲,德,居民,优秀,4",
        "甲,实绩,居民,优秀,2",
        "甲,实绩,居民,称职,5",
        "甲,德,代表,优秀,1",
        "甲,德,党委,优秀,1",
    )

    [result] = document(gongping("--json", scheme=SCHEME, tally=counts))["results"]

    assert result["groups"]["居民"]["n"] == 7


@pytest.mark.parametrize("wrap", [gzip.compress, lambda content: b"\xef\xbb\xbf" + content], ids=["gzip", "BOM"])
def test_every_file_may_be_gzipped_or_have_a_bom(gongping, wrap):
    files = {
        "ratings": ratings("1,村民,甲,态度,好"),
        "targets": rows("target,name", "甲,潘志远"),
        "entitled": rows("group,target,entitled", "村民,,4"),
    }
    scheme = SIMPLE.replace("}]}", "}], denominator: entitled}")

    done = gongping("--json", scheme=scheme, **{name: wrap(text.encode()) for name, text in files.items()})
    [counted] = document(gongping("--json", scheme=SIMPLE, tally=wrap(rows(COUNTS, "甲,态度,村民,好,1").encode())))[
        "results"
    ]

    [result] = document(done)["results"]
    assert (result["score"], result["name"], counted["score"]) == ("25.00", "潘志远", "100.00")


def test_a_scheme_may_have_a_bom(gongping):
    assert document(gongping("--json", scheme="\ufeff" + SIMPLE, ratings=ratings("1,村民,甲,态度,好")))


def test_results_stand_by_class_layer_rank_and_target(gongping):
    marks = ratings("1,村民,a,态度,好", "1,村民,b,态度,差", "1,村民,c,态度,好", "1,村民,d,态度,好", "1,村民,e,态度,")
    targets = rows("target,class,layer", "a,B,x", "b,A,y", "c,A,y", "d,A,y", "e,A,y")

    found = document(gongping("--json", scheme=SIMPLE, ratings=marks, targets=targets))["results"]

    assert [(each["class"], each["layer"], each["rank"], each["target"]) for each in found] == [
        ("A", "y", 1, "c"),
        ("A", "y", 1, "d"),
        ("A", "y", 3, "b"),
        ("A", "y", None, "e"),
        ("B", "x", 1, "a"),
    ]


def test_a_result_that_is_not_final_has_no_rank_and_a_reason(gongping):
    marks = "\n".join(line for line in everything().splitlines() if "党委" not in line)

    [result] = document(gongping("--json", scheme=SCHEME, ratings=marks))["results"]

    assert (result["score"], result["exact"], result["rank"], result["grade"]) == (None, None, None, None)
    assert result["provisional"] == "empty group: 党委"


def test_nothing_is_withheld_unless_asked_for(gongping):
    marks = ratings("1,村民,甲,态度,好")

    [open_] = document(gongping("--json", scheme=SIMPLE, ratings=marks))["results"]
    [released] = document(gongping("--json", "--release", scheme=SIMPLE, ratings=marks))["results"]
    table = gongping("--release", scheme=SIMPLE, ratings=marks)

    assert (open_["score"], open_["groups"]["村民"]) == ("100.00", {"score": "100.00", "n": 1})
    assert (released["score"], released["exact"], released["rank"]) == (None, None, None)
    assert released["groups"]["村民"] == {"score": None, "n": None, "withheld": "few"}
    assert "100.00" not in table.stdout
    assert "withheld: few" in table.stdout


def test_a_released_result_with_something_withheld_has_no_fingerprint_that_confirms_guesses(gongping):
    marks = ratings("1,村民,甲,态度,好")

    assert document(gongping("--json", "--release", scheme=SIMPLE, ratings=marks))["tally_sha256"] == ""


def test_the_entitled_make_the_denominator(gongping):
    scheme = SIMPLE.replace("}]}", "}], denominator: entitled}")
    marks = ratings(*(f"{number},村民,{target},态度,好" for number in range(3) for target in "甲乙"))
    entitled = rows("group,target,entitled", "村民,,12", "村民,乙,4")

    found = document(gongping("--json", scheme=scheme, ratings=marks, entitled=entitled))["results"]

    assert {each["target"]: each["score"] for each in found} == {"甲": "25.00", "乙": "75.00"}


def test_missing_entitled_numbers_end_with_status_2(gongping):
    scheme = SIMPLE.replace("}]}", "}], denominator: entitled}")
    marks = ratings("1,村民,甲,态度,好")

    without = refusal(gongping(scheme=scheme, ratings=marks))
    small = refusal(gongping(scheme=SIMPLE, ratings=marks, entitled=rows("group,target,entitled", "村民,甲,0")))

    assert "--entitled cannot be used" in without
    assert "group 村民, target 甲: found nothing; allowed: at least 1" in without
    assert "E.csv cannot be used" in small


def test_a_second_row_for_one_cell_ends_with_status_2_and_names_both(gongping):
    said = refusal(gongping(scheme=SIMPLE, ratings=ratings("1,村民,甲,态度,好", "1,村民,甲,态度,差")))

    assert said.startswith("gongping: R.csv cannot be used:\n  row 3: ")
    assert "row 2" in said


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"ratings": ratings("1,村民,甲,态度,很好")}, ["R.csv", "row 2, column mark", "found 很好", "allowed: 好, 差"]),
        ({"ratings": ratings("1,居民,甲,态度,好")}, ["R.csv", "row 2, column group", "found 居民", "allowed: 村民"]),
        ({"ratings": rows(f"{RATINGS},weight", "1,村民,甲,态度,好,0")}, ["R.csv", "column weight"]),
        ({"tally": rows(COUNTS, "甲,态度,村民,好,many")}, ["T.csv", "row 2, column count", "found many"]),
        (
            {"ratings": ratings("1,村民,乙,态度,好"), "targets": rows("target", "甲")},
            ["R.csv", "row 2, column target", "found 乙", "targets file"],
        ),
        (
            {"ratings": ratings("1,村民,甲,态度,好"), "entitled": rows("group,target,entitled", "居民,,4")},
            ["E.csv", "row 2, column group", "found 居民", "allowed: 村民"],
        ),
        (
            {"ratings": ratings("1,村民,甲,态度,好"), "targets": rows("target,town", "甲,云陂")},
            ["G.csv", "column town", "allowed: target, name, kind, class, layer, unit"],
        ),
    ],
)
def test_bad_files_end_with_status_2_and_name_file_place_found_and_allowed(gongping, files, words):
    said = refusal(gongping(scheme=SIMPLE, **files))

    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        (SIMPLE.replace("weight: 1}], c", "weight: -1}], c"), ["S.yaml", "groups.0.weight", "found -1"]),
        (SIMPLE.replace("}]}", "}], components: []}"), ["S.yaml", "components", "a list that is not empty"]),
        (SIMPLE.replace("}]}", "}], extends: x}"), ["S.yaml", "extends", "will not ignore it"]),
        (SIMPLE.replace("}]}", "}], nmae: x}"), ["S.yaml", "nmae", "allowed: name, scale, groups, criteria"]),
        (SIMPLE.replace("差: 0", "好: 0"), ["S.yaml", "scale.好", "a second time in line 1", "each key once"]),
        (b"name: \xff", ["S.yaml", "UTF-8"]),
    ],
)
def test_a_bad_scheme_ends_with_status_2_and_names_the_field(gongping, scheme, words):
    said = refusal(gongping(scheme=scheme, ratings=ratings("1,村民,甲,态度,好")))

    assert [word for word in words if word not in said] == []


def test_either_ratings_or_a_tally_must_be_given(gongping):
    both = gongping(scheme=SIMPLE, ratings=ratings(), tally=rows(COUNTS))

    assert "either --ratings or --tally" in refusal(gongping(scheme=SIMPLE))
    assert "either --ratings or --tally" in refusal(both)


COUNTED = {"甲": {"好": 27, "差": 3}, "乙": {"好": 24, "差": 6}, "丙": {"好": 2, "差": 28}}
SEVERAL = ratings(
    *(
        f"{ballot},村民,{target},态度,{'好' if (7 * ballot + place) % 30 < counts['好'] else '差'}"
        for place, (target, counts) in enumerate(COUNTED.items())
        for ballot in range(30)
    )
)


def test_standard_errors_intervals_and_rank_sets_are_printed(gongping):
    [first, second, last] = json.loads(gongping("--json", scheme=SIMPLE, ratings=SEVERAL).stdout)["results"]

    assert (first["target"], first["score"], first["rank_interval"]) == ("甲", "90.00", [1, 2])
    assert first["se"] == pytest.approx(100 * sqrt(0.9 * 0.1 / 29))
    assert first["interval"] == pytest.approx([90 - 2.045229642 * first["se"], 100])
    assert (second["rank_interval"], last["rank_interval"]) == ([1, 2], [3, 3])


def test_everyone_entitled_leaves_nothing_open(gongping):
    entitled = rows("group,target,entitled", "村民,,30")
    results = json.loads(gongping("--json", scheme=SIMPLE, ratings=SEVERAL, entitled=entitled).stdout)["results"]

    assert [(each["se"], pytest.approx(each["interval"]), each["rank_interval"]) for each in results] == [
        (0, [90, 90], [1, 1]),
        (0, [80, 80], [2, 2]),
        (0, [100 * 2 / 30, 100 * 2 / 30], [3, 3]),
    ]


def test_the_same_seed_gives_the_same_sets_and_no_draws_give_none(gongping):
    one, other = (gongping("--json", "--seed", "7", scheme=SIMPLE, ratings=SEVERAL).stdout for _ in range(2))
    without = json.loads(gongping("--json", "--bootstrap", "0", scheme=SIMPLE, ratings=SEVERAL).stdout)["results"]

    assert one == other
    assert [each["rank_interval"] for each in without] == [None] * 3
    assert all(each["se"] is not None for each in without)


def test_a_tally_of_one_item_gives_the_errors_that_ratings_give_and_one_of_several_gives_none(gongping):
    marks = [
        f"{target},态度,村民,{level},{count}" for target, counts in COUNTED.items() for level, count in counts.items()
    ]
    [tallied, *_] = json.loads(gongping("--json", scheme=SIMPLE, tally=rows(COUNTS, *marks)).stdout)["results"]
    [rated, *_] = json.loads(gongping("--json", scheme=SIMPLE, ratings=SEVERAL).stdout)["results"]
    two = SIMPLE.replace("{id: 态度, weight: 1}", "{id: 态度}, {id: 反馈}")
    [several, *_] = json.loads(gongping("--json", scheme=two, tally=rows(COUNTS, *marks)).stdout)["results"]

    assert (tallied["se"], tallied["interval"]) == (rated["se"], rated["interval"])
    assert (several["se"], several["interval"], several["rank_interval"]) == (None, None, None)


def test_a_missing_file_ends_with_status_2(write):
    done = CliRunner().invoke(commands, ["score", "--scheme", write("S.yaml", SIMPLE), "--ratings", "nowhere.csv"])

    assert done.exit_code == 2
    assert "nowhere.csv" in done.stderr


def test_scoring_files_needs_neither_flask_nor_a_database(write):
    program = (
        "import sys; from survey.cli import commands; commands.main(sys.argv[1:], standalone_mode=False);"
        "sys.exit(any(name in sys.modules for name in ('flask', 'sqlalchemy', 'matplotlib')))"
    )
    files = ["--scheme", write("S.yaml", SIMPLE), "--ratings", write("R.csv", ratings("1,村民,甲,态度,好"))]

    done = subprocess.run([sys.executable, "-c", program, "score", *files], check=False, capture_output=True)

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"100.00" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_output_that_cannot_be_written_ends_in_one_line(write, arguments):
    files = ["--scheme", write("S.yaml", SIMPLE), "--ratings", write("R.csv", ratings("1,村民,甲,态度,好"))]

    with Path("/dev/full").open("wb") as full:
        done = run_main(["score", *files, *arguments], stdout=full)

    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == ["gongping: the output could not be written: No space left on device"]


def test_a_reader_that_has_gone_ends_in_one_line(write):
    files = ["--scheme", write("S.yaml", SIMPLE), "--ratings", write("R.csv", ratings("1,村民,甲,态度,好"))]
    reading, writing = os.pipe()
    os.close(reading)

    done = run_main(["score", *files], stdout=writing)
    os.close(writing)

    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == ["gongping: the output could not be written: Broken pipe"]


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="file names are text there")
def test_a_file_whose_name_is_no_text_is_named_with_escapes(write, tmp_path):
    strange = os.fsencode(tmp_path) + b"/R\xff.csv"
    Path(os.fsdecode(strange)).write_text(ratings("1,村民,甲,态度,坏"), encoding="utf-8")

    done = run_main(["score", "--scheme", write("S.yaml", SIMPLE), "--ratings", strange], stdout=subprocess.PIPE)

    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith('gongping: "R\\udcff.csv" cannot be used:\n  row 2, column mark: found 坏')


def run_main(arguments, stdout):
    program = [sys.executable, "-c", "from survey.cli import main; main()"]
    return subprocess.run([*program, *arguments], check=False, stdout=stdout, stderr=subprocess.PIPE)
