"""The rules of a scheme as the sentences that stand beside the numbers."""

import pytest

from exports.definitions import definitions, paragraph
from scoring.outcome.stated_rules import GroupNode, Rules


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


@pytest.mark.parametrize(
    ("ties", "breakers", "sentence"),
    [
        ("shared", ("优秀",), "精确得分相等的，依次比优秀的占比，仍相等的名次并列"),
        ("printed", (), "印出的得分相等的名次并列"),
        ("hand", (), "精确得分相等的由人决定先后"),
        (
            "hand, printed",
            ("优秀", "criterion: 德", "group: 党委"),
            "印出的得分相等的，依次比优秀的占比、德的得分、党委的得分，仍相等的由人决定先后",
        ),
    ],
)
def test_ties_may_be_broken_by_marks_by_scores_or_by_people(with_rules, ties, breakers, sentence):
    said = definitions(with_rules(ranking=(), ties=ties, break_ties_by=breakers))

    assert f"名次在全部对象中排；{sentence}" in said


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

    assert "提示线（只提示，由人决定）：优秀、称职合计低于2/3的标“约谈”" in said


STEPS = (
    ("share(优秀) >= 0.9", "200"),
    ("share(优秀) >= 0.8", "190"),
    ("share(基本称职, 不称职) < 1/3", "160"),
    ("", "130"),
)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            {"steps": STEPS},  # 瑞委〔2012〕6号, annex 3, shortened
            (
                "赋分方式（看各等次的份额，从前往后，先符合的算）：优秀率不低于90%得200分，优秀率不低于80%得190分，"
                "基本称职、不称职合计低于1/3得160分，其余得130分"
            ),
        ),
        ({"steps": (("", "130"),)}, "赋分方式：一律得130分"),
        (
            {"rank_points": {"full": "200", "less": "0.02", "least": "0"}},
            "赋分方式：同排名次的对象里平均分第一得200分，每低一名少得满分的2%，最少0分；平均分相等的按较好的名次",
        ),
        ({"ratio_to_best": "100"}, "赋分方式：平均分÷同排名次的对象里最高的平均分×100分"),
        (
            {
                "ballot_rules": (
                    {"rule": "uniform", "action": "void"},
                    {"rule": "max_share", "action": "flag", "level": "优秀", "share": "0.3"},
                    {"rule": "min_marked", "action": "void", "share": "1/2"},
                )
            },
            "整票规则：一张票全部同一等次的作废，“优秀”超过30%的只统计张数，打了的不足应打的50%的作废",
        ),
        (
            {"turnout": {"min_share": "2/3", "strict": "false", "scope": "group", "action": "void"}},
            "到会率：每组收回的票须达到应到的2/3，不足的组不计入，按没有人作出评价处理",
        ),
        (
            {
                "turnout": {
                    "min_share": "0.5",
                    "strict": "true",
                    "min_count": "20",
                    "scope": "whole",
                    "action": "void",
                }
            },
            "到会率：各组合计收回的票须超过应到的50%，且不少于20张，不足的不出得分",
        ),
        (
            {"turnout": {"min_count": "20", "strict": "false", "scope": "group", "action": "flag"}},
            "到会率：每组收回的票须不少于20张，不足的标出来",
        ),
        (
            {
                "components": (
                    {"id": "民主测评", "share": "0.4", "source": "ballots"},
                    {"id": "实绩", "share": "0.6", "source": "imported"},
                )
            },
            "综合得分＝民主测评40%＋实绩60%（民主测评就是上面票的得分，实绩另行导入）",
        ),
        (
            {
                "components": (
                    {"id": "票", "share": "1/3", "source": "ballots"},
                    {"id": "成员", "share": "2/3", "source": "members"},
                )
            },
            (
                "综合得分＝票×1/3＋成员×2/3（票就是上面票的得分，成员是本单位成员测评得分的平均；"
                "没有成员、或所在单位没有参评的，其余部分按原来的比例分担）"
            ),
        ),
        (
            {
                "adjustments": {"max_bonus": "5", "max_deduction": "10", "floor": "0", "cap": "100"},
                "adjustment_items": ({"id": "表彰", "kind": "bonus", "max": "2.5"},),
            },
            "加减分在加权之后：加分最多5分，扣分最多10分，总分不低于0分，总分不高于100分，“表彰”最多加2.5分",
        ),
        ({"favourable": ("优秀", "称职")}, "好评率＝优秀、称职的份额合计"),
        ({"lonely": "adjust"}, "某组只收回一张票的，算区间时用这张票与总分的差代替组内差异"),
        ({"shares": "whole"}, "保留两位小数，四舍五入，只在最后一步舍入；一行份额用最大余数法凑足100%"),
        (
            {
                "quotas": (
                    {
                        "grade": "优秀",
                        "share": "1/5",
                        "rounding": "up",
                        "per": "layer",
                        "by_unit_grade": {"优秀": "0.3", "较差": "0.15"},
                    },
                )
            },
            "优秀不超过同一层次人数的20%（所在单位的等次是优秀的按30%、较差的按15%），名额进一取整",
        ),
    ],
)
def test_every_other_rule_is_one_sentence(with_rules, rule, sentence):
    before, after = definitions(with_rules()), definitions(with_rules(**rule))

    assert sentence in after
    assert sentence not in before


def test_what_the_ballots_give_is_called_so_where_more_makes_up_the_score(with_rules):
    parts = ({"id": "测评", "share": "0.4", "source": "ballots"}, {"id": "实绩", "share": "0.6", "source": "imported"})

    assert definitions(with_rules(components=parts))[0].startswith("测评得分＝群众、政府")
    assert definitions(with_rules(ratio_to_best="100", components=parts))[0].startswith("平均分＝群众、政府")


def test_rules_of_results_that_were_stored_before_still_read(rules):
    stored = rules.model_dump(mode="json")
    later = ("steps", "rank_points", "ratio_to_best", "ballot_rules", "turnout", "components", "adjustments")
    for name in (*later, "adjustment_items", "favourable", "lonely", "shares"):
        del stored[name]
    del stored["quotas"][0]["by_unit_grade"]

    assert Rules.model_validate(stored) == rules
