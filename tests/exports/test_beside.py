"""What stands beside a score in reports and files."""

import pytest

from exports.beside import beside, check_rows, checks_sentence, decision, meanings
from scoring.outcome.results import BallotCheck, Decided, Majority, TargetResult


def test_a_result_that_holds_nothing_more_says_nothing_more(rules):
    assert beside(TargetResult(target="甲", score="80.00"), rules) == []
    assert meanings([TargetResult(target="甲", score="80.00")]) == []


def test_composition_medians_and_decisions_are_said_with_their_values(rules):
    result = TargetResult(
        target="甲",
        components={"测评": "84.20", "实绩": None},
        ballot_score="84.20",
        bounds=("71.20", "88.30"),
        favourable="85.71",
        majority=Majority(grade="称职", better="33.33", worse="20.00", sign="+"),
        quota_chance=0.62,
        decisions=(Decided(decision="bonus", value="2", reason="县级表彰"),),
    )

    assert beside(result, rules) == [
        "测评 84.20",
        "实绩 还没有",
        "缺的组补上后，得分可能在 71.20 到 88.30 之间",
        "好评率 85.71%",
        "多数评级 称职＋（更好的 33.33%，更差的 20.00%）",
        "进入优秀名额的机会约 62%（参考）",
        "加2分（县级表彰）",
    ]


@pytest.mark.parametrize(
    ("decided", "said"),
    [
        ({"decision": "bonus", "item": "表彰", "value": "2", "reason": "县级"}, "表彰加2分（县级）"),
        ({"decision": "deduction", "value": "0.5", "reason": "通报", "document": "3号"}, "扣0.5分（通报，3号）"),
        ({"decision": "veto", "value": "称职", "reason": "安全事故"}, "一票否决，等次不高于称职（安全事故）"),
        ({"decision": "veto", "reason": "违纪"}, "一票否决，不参加排名（违纪）"),
        ({"decision": "ineligible", "value": "优秀", "reason": "任职不满半年"}, "不得评为优秀（任职不满半年）"),
        ({"decision": "no_grade", "reason": "挂职"}, "不定等次（挂职）"),
        ({"decision": "not_assessed", "reason": "病假"}, "不参加考核（病假）"),
        ({"decision": "unit_grade", "value": "优秀"}, "单位等次优秀"),
        ({"decision": "final_grade", "value": "优秀"}, "会议等次优秀"),
        ({"decision": "order", "value": "1"}, "同分中排第1"),
    ],
)
def test_each_kind_of_decision_has_its_words_and_its_reason(decided, said):
    assert decision(Decided(**decided)) == said


def test_ballot_checks_name_group_rule_and_what_was_done(results, with_rules):
    rules = with_rules(
        ballot_rules=(
            {"rule": "uniform", "action": "void"},
            {"rule": "max_share", "action": "flag", "level": "优秀", "share": "0.3"},
        )
    )
    checks = (
        BallotCheck(rule="uniform", action="void", ballots=3),
        BallotCheck(rule="max_share: 优秀", action="flag", ballots=None),
    )
    checked = results.model_copy(update={"rules": rules, "ballots": {"居民": checks}})

    assert check_rows(checked) == [
        ("居民", "全部同一等次", "作废", "3"),
        ("居民", "“优秀”超过30%", "只统计", "不显示"),
    ]
    assert checks_sentence(checked) == (
        "整票检查：居民组全部同一等次的3张（作废），居民组“优秀”超过30%的张数不显示（只统计）。"
    )
    assert checks_sentence(results) == ""


def test_checks_are_said_without_the_rules_that_they_came_from(results):
    checks = tuple(
        BallotCheck(rule=rule, action="flag", ballots=1) for rule in ("max_share: 优秀", "min_marked", "uniform: 优秀")
    )

    said = [rule for _, rule, _, _ in check_rows(results.model_copy(update={"ballots": {"居民": checks}}))]

    assert said == ["“优秀”超过规定", "打得太少", "全部是“优秀”"]


def test_what_intervals_and_medians_mean_is_said_only_where_they_are():
    plain = TargetResult(target="甲", score="80.00")
    estimated = plain.model_copy(update={"interval": (78.0, 82.0), "rank_interval": (1, 3)})

    assert [sentence.partition("：")[0] for sentence in meanings([plain, estimated])] == ["95%区间", "名次范围"]
