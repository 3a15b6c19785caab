"""Results as rows: heads and cells, before any file format."""

from collections.abc import Sequence

from exports import shares, withheld
from exports.ballots import BallotCounts, count_text, together
from exports.remarks import grade_text, in_order, rank_text, remarks
from exports.tables import beside_rows
from exports.tables.values import PROVISIONAL, Figure, Value
from scoring.outcome.results import Cell, Distribution, Results, TargetResult
from scoring.outcome.stated_rules import GroupNode, Rules

_BALLOTS = ("应到", "发出", "收回", "有效", "无效")


def ranking_rows(results: Results) -> list[dict[str, Value]]:
    """Return one row per target, in the order of the results: standing, groups, criteria, shares, ballots."""
    own = beside_rows.columns(results)
    return [_ranking_row(target, results.rules, own) for target in in_order(results.results)]


def _ranking_row(target: TargetResult, rules: Rules, own: dict[str, beside_rows.Column]) -> dict[str, Value]:
    row: dict[str, Value] = {
        "类别": target.class_,
        "层次": target.layer,
        "名次": rank_text(target) if target.rank is None else target.rank,
        "编码": target.target,
        "名称": target.name,
        "单位": target.unit,
        "得分": _score(target, rules),
        "等次": grade_text(target, rules),
        "备注": "；".join(remarks(target, rules)),
    }
    row |= beside_rows.cells(target, own)
    for node in nodes(rules.groups):
        row[f"{node.id}得分"] = _cell(target.groups.get(node.id), "score", rules)
    for name in shares.criteria(rules):
        row[name] = _cell(target.criteria.get(name) or target.items.get(name), "criteria", rules)
    spread = shares.pooled(target, rules)
    for level in shares.levels(rules):
        row[f"{level}票数"] = _count(spread, level, rules)
    for level in shares.levels(rules):
        row[f"{level}%"] = _share(spread, [level], rules)
    if names := shares.rate_names(rules):
        row[f"{names[1]}%"] = _share(spread, shares.levels(rules)[:2], rules)
    return row | ballots(together(target.turnout.values()))


def group_rows(results: Results) -> list[dict[str, Value]]:
    """Return one row per target and evaluator group, inner groups before their leaves."""
    rules, rows = results.rules, []
    for target in in_order(results.results):
        for node in nodes(rules.groups):
            cell = target.groups.get(node.id)
            row = _named(target) | {
                "评价主体": node.id,
                "占上级": node.share,
                "得分": _cell(cell, "score", rules),
                "作出评价": _judged(cell),
            }
            leaves = [target.turnout[leaf] for leaf in _leaves(node) if leaf in target.turnout]
            row |= ballots(together(leaves))
            asked = target.group_items.get(node.id, {})
            row |= {item: _cell(asked.get(item), "items", rules) for item in shares.items(rules)}
            rows.append(row)
    return rows


def share_rows(results: Results) -> list[dict[str, Value]]:
    """Return one row per target and item: counts and shares per level, and what is no judgement."""
    rules, rows = results.rules, []
    for target in in_order(results.results):
        for item in shares.items(rules):
            spread = target.distributions.get(item)
            if spread is None:
                continue
            row = _named(target) | {"项目": item}
            row |= {f"{level}票数": _count(spread, level, rules) for level in shares.levels(rules)}
            row |= {f"{level}%": _share(spread, [level], rules) for level in shares.levels(rules)}
            row |= _bases(spread, rules)
            rows.append(row)
    return rows


def nodes(groups: Sequence[GroupNode]) -> list[GroupNode]:
    """Return `groups` with all groups inside them, each before its own."""
    return [node for group in groups for node in (group, *nodes(group.groups))]


def ballots(counts: BallotCounts) -> dict[str, Value]:
    """Return the columns of ballots."""
    numbers = (counts.entitled, counts.issued, counts.returned, counts.valid, counts.invalid)
    return {
        name: count_text(None) if number is None else number for name, number in zip(_BALLOTS, numbers, strict=True)
    }


def _named(target: TargetResult) -> dict[str, Value]:
    return {"类别": target.class_, "层次": target.layer, "编码": target.target, "名称": target.name}


def _leaves(node: GroupNode) -> list[str]:
    return [leaf for child in node.groups for leaf in _leaves(child)] or [node.id]


def _bases(spread: Distribution, rules: Rules) -> dict[str, Value]:
    """Return what is no judgement, by name, and the numbers that shares could be taken over."""
    others = (*shares.not_judgements(rules), *shares.NOT_JUDGED_NAMES)
    counts: dict[str, Value] = {
        shares.NOT_JUDGED_NAMES.get(name, name): spread.not_judged.get(name, 0) for name in others
    }
    counts |= {"作出判断": spread.judgements, "有效": spread.valid, "收回": spread.returned}
    counts |= {"分母": spread.denominator}
    return dict.fromkeys(counts, count_text(None)) if spread.withheld else counts


def _score(target: TargetResult, rules: Rules) -> Value:
    if target.provisional and target.score is None and not target.withheld:
        return PROVISIONAL
    return withheld.band_text(target.band) or _cell(Cell(score=target.score, withheld=target.withheld), "total", rules)


def _cell(cell: Cell | None, view: withheld.View, rules: Rules) -> Value:
    score = withheld.shown(cell)
    if score is not None:
        return Figure(score)
    if cell is not None and cell.withheld:
        return withheld.brief(cell.withheld, view, rules)
    return withheld.cell_text(cell, view, rules)


def _judged(cell: Cell | None) -> Value:
    if cell is None or cell.n is not None:
        return None if cell is None else cell.n
    return count_text(None) if cell.withheld else None


def _count(spread: Distribution | None, level: str, rules: Rules) -> Value:
    if spread is None or spread.withheld:
        return _hidden(spread, rules)
    return spread.counts.get(level, 0)


def _share(spread: Distribution | None, counted: Sequence[str], rules: Rules) -> Value:
    share = shares.share(spread, counted, shares.PRINTED_PLACES)
    return _hidden(spread, rules) if share is None else Figure(share)


def _hidden(spread: Distribution | None, rules: Rules) -> str:
    if spread is not None and spread.withheld:
        return withheld.brief(spread.withheld, "distribution", rules)
    return withheld.NOT_ASKED if spread is None else withheld.NOT_JUDGED
