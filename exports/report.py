"""Printed reports: the table of a class that is signed and carried to the leaders, and each target's own sheet."""

from collections.abc import Sequence

from exports import charts, shares, withheld
from exports.ballots import HIDDEN, ballot_counts, count_text, together
from exports.beside import beside, checks_sentence, decision, meanings
from exports.definitions import paragraph
from exports.heading import NO_DIGEST, Heading, fingerprint
from exports.remarks import PERSONS, Section, grade_text, rank_text, remarks, score_text, sections
from exports.typesetting import typeset
from scoring.outcome.results import Distribution, Results, TargetResult
from scoring.outcome.stated_rules import Rules

_GROUPS_MOST = 4
_WIDE_LEVELS = 4

Line = dict[str, object]


def sign_table(heading: Heading, results: Results, class_name: str) -> bytes:
    """Return the A4-landscape PDF of one class: every figure behind the ranks, the definitions, lines to sign.

    Raises
    ------
    ValueError
        If no target is of that class.
    """
    return typeset("sign_table", signing_sheet(heading, results, class_name), created=heading.created)


def signing_sheet(heading: Heading, results: Results, class_name: str) -> Line:
    """Return what stands in the table to sign, for whoever draws it otherwise, such as a page.

    Raises
    ------
    ValueError
        If no target is of that class.
    """
    found = sections(target for target in results.results if target.class_ == class_name)
    if not found:
        raise ValueError(f"no target of class {class_name!r} in these results")
    return {
        "title": f"{heading.round_name}结果汇总表",
        "subtitle": f"{heading.office}　{class_name}　第{heading.snapshot}号结果　{heading.printed_date}",
        "footer": _footer(heading, results),
        "turnout": turnout_rows(heading),
        "sections": [_section(section, results.rules) for section in found],
        "definitions": _definitions(results.rules, [target for section in found for target in section.targets])
        + _counts_words(results.rules)
        + checks_sentence(results),
        "digests": [
            ["清单", heading.manifest_hash],
            ["计票", results.tally_sha256 or NO_DIGEST],
            ["规则", results.scheme_sha256],
        ],
    }


def target_sheet(heading: Heading, result: TargetResult, rules: Rules, peers: Sequence[TargetResult]) -> bytes:
    """Return one target's own A4 page: score, rank and grade, the three charts, ballots, definitions.

    Parameters
    ----------
    peers
        All targets ranked together with this one.
    """
    place = "　".join(part for part in (result.unit, result.class_, result.layer) if part and part != result.name)
    data = {
        "title": f"{result.name}　{heading.round_name}",
        "name": result.name or result.target,
        "place": place,
        "duties": result.duties,
        "round": f"{heading.office}　{heading.round_name}　第{heading.snapshot}号结果　{heading.printed_date}",
        "figures": _figures(result, rules),
        "remarks": _remarks(result, rules),
        "beside": beside(result, rules),
        "turnout": _own_turnout(result),
        "charts": {
            "radar": _chart(charts.radar(result, peers, rules), charts.radar_words(result, peers, rules)),
            "groups": _chart(charts.group_bars(result, rules), charts.group_bars_words(result, rules)),
            "shares": _chart(charts.stacked_shares(result, rules), charts.stacked_shares_words(result, rules)),
        },
        "definitions": _definitions(rules, [result]),
        "footer": f"清单 {fingerprint(heading.manifest_hash)}　{heading.software}",
    }
    return typeset("target_sheet", data, created=heading.created)


def _remarks(result: TargetResult, rules: Rules) -> list[str]:
    """Return the remarks without those that a decision says with its reason."""
    decided = [decision(each) for each in result.decisions]
    return [each for each in remarks(result, rules) if not any(line.startswith(each) for line in decided)]


def _definitions(rules: Rules, results: Sequence[TargetResult]) -> str:
    return paragraph(rules) + "".join(f"{sentence}。" for sentence in meanings(results))


def _chart(picture: bytes, words: str) -> dict[str, str]:
    return {"svg": picture.decode(), "words": words}


def _figures(result: TargetResult, rules: Rules) -> list[list[str]]:
    """Return the three large figures, each with its name and the small line under it."""
    interval = f"95% 区间 {_ends(result, rules)}" if result.interval else ""
    counted = "人" if result.kind in PERSONS else "个"
    pool = f"同类 {result.pool} {counted}中" if result.pool and result.rank else ""
    span = f"，范围 {result.rank_interval[0]}–{result.rank_interval[1]}" if result.rank_interval else ""
    return [
        ["得分", score_text(result), interval],
        ["名次", rank_text(result), f"{pool}{span}"],
        ["等次", grade_text(result, rules), f"会议等次 {result.final_grade}" if result.final_grade else ""],
    ]


def _ends(result: TargetResult, rules: Rules) -> str:
    return "–".join(f"{end:.{rules.places}f}" for end in result.interval or ())


def _own_turnout(result: TargetResult) -> list[list[str]]:
    heads = ["评价主体", "发出", "收回", "有效", "无效"]
    named = [(group, together([part])) for group, part in result.turnout.items()]
    if len(named) > 1:
        named.append(("合计", ballot_counts(result)))
    rows = [
        [name] + [count_text(count) for count in (part.issued, part.returned, part.valid, part.invalid)]
        for name, part in named
    ]
    return [heads, *rows]


