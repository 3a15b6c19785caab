import gzip
from fractions import Fraction

import pytest

from scoring.ballots.denominators import EntitledError
from scoring.brought_in.lists import misfit, read_components, read_entitled, read_targets
from scoring.document.problems import FileError
from scoring.document.targets import TargetInfo
from tests.scoring.counted import make_scheme

SCHEME = make_scheme([{"id": "群众", "groups": [{"id": "居民"}, {"id": "代表"}]}])


def problems(read, content, *more):
    with pytest.raises(FileError) as caught:
        read(content.encode(), "list.csv", *more)
    return [(problem.place, problem.found, problem.allowed) for problem in caught.value.problems]


def test_targets_bring_their_name_and_where_they_belong():
    content = "target,name,kind,class,layer,unit\nC001,潘志远,person,机关,正职,U01\nC002,严佩玲,,,,\n"

    assert read_targets(content.encode(), "G.csv") == {
        "C001": TargetInfo(name="潘志远", kind="person", class_="机关", layer="正职", unit="U01"),
        "C002": TargetInfo(name="严佩玲"),
    }


def test_only_the_target_itself_must_stand_in_the_targets_file():
    content = gzip.compress("\ufefflayer,target\n正职,C001\n".encode())

    assert read_targets(content, "G.csv.gz") == {"C001": TargetInfo(layer="正职")}


def test_wrong_targets_are_all_named():
    assert problems(read_targets, "target,name\nC001,a\n,b\nC001,c\n") == [
        ("row 3, column target", "", "a target"),
        ("row 4, column target", "C001, as in row 2", "each target once"),
    ]
    assert problems(read_targets, "code,name\n") == [
        ("row 1", "code,name", "a column target"),
        ("row 1, column code", "code", "target, name, kind, class, layer, unit"),
    ]


def test_an_entitled_number_without_a_target_holds_for_all_that_have_none_of_their_own():
    content = "group,target,entitled\n居民,甲,12\n居民,,30\n代表,乙,5\n"

    assert read_entitled(content.encode(), "E.csv", SCHEME, ["甲", "乙"]) == {
        ("居民", "甲"): 12,
        ("居民", "乙"): 30,
        ("代表", "乙"): 5,
    }


def test_wrong_entitled_numbers_are_all_named():
    content = "group,target,entitled\n群众,,30\n居民,丙,30\n居民,甲,many\n居民,甲,30\n"

    assert problems(read_entitled, content, SCHEME, ["甲"]) == [
        ("row 2, column group", "群众", "居民, 代表"),
        ("row 3, column target", "丙", "a target that is rated or listed, or nothing for all"),
        ("row 4, column entitled", "many", "a whole number, 0 or more"),
        ("row 5", "the same group and target as row 4", "one row for each group and target"),
    ]


def composed(*imported):
    components = [{"id": "测评", "source": "ballots"}, *({"id": name, "source": "imported"} for name in imported)]
    return make_scheme(components=components)


def test_components_are_brought_in_as_exact_numbers():
    content = "score,target,component\n88.5,甲,实绩\n-0.25,甲,加试\n90,乙,实绩\n"

    assert read_components(content.encode(), "C.csv", composed("实绩", "加试"), ["甲", "乙"]) == {
        ("甲", "实绩"): Fraction(177, 2),
        ("甲", "加试"): Fraction(-1, 4),
        ("乙", "实绩"): Fraction(90),
    }


def test_wrong_components_are_all_named():
    content = "target,component,score\n丙,实绩,88\n甲,测评,88\n甲,实绩,1/3\n甲,实绩,88\n乙,实绩,\n"

    assert problems(read_components, content, composed("实绩"), ["甲", "乙"]) == [
        ("row 2, column target", "丙", "a target that is rated or listed"),
        ("row 3, column component", "测评", "实绩"),
        ("row 4, column score", "1/3", "a number such as 88.5"),
        ("row 5", "the same target and component as row 4", "one row for each target and component"),
        ("row 6, column score", "", "a number such as 88.5"),
    ]


def test_nothing_is_brought_in_where_the_scheme_imports_nothing():
    content = "target,component,score\n甲,实绩,88\n"

    assert problems(read_components, content, composed(), ["甲"]) == [
        ("row 2, column component", "实绩", "nothing: the scheme imports no component")
    ]
    assert problems(read_components, "target,component\n甲,实绩\n", composed("实绩"), ["甲"])[0] == (
        "row 1",
        "target,component",
        "a column score",
    )


def test_numbers_that_do_not_fit_the_ballots_are_an_error_of_their_file():
    error = misfit(EntitledError([("居民", "甲", None, 8), ("代表", "乙", 3, 4)]), "E.csv")

    assert str(error) == (
        "E.csv cannot be used:\n"
        "  group 居民, target 甲: found nothing; allowed: at least 8, the ballots that came back\n"
        "  group 代表, target 乙: found 3; allowed: at least 4, the ballots that came back"
    )


def test_a_long_list_of_problems_is_cut_in_the_message_alone():
    rows = "".join(f"居民,X{number},1\n" for number in range(100))

    with pytest.raises(FileError) as caught:
        read_entitled(f"group,target,entitled\n{rows}".encode(), "E.csv", SCHEME, ["甲"])

    assert len(caught.value.problems) == 100
    assert str(caught.value).endswith("and 60 more")
