"""What stands beside a score, in Chinese: how it is composed, what it could become, medians, what people decided."""

from collections.abc import Iterable, Iterator, Sequence

from exports.rule_sentences import ballot_rule
from exports.shares import levels
from scoring.outcome.results import BallotCheck, Decided, Results, TargetResult
from scoring.outcome.stated_rules import Rules

_DECISIONS = {
    "bonus": "{item}加{value}分",
    "deduction": "{item}扣{value}分",
    "ineligible": "不得评为{value}",
    "no_grade": "不定等次",
    "not_assessed": "不参加考核",
    "unit_grade": "单位等次{value}",
    "final_grade": "会议等次{value}",
    "order": "同分中排第{value}",
}


def beside(result: TargetResult, rules: Rules) -> list[str]:
    """Return short texts, each a name and a value, of what a result holds beside score, rank and grade."""
    decisions = [decision(each) for each in result.decisions if each.decision != "final_grade"]
    return decisions if result.withheld else [*_composition(result), *_quality(result, rules), *decisions]


def _composition(result: TargetResult) -> Iterator[str]:
    for name, score in result.components.items():
        yield f"{name} {score or '还没有'}"
    if result.ballot_score and not result.components:
        yield f"测评得分 {result.ballot_score}"
    if result.bounds:
        yield f"缺的组补上后，得分可能在 {result.bounds[0]} 到 {result.bounds[1]} 之间"


def _quality(result: TargetResult, rules: Rules) -> Iterator[str]:
    if result.favourable:
        yield f"好评率 {result.favourable}%"
    if result.majority and levels(rules):
        median = result.majority
        yield f"多数评级 {median.grade}{sign(median.sign)}（更好的 {median.better}%，更差的 {median.worse}%）"
    if result.quota_chance is not None and rules.quotas:
        yield f"进入{rules.quotas[0].grade}名额的机会约 {chance(result.quota_chance)}（参考）"


def sign(ascii_: str) -> str:
    """Return a sign as it is set: a true minus."""
    return "＋" if ascii_ == "+" else "−"


def chance(part: float) -> str:
    """Return an indicative chance in whole per cent; the ends are never called sure.

    Examples
    --------
    >>> chance(0.624), chance(0.9996), chance(0.0)
    ('62%', '99%以上', '1%以下')
    """
    if part > 0.99:  # noqa: PLR2004 - what rounds to a whole hundred is not sure
        return "99%以上"
    return "1%以下" if part < 0.01 else f"{100 * part:.0f}%"  # noqa: PLR2004 - nor is what rounds to nothing


def decision(decided: Decided) -> str:
    """Return what was decided, with its reason and the document it stands in.

    Examples
    --------
    >>> decision(Decided(decision="bonus", item="表彰", value="2", reason="县级表彰", document="云发〔2026〕3号"))
    '表彰加2分（县级表彰，云发〔2026〕3号）'
    """
    veto = "一票否决，等次不高于{value}" if decided.value else "一票否决，不参加排名"
    words = _DECISIONS.get(decided.decision, veto).format(item=decided.item, value=decided.value)
    why = "，".join(part for part in (decided.reason, decided.document) if part)
    return f"{words}（{why}）" if why else words


def check_rows(results: Results) -> list[tuple[str, str, str, str]]:
    """Return what ballot rules found: group, rule, what was done, number of ballots."""
    return [
        (
            group,
            words,
            "作废" if check.action == "void" else "只统计",
            "不显示" if check.ballots is None else str(check.ballots),
        )
        for group, checks in results.ballots.items()
        for words, check in zip(check_words(checks, results.rules), checks, strict=True)
    ]


def check_words(checks: Sequence[BallotCheck], rules: Rules) -> list[str]:
    """Return the rule of each check, with its share where the rules still give it."""
    given = [dict(rule) for rule in rules.ballot_rules]
    if [_name(rule) for rule in given] == [check.rule for check in checks]:
        return [ballot_rule(rule) for rule in given]
    return [ballot_rule(_named(check.rule)) for check in checks]


def _name(rule: dict[str, str]) -> str:
    return ": ".join(part for part in (rule["rule"], rule.get("level", "")) if part)


def _named(check: str) -> dict[str, str]:
    rule, _, level = check.partition(": ")
    return {"rule": rule, "level": level} if level else {"rule": rule}


def checks_sentence(results: Results) -> str:
    """Return what ballot rules found as one sentence; empty where there is nothing."""
    said = [
        f"{group}组{rule}的{f'{count}张' if count.isdecimal() else f'张数{count}'}（{done}）"
        for group, rule, done, count in check_rows(results)
    ]
    return f"整票检查：{'，'.join(said)}。" if said else ""


def meanings(results: Iterable[TargetResult]) -> list[str]:
    """Return what intervals, ranges and medians mean, as far as `results` hold such."""
    shown = list(results)
    said = [
        (
            any(each.interval for each in shown),
            "95%区间：把收回的票看作从应到的人里随机来的，全体应到的人都评时的得分，100次里约有95次落在这样算出的区间里",
        ),
        (
            any(each.rank_interval for each in shown),
            "名次范围：与同排名次的人逐一比得分之差，有95%的把握排除不了的名次",
        ),
        (
            any(each.quota_chance is not None for each in shown),
            "进名额的机会只作参考：按误差重抽得分，落在名额之内的次数所占的份额",
        ),
        (
            any(each.majority for each in shown),
            "多数评级：全部评价从好到差排开，正中间的那个等次（中间有两个的取较差的）；＋表示更好的多于更差的",
        ),
    ]
    return [sentence for there, sentence in said if there]