def turnout_rows(heading: Heading) -> list[list[str]]:
    """Return the round's turnout as a table: one row per leaf group, the heads first.

    The last column stands only where reserve slips were used: each may be the second ballot of one person.
    """
    reserve = any(group.reserve for group in heading.turnout)
    heads = ["评价主体", "应到", "发出", "收回", "有效", "无效", *(["备用票（最多为重复票数）"] if reserve else [])]
    rows = [
        [group.group]
        + [count_text(number) for number in (group.entitled, group.issued, group.returned, group.valid, group.invalid)]
        + ([str(group.reserve)] if reserve else [])
        for group in heading.turnout
    ]
    return [heads, *rows]


def _footer(heading: Heading, results: Results) -> str:
    prints = [
        f"清单 {fingerprint(heading.manifest_hash)}",
        f"计票 {fingerprint(results.tally_sha256)}",
        f"规则 {fingerprint(results.scheme_sha256)}",
        f"第{heading.snapshot}号结果",
        heading.software,
    ]
    return "　".join(prints)


def _section(section: Section, rules: Rules) -> Line:
    people = section.unit_word == "人"
    levels, others = shares.levels(rules), shares.not_judgements(rules)
    groups = [group.id for group in rules.groups] if _groups_fit(rules) else []
    columns = [
        ("名次", 9.0),
        ("姓名" if people else "名称", 0.0),
        *((name, 11.0) for name in ("发出", "收回", "有效", "无效")),
        *((level, 13.0) for level in levels),
        *((name, 11.0) for name in (*others[:1], "空白") if levels),
        *((name, 13.5) for name in shares.rate_names(rules) or ()),
        *((group, 14.0) for group in groups),
        ("得分", 18.0 if any(target.interval for target in section.targets) else 14.0),
        ("等次", 14.0),
        ("备注", 22.0),
    ]
    return {
        "title": f"{section.title}（{len(section.targets)}{section.unit_word}）",
        "heads": [name for name, _ in columns],
        "widths": [width for _, width in columns],
        "left": [1, len(columns) - 1],
        "rows": [_row(target, rules, groups, others[:1]) for target in section.targets],
    }


def _groups_fit(rules: Rules) -> bool:
    return len(rules.groups) <= _GROUPS_MOST and len(shares.levels(rules)) <= _WIDE_LEVELS


def _counts_words(rules: Rules) -> str:
    """Return where the counts and rates of the table come from."""
    names, levels = shares.rate_names(rules), shares.levels(rules)
    invalid = "无效＝收回减有效。"
    if names is None:
        return invalid
    source = f"“{rules.overall['item']}”一项" if rules.overall else "各项合计的票次"
    rates = f"{names[0]}是{levels[0]}的份额，{names[1]}是{levels[0]}与{levels[1]}合计的份额，都由票数直接算出"
    return f"等次票数和份额取{source}；{rates}。{invalid}"


def _row(target: TargetResult, rules: Rules, groups: Sequence[str], others: Sequence[str]) -> list[Line]:
    ballots = ballot_counts(target)
    return [
        _cell(
            rank_text(target),
            "" if target.rank is None else "–".join(map(str, target.rank_interval or ())),
            small=target.rank is None,
            bold=True,
        ),
        _cell(target.name or target.target, target.unit if target.unit != target.name else "", bold=True),
        *(_number(count) for count in (ballots.issued, ballots.returned, ballots.valid, ballots.invalid)),
        *_spread_cells(target, rules, others),
        *(_group(target, group, rules) for group in groups),
        _cell(
            score_text(target), "" if target.withheld else _ends(target, rules), small=target.score is None, bold=True
        ),
        _cell(
            grade_text(target, rules),
            f"会议：{target.final_grade}" if target.final_grade else "",
            small=target.grade is None,
        ),
        _cell("；".join(remarks(target, rules)), small=True),
    ]


def _spread_cells(target: TargetResult, rules: Rules, others: Sequence[str]) -> list[Line]:
    """Return counts with shares per level, what is no judgement, and the two rates."""
    levels, rates = shares.levels(rules), shares.rate_names(rules) or ()
    spread = shares.pooled(target, rules)
    if not levels:
        return []
    if spread is None or spread.withheld or not spread.denominator:
        return [_cell(HIDDEN, small=True)] * (len(levels) + len(others) + 1 + len(rates))
    return [
        *(_cell(str(spread.counts.get(level, 0)), f"{_share(spread, [level])}%") for level in levels),
        *(_cell(str(spread.not_judged.get(name, 0))) for name in (*others, "blank")),
        *(_cell(f"{_share(spread, levels[: first + 1])}%") for first, _ in enumerate(rates)),
    ]


def _share(spread: Distribution, counted: Sequence[str]) -> str | None:
    return shares.share(spread, counted, shares.PRINTED_PLACES)


def _number(count: int | None) -> Line:
    return _cell(count_text(count), small=count is None)


def _group(target: TargetResult, group: str, rules: Rules) -> Line:
    cell = target.groups.get(group)
    return _cell(withheld.short_text(cell, "score", rules), small=withheld.shown(cell) is None)


def _cell(*lines: str, small: bool = False, bold: bool = False) -> Line:
    return {"lines": [line for line in lines if line] or [""], "small": small, "bold": bold}
