import re

import pytest

from scoring.document.problems import SchemeError
from scoring.document.yaml_text import read_yaml


def problems(text):
    with pytest.raises(SchemeError) as caught:
        read_yaml(text, "S.yaml")
    return [(problem.place, problem.found) for problem in caught.value.problems]


def test_numbers_stay_the_text_that_was_written():
    assert read_yaml("{a: 0.10, b: 1/3, c: 007, d: 1_000, e: 100}", "S.yaml") == {
        "a": "0.10",
        "b": "1/3",
        "c": "007",
        "d": "1_000",
        "e": "100",
    }


def test_keys_are_text_whatever_yaml_would_make_of_them():
    assert list(read_yaml("{on: a, 1: b, null: c, 0.5: d, yes: e}", "S.yaml")) == ["on", "1", "null", "0.5", "yes"]


def test_nothing_and_truth_are_read_only_where_they_stand_unquoted():
    assert read_yaml("{a: null, b: ~, c: , d: true, e: 'null', f: 'true', g: no}", "S.yaml") == {
        "a": None,
        "b": None,
        "c": None,
        "d": True,
        "e": "null",
        "f": "true",
        "g": "no",
    }


def test_every_repeated_key_is_named_with_its_line():
    assert problems("name: a\nscale: {优: 1, 优: 2}\nname: b\n") == [
        ("scale.优", "a second time in line 2"),
        ("name", "a second time in line 3"),
    ]


def test_the_same_number_as_text_and_as_number_is_one_key():
    assert problems("scale: {1: 1, '1': 2}") == [("scale.1", "a second time in line 1")]


def test_keys_repeated_inside_a_list_are_found():
    assert problems("groups:\n- {id: a, id: b}\n") == [("groups.0.id", "a second time in line 2")]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words", "{a: [}", "a: *b", "a: &x 1\nb: *x", "? [a]\n: b"])
def test_what_is_not_a_plain_mapping_is_refused(text):
    assert problems(text)


def test_an_alias_cannot_blow_a_document_up():
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"

    assert problems(bomb) == [("document", "an alias (*name)")]


def test_a_document_nested_too_deeply_is_refused():
    assert problems("{a: " * 3000 + "1" + "}" * 3000)


@pytest.mark.parametrize("opened", ["[", "{a: ", "- ", "? "])
def test_depth_is_refused_before_it_takes_the_library_hours(opened):
    with pytest.raises(SchemeError, match="nested too deeply"):
        read_yaml("a:\n " + opened * 50_000, "S.yaml")


def test_json_is_read_too():
    assert read_yaml('{"name": "三三制", "places": 2}', "S.json") == {"name": "三三制", "places": "2"}


def test_truth_in_a_list_is_the_name_that_was_written():
    assert read_yaml("{levels: [true, FALSE, null], comment: true}", "S.yaml") == {
        "levels": ["true", "FALSE", None],
        "comment": True,
    }


def test_half_a_character_is_no_text():
    assert problems('scale: {"\\ud800": 100}\nname: "\\udc00"') == [
        ("scale.line 1", '"\\ud800"'),
        ("name", '"\\udc00"'),
    ]


@pytest.mark.parametrize("unseen", ["\\0", "\\e", "\\x7f", "\\u202e", "\\u2066", "\\u200b", "\\u200f", "\\ufeff"])
@pytest.mark.parametrize("place", ['{name: "优秀%s"}', '{"优秀%s": 1}', '{scale: [称职, "优秀%s"]}'])
def test_what_reads_otherwise_than_it_is_written_is_refused_naming_the_character(unseen, place):
    [(where, found)] = problems(place % unseen)

    assert where
    assert re.fullmatch("U\\+[0-9A-F]{4}", found)


def test_lines_and_tabs_are_text():
    assert read_yaml('{name: "一\\n二\\t三"}', "S.yaml") == {"name": "一\n二\t三"}
