"""No code of the scoring reaches a reader: every reason and flag has Chinese of its own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.reasons import reasons, spelled_out
from exports.remarks import grade_text, rank_text, remarks, score_text
from scoring.outcome import reason_words
from scoring.outcome.results import TargetResult

KINDS = [value for name, value in vars(reason_words).items() if name.isupper() and isinstance(value, str)]
RAW = re.compile("[A-Za-z_]")


def test_there_are_constants_to_look_at():
    assert len(KINDS) == 11
    assert all(RAW.search(kind) for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("named", ["", ": 党委", ": 党委, 政府"])
def test_every_constant_is_said_in_chinese(kind, named):
    said = spelled_out(kind + named)

    assert said
    assert not RAW.search(said)
    assert ": " not in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("turnout", "到会率不够"),
        ("turnout: 党委", "党委到会率不够"),
        ("component missing: 实绩", "还缺实绩的得分"),
        ("veto: no better than: 称职", "一票否决，等次不高于称职"),
        ("veto: out of the ranking", "一票否决，不参加排名"),
        ("not eligible for: 优秀", "不得评为优秀"),
        (
            "turnout: 党委, 政府; empty group: 居民; component missing: 实绩; component missing: 群众",
            "党委、政府到会率不够；居民没有人作出评价；还缺实绩的得分；还缺群众的得分",
        ),
        ("约谈; 复核", "约谈; 复核"),
        ("turnout 率低", "turnout 率低"),
    ],
)
def test_reasons_are_said_one_by_one_and_what_people_typed_stays(text, said):
    assert spelled_out(text) == said


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(["", "甲", "甲、乙"])), min_size=1))
def test_reasons_that_were_joined_come_apart_again(parts):
    text = "; ".join(kind + (f": {named.replace('、', ', ')}" if named else "") for kind, named in parts)

    assert [(each.kind, each.named) for each in reasons(text)] == parts


def test_a_result_without_a_number_says_why_in_a_word(rules):
    missing = TargetResult(target="甲", provisional="component missing: 实绩")
    out = TargetResult(target="乙", score="80.00", flags=("veto: out of the ranking",))
    withheld = TargetResult(target="丙", withheld="few", flags=())
    undecided = TargetResult(target="丁", score="80.00", rank=1, flags=("tie at quota: 优秀",))
    not_assessed = TargetResult(target="戊", score="80.00", flags=("not assessed",))

    found = [
        (score_text(each), rank_text(each), grade_text(each, rules))
        for each in (missing, out, withheld, undecided, not_assessed)
    ]

    assert found == [
        ("暂定", "暂定", "暂定"),
        ("80.00", "不排名", "未定"),
        ("不显示", "不显示", "不显示"),
        ("80.00", "1", "未定"),
        ("80.00", "不排名", "不参加考核"),
    ]
    assert remarks(missing, rules) == ["暂定：还缺实绩的得分"]


def test_without_grades_nobody_waits_for_one(with_rules):
    scored = TargetResult(target="甲", score="80.00", rank=1)

    assert grade_text(scored, with_rules(bands=(), quotas=())) == "不评等次"
