"""The ranking as its page shows it: which targets, in tables of those ranked together, in which order and columns."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict

from exports.charts import RankMark, ScoreAxis, ScoreMark, rank_mark, score_axis, score_mark
from scoring.outcome.results import TargetResult
from scoring.outcome.stated_rules import Rules
from survey.manifest.manifest import Manifest
from survey.reveal.results import Snapshot
from survey.web import shown
from survey.web.badges import Badge, badges
from survey.web.shown import Shown

WIDE, NARROW = 268.0, 188.0  # of the axis of intervals, without and with columns of components
PEOPLE = frozenset({"person", "member"})
WITHIN: dict[str, LazyString] = {
    "class": lazy_gettext("class"),
    "layer": lazy_gettext("layer"),
    "unit": lazy_gettext("unit"),
}


@dataclass(frozen=True)
class Choice:
    """What the filters and the head of the table ask for; an empty word means all of them."""

    class_: str
    layer: str
    unit: str
    sort: str

    def fits(self, result: TargetResult) -> bool:
        """Return whether the filters let `result` through."""
        wanted = ((self.class_, result.class_), (self.layer, result.layer), (self.unit, result.unit))
        return all(not word or word == own for word, own in wanted)


@dataclass(frozen=True)
class Row:
    """One target of the ranking."""

    code: str
    name: str
    title: str
    rank: Shown
    score: Shown
    grade: Shown
    ranked: bool
    graded: bool
    best: bool
    scored: bool
    groups: tuple[Shown, ...]
    components: tuple[Shown, ...]
    badges: tuple[Badge, ...]
    score_mark: ScoreMark | None
    rank_mark: RankMark | None


@dataclass(frozen=True)
class Table:
    """Targets that are ranked together, under one scheme.

    Attributes
    ----------
    of
        How many there are in all, filtered or on other pages too.
    axis, ranges
        The axis of the intervals, and whether there are ranges of ranks; neither where none were worked out.
    """

    class_: str
    layer: str
    rules: Rules
    groups: tuple[str, ...]
    of: int
    rows: tuple[Row, ...]
    axis: ScoreAxis | None
    ranges: bool


def of_kind(snapshot: Snapshot, *, people: bool) -> list[tuple[Rules, TargetResult]]:
    """Return the results of the people, or of the units and all else: part by part, pool by pool, by rank.

    Pools stand in the order in which the roster first names one of theirs, so that heads come before deputies.
    """
    place = {target.code: number for number, target in enumerate(snapshot.manifest.targets)}
    found = []
    for part in snapshot.parts:
        pools: dict[tuple[str, ...], list[TargetResult]] = {}
        for result in part.results:
            if (result.kind in PEOPLE) == people:
                pools.setdefault(pool(part.rules, result), []).append(result)
        for members in sorted(pools.values(), key=lambda members: min(place[each.target] for each in members)):
            found += [(part.rules, result) for result in members]
    return found


def chosen(args: MultiDict[str, str], results: Sequence[tuple[Rules, TargetResult]], *, all_of_them: bool) -> Choice:
    """Return what is asked for; without any filter, `all_of_them` or the first class and layer."""
    first = TargetResult(target="") if all_of_them or not results else results[0][1]
    asked = {"class", "layer", "unit"} & set(args)
    return Choice(
        class_=args.get("class", "" if asked else first.class_),
        layer=args.get("layer", "" if asked else first.layer),
        unit=args.get("unit", ""),
        sort=args.get("sort", "rank"),
    )


def tables(snapshot: Snapshot, results: Sequence[tuple[Rules, TargetResult]], choice: Choice) -> list[Table]:
    """Return one table per pool of targets that are ranked together, filtered and sorted."""
    made = []
    for _key, together in groupby(results, key=lambda pair: (id(pair[0]), pool(*pair))):
        members = list(together)
        rules, kept = members[0][0], [result for _rules, result in members if choice.fits(result)]
        if kept:
            made.append(_table(snapshot.manifest, rules, _sorted(kept, choice.sort), len(members)))
    return made


def all_badges(shown_tables: Iterable[Table]) -> list[Badge]:
    """Return each mark that the rows carry once, for the words under the tables."""
    return list(dict.fromkeys(badge for table in shown_tables for row in table.rows for badge in row.badges))


def cut(made: Sequence[Table], offset: int, size: int) -> list[Table]:
    """Return the tables of one page: `size` rows from `offset` on, counted through all tables."""
    page, start = [], 0
    for table in made:
        rows = table.rows[max(offset - start, 0) : max(offset + size - start, 0)]
        start += len(table.rows)
        if rows:
            page.append(replace(table, rows=rows))
    return page


def words(results: Iterable[tuple[Rules, TargetResult]], of: Callable[[TargetResult], str]) -> list[str]:
    """Return the words that a filter offers, in the order of the ranking."""
    return [word for word in dict.fromkeys(of(result) for _rules, result in results) if word]


def within(rules: Rules) -> str:
    """Return what targets are ranked within, such as ``class × layer``."""
    return " × ".join(str(WITHIN.get(name, name)) for name in rules.ranking)


def title(manifest: Manifest, code: str) -> str:
    """Return a target's unit and post, as under its name."""
    target = manifest.target(code)
    return target.title if target.title.startswith(target.unit) else f"{target.unit}{target.title}"


