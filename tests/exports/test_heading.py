"""What stands above an exported table."""

import dataclasses

import pytest

from exports.heading import fingerprint
from exports.remarks import remarks, sections


def test_a_moment_is_printed_in_chinas_time(heading):
    assert heading.printed_date == "2026年12月9日 20:05"


def test_a_moment_without_an_offset_is_taken_as_chinas_time(heading):
    assert dataclasses.replace(heading, created_at="2026-12-09T08:00:00").printed_date == "2026年12月9日 08:00"


def test_a_fingerprint_is_given_in_fours_for_comparing_by_eye(heading):
    assert fingerprint(heading.manifest_hash) == "0f1e 2d3c 4b5a 6978"


def test_targets_without_a_shown_score_stand_last_in_their_class(results):
    names = [[target.name for target in section.targets] for section in sections(results.results)]

    assert [section.title for section in sections(results.results)] == [
        "机关办公室与所队站 · 中层正职",
        "机关办公室与所队站 · 中层副职",
    ]
    assert names[1][-1] == "陶雪琴"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("潘志远", []),
        ("毛晓东", ["并列", "不参评优秀"]),
        ("褚建业", ["暂定：有一项复核未结"]),
        ("陶雪琴", ["不显示：照这个位数能推算出原始票"]),
    ],
)
def test_what_must_stand_beside_a_result_is_said(by_name, rules, name, said):
    assert remarks(by_name[name], rules) == said


def test_what_the_scoring_raises_is_said_in_office_chinese(by_name, rules):
    target = by_name["潘志远"].model_copy(update={"flags": ("empty group: 党委", "tie at quota: 优秀")})

    assert remarks(target, rules) == ["党委没有人作出评价", "优秀名额正好卡在并列处，由人决定"]
