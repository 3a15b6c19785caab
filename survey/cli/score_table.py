"""The table that `gongping score` prints."""

from collections import defaultdict
from collections.abc import Sequence

from exports.withheld import band_text
from scoring.outcome.results import Cell, Results, TargetResult
from scoring.outcome.stated_rules import Rules
from scoring.outcome.value import Withheld
from survey.cli.aligned import aligned
from survey.cli.score_beside import beside_lines
from survey.cli.score_sample import sample_lines


def table_lines(results: Results) -> list[str]:
    """Return the results as a table for each class and layer."""
    lines = [f"{results.rules.scheme} · scheme {results.scheme_sha256[:16]} · tally {results.tally_sha256[:16] or '-'}"]
    lines.append(_definition(results.rules))
    pools: dict[tuple[str, str], list[TargetResult]] = defaultdict(list)
    for each in results.results:
        pools[each.class_, each.layer].append(each)
    for place, pool in pools.items():
        outermost = [node.id for node in results.rules.groups]
        groups = list(dict.fromkeys(group for each in pool for group in each.groups))
        levels = list(dict.fromkeys(level for each in pool for level in each.shares))
        head = [
            "rank",
            "target",
            "name",
            "score",
            "95 %",
            "ranks",
            "grade",
            *groups,
            "n",
            *(f"{level}%" for level in levels),
            "flags",
        ]
        rows = [head, *(_row(each, outermost, groups, levels, results.rules.places) for each in pool)]
        kept = [column for column in zip(*rows, strict=True) if any(column[1:])]
        lines += ["", *filter(None, ["  ".join(filter(None, place))]), *aligned(list(zip(*kept, strict=True)))]
    return [*lines, *_check_lines(results), *sample_lines(results), *beside_lines(results)]


def _check_lines(results: Results) -> list[str]:
    """Return what ballot rules found, a line for each group and rule."""
    found = [
        f"{group}: {each.ballots} ballots {'void' if each.action == 'void' else 'flagged'} by {each.rule}"
        for group, checks in results.ballots.items()
        for each in checks
        if each.ballots is not None
    ]
    return ["", *found] if found else []


def _definition(rules: Rules) -> str:
    within = ", ".join(rules.ranking) or "everything"
    return (
        f"denominator {rules.denominator} · empty group {rules.empty_group} · ranks within {within} · "
        f"{rules.places} places {rules.mode}"
    )


def _row(
    result: TargetResult, outermost: Sequence[str], groups: Sequence[str], levels: Sequence[str], places: int
) -> list[str]:
    cells = [result.groups[group] for group in groups]
    counts = [result.groups[group].n for group in outermost]
    return [
        "" if result.rank is None else str(result.rank),
        result.target,
        result.name,
        result.score or band_text(result.band) or _why(result.withheld) or "-",
        _range(result.interval, places),
        _range(result.rank_interval if (result.pool or 0) > 1 else None, 0),
        result.grade or "",
        *(_shown(cell) for cell in cells),
        "" if None in counts else str(sum(filter(None, counts))),
        *(result.shares.get(level, "") for level in levels),
        "; ".join([*filter(None, [result.provisional]), *result.flags, *(["tied"] if result.tied else [])]),
    ]


def _range(ends: tuple[float, float] | None, places: int) -> str:
    return "" if ends is None else f"{ends[0]:.{places}f}–{ends[1]:.{places}f}"


def _shown(cell: Cell) -> str:
    return cell.score or _why(cell.withheld) or "-"


def _why(reason: Withheld | None) -> str:
    return f"withheld: {reason}" if reason else ""
