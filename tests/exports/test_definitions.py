"""The rules of a scheme as the sentences that stand beside the numbers."""

import pytest

from exports.definitions import definitions, paragraph
from scoring.results import GroupNode


def test_the_thirds_of_pujiang_are_said_as_a_county_office_says_them(rules):
    said = definitions(rules)

    assert said[:4] == [
        "得分＝群众、政府、党委三组得分各占三分之一（群众＝居民2：代表1）",
        "组得分＝5项加权平均（德20 能15 勤15 绩30 廉20） × 0.6 ＋ 总体评价 × 0.4",
        "优秀100分、称职80分、基本称职60分、不称职0分",
        "分母是作出判断的票，“不了解”和空白不进分母；各等次的票数和份额也用这个分母",
    ]
    assert "保留两位小数，四舍五入，只在最后一步舍入" in said
    assert "名次在同一类别、同一层次内排；精确得分相等的名次并列" in said
    assert "优秀不超过同一类别人数的20%，名额四舍五入取整" in said
    assert paragraph(rules) == "".join(f"{sentence}。" for sentence in said)


def test_unequal_groups_are_given_in_per_cent(with_rules):
    rules = with_rules(
        groups=(
            GroupNode(id="上级", weight="15", share="3/20"),
            GroupNode(id="同级", weight="70", share="7/10"),
            GroupNode(id="下级", weight="15", share="3/20"),
        )
    )

    assert definitions(rules)[0] == "得分＝上级15%、同级70%、下级15%，各组得分按此加权"


def test_a_share_that_is_no_decimal_stays_a_fraction(with_rules):
    """33.33 % would be another rule than one third."""
    rules = with_rules(
        groups=(GroupNode(id="群众", weight="2", share="2/3"), GroupNode(id="政府", weight="1", share="1/3"))
    )

    assert definitions(rules)[0] == "得分＝群众占2/3、政府占1/3，各组得分按此加权"


def test_a_single_group_needs_no_weights(with_rules):
    rules = with_rules(groups=(GroupNode(id="村民", weight="1", share="1"),))

    said = definitions(rules)
    assert said[0] == "得分＝村民组得分"
    assert not any("某组没有人" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("denominator", "beginning"),
    [
        ("valid", "分母是有效票，“不了解”和空白进分母、按0分计"),
        ("returned", "分母是收回的票，“不了解”、空白和无效票进分母、按0分计"),
        ("entitled", "分母是应到人数，“不了解”、空白、无效票和没有交的票都进分母、按0分计"),
    ],
)
def test_every_denominator_is_named_with_what_counts_as_nothing(with_rules, denominator, beginning):
    assert definitions(with_rules(denominator=denominator))[3].startswith(beginning)


def test_items_of_a_criterion_and_the_scale_of_a_group_are_given(with_rules):
    groups = (
        GroupNode(id="居民", weight="1", share="1/2", scale={"满意": "100", "不满意": "0"}),
        GroupNode(id="党委", weight="1", share="1/2"),
    )
    rules = with_rules(groups=groups, items={"绩": {"实绩": "2", "效率": "1"}}, overall=None)

    said = definitions(rules)
    assert said[0] == "得分＝居民、党委两组得分各占二分之一"
    assert said[1] == "组得分＝5项加权平均（德20 能15 勤15 绩30 廉20）（绩＝实绩2：效率1）"
    assert said[2].endswith("；居民组：满意100分、不满意0分")
    assert said[3].endswith("；各等次的票数和份额也用这个分母，居民用的是另一套等次，不在其中")


def test_equal_criteria_are_a_plain_average(with_rules):
    rules = with_rules(criteria={"态度": "1", "执行": "1"}, items={}, overall=None)

    assert definitions(rules)[1] == "组得分＝态度、执行的简单平均"


def test_points_written_by_the_rater_have_no_levels(with_rules):
    rules = with_rules(scale={"min": "0", "max": "100", "step": "1"}, denominator="judgements")

    said = definitions(rules)
    assert said[2] == "直接打分，0到100分"
    assert said[3] == "分母是作出判断的票，空白不进分母"


def test_ties_may_be_broken_by_marks(with_rules):
    assert "名次在全部对象中排；得分相同的，依次比优秀的占比" in definitions(
        with_rules(ranking=(), break_ties_by=("优秀",))
    )


@pytest.mark.parametrize(
    ("extremes", "sentence"),
    [
        (
            {"drop_high": "1", "drop_low": "1", "above": "5"},
            "每组每项评价超过5个时，去掉1个最高、1个最低再平均",
        ),
        ({"drop_high": "2", "drop_low": "0", "above": "0"}, "每组每项评价超过2个时，去掉2个最高再平均"),
        ({"trim": "0.1"}, "每组每项去掉两端各10%的评价（个数取整数部分）再平均"),
    ],
)
def test_what_is_dropped_before_a_mean_is_said(with_rules, extremes, sentence):
    assert sentence in definitions(with_rules(extremes=extremes))


def test_triggers_are_said_with_their_condition(with_rules):
    said = definitions(with_rules(triggers=(("约谈", "share(优秀, 称职) < 2/3"),)))

    assert "提示线（只提示，由人决定；share 是各等次份额之和）：share(优秀, 称职) < 2/3 的标“约谈”" in said