def pool(rules: Rules, result: TargetResult) -> tuple[str, ...]:
    """Return what names the targets that `result` is ranked with, such as its class and layer."""
    own = {"class": result.class_, "layer": result.layer, "unit": result.unit, "kind": result.kind}
    return tuple(own.get(name, "") for name in rules.ranking)


def _table(manifest: Manifest, rules: Rules, results: Sequence[TargetResult], of: int) -> Table:
    groups = tuple(group.id for group in rules.groups)
    width = NARROW if rules.components else WIDE
    axis = score_axis(results, rules, width) if any(result.interval for result in results) else None
    return Table(
        class_=results[0].class_ if "class" in rules.ranking else "",
        layer=results[0].layer if "layer" in rules.ranking else "",
        rules=rules,
        groups=groups,
        of=of,
        rows=tuple(_row(manifest, rules, groups, axis, result) for result in results),
        axis=axis,
        ranges=any(result.rank_interval for result in results),
    )


def _row(manifest: Manifest, rules: Rules, groups: Sequence[str], axis: ScoreAxis | None, result: TargetResult) -> Row:
    cells = [result.groups.get(group) for group in groups]
    return Row(
        code=result.target,
        name=result.name,
        title=title(manifest, result.target),
        rank=shown.rank(result),
        score=shown.score(result, rules),
        grade=shown.grade(result, rules),
        ranked=result.rank is not None,
        graded=result.grade is not None,
        scored=result.score is not None,
        best=bool(rules.bands) and result.grade == rules.bands[0][0],
        groups=tuple(shown.value(cell, "score", rules) for cell in cells),
        components=tuple(shown.component(result, part["id"]) for part in rules.components),
        badges=badges(result, cells, rules),
        score_mark=score_mark(axis, result) if axis else None,
        rank_mark=rank_mark(result),
    )


def _sorted(results: Sequence[TargetResult], sort: str) -> list[TargetResult]:
    """Return `results` by rank, by score or by a group's score, the best first; a minus turns it round.

    What isn't shown comes last either way, in the order of the ranking.
    """
    by, turned = sort.removeprefix("-"), sort.startswith("-")

    def number(result: TargetResult) -> Decimal | None:
        if by == "rank":
            return None if result.rank is None else -Decimal(result.rank)
        if by == "score":
            printed = result.score
        else:
            cell = result.groups.get(by)
            printed = cell.score if cell else None
        return None if printed is None else Decimal(printed)

    numbered = [(number(result), result) for result in results]
    known = [(found, result) for found, result in numbered if found is not None]
    known.sort(key=lambda pair: pair[0] if turned else -pair[0])
    return [*(result for _found, result in known), *(result for found, result in numbered if found is None)]
