"""Results read back from their JSON."""

import gzip
import json

import pytest
from hypothesis import given, settings

from scoring.ballots.ratings import read_ratings
from scoring.comparing.result_files import read_results
from scoring.document.problems import FileError
from scoring.document.scheme import scheme_from_document
from scoring.score import score
from tests.scoring.counted import count, make_scheme
from tests.scoring.plainly import leaves_of
from tests.scoring.scores.test_scores import as_file, rounds


def document():
    scheme = make_scheme([{"id": "群众", "groups": [{"id": "居民"}]}, {"id": "党委", "scale": {"好": 100, "差": 0}}])
    tally = count(
        scheme,
        {
            ("甲", "居民", "德"): {"优秀": 2, "称职": 1},
            ("甲", "党委", "德"): {"好": 2},
            ("乙", "居民", "德"): {"称职": 1},
        },
    )
    return score(scheme, tally, release=False).model_dump(mode="json", by_alias=True)


def problems(content):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(FileError) as error:
        read_results(data, "b.json")
    assert str(error.value).startswith("b.json cannot be used:")
    return [str(each) for each in error.value.problems]


@settings(max_examples=60, deadline=None)
@given(rounds())
def test_what_is_written_is_read_back_the_same(case):
    written, rows = case
    scheme = scheme_from_document(written)
    entitled = {(leaf["id"], target): 5 for leaf in leaves_of(written["groups"]) for target in "甲乙"}
    tally = read_ratings(as_file(rows), "R.csv", scheme, ["甲", "乙"]).tally
    for release in (False, True):
        results = score(scheme, tally, entitled=entitled, release=release)

        assert read_results(results.model_dump_json(by_alias=True).encode(), "b.json") == results


def test_a_gzipped_document_with_a_bom_is_read():
    data = gzip.compress(b"\xef\xbb\xbf" + json.dumps(document()).encode())

    assert [each.target for each in read_results(data, "b.json").results] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("rules",), None, "rules: found None"),
        (("rules", "denominator"), ..., "rules.denominator: found nothing; allowed: a value; this key must be there"),
        (("rules", "weights"), 1, "rules.weights: found a key; allowed: no such key"),
        (("results",), {}, "results: found an object"),
        (("results", 0, "score"), "1e3", "results.0.score: found 1e3; allowed: a number as it is printed"),
        (("results", 0, "score"), 80.5, "results.0.score: found 80.5"),
        (("results", 0, "exact"), "1/0", "results.0.exact: found 1/0; allowed: a number or ratio"),
        (("results", 0, "groups", "党委", "score"), "", "results.0.groups.党委.score: found nothing"),
        (("results", 0, "groups", "党委", "withheld"), "no", "results.0.groups.党委.withheld: found no"),
        (("results", 0, "target"), "乙", "results: found target 乙 2 times; allowed: each target once"),
        (("rules", "scale", "优秀"), "hundred", "rules.scale.优秀: found hundred"),
        (("rules", "groups", 1, "weight"), "½", "rules.groups.1.weight: found ½"),
        (("rules", "groups", 1, "scale", "好"), "x", "rules.groups.1.scale.好: found x"),
        (("rules", "groups", 0, "groups", 0, "weight"), "x", "rules.groups.0.groups.0.weight: found x"),
        (("rules", "criteria", "德"), "x", "rules.criteria.德: found x"),
        (("rules", "items", "德", "德"), "x", "rules.items.德.德: found x"),
        (("rules", "mode"), "nearest", "rules.mode: found nearest; allowed: half_up, half_even, up, down"),
        (("rules", "places"), 11, "rules.places: found 11; allowed: a whole number from 0 to 10"),
        (("rules", "overall"), {}, "rules.overall.item: found nothing"),
    ],
)
def test_what_does_not_fit_is_named_by_its_key(path, value, said):
    whole = document()
    assert [each["target"] for each in whole["results"]] == ["甲", "乙"]
    place = whole
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value

    assert any(each.startswith(said) for each in problems(whole)), problems(whole)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"results": [', "line 1, column 14: found Expecting value"),
        (b'{"results": NaN}', "document: found NaN; allowed: JSON as"),
        (b"[" * 100_000, "document: found "),
        (b"[]", "document: found a list"),
        (b"\xff", "file: found byte 0xff at 0; allowed: UTF-8"),
        (b"", "line 1, column 1: found Expecting value"),
    ],
)
def test_what_is_no_such_document_is_refused(content, said):
    assert problems(content)[0].startswith(said)
