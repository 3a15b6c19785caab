"""What `gongping score` prints below its table: what ballots are like, how groups differ, how firm ranks are."""

from collections import Counter
from collections.abc import Iterator, Sequence

from scoring.comparing.sensitivity import LEADS
from scoring.comparing.what_if import Move
from scoring.outcome.quality_results import FlipDistance, GroupGap
from scoring.outcome.results import Results, TargetResult
from survey.cli.aligned import aligned

MOST = 10
"""Lines of one section; the JSON has all."""


def beside_lines(results: Results) -> Iterator[str]:
    """Yield the sections that have something to say, each after an empty line."""
    yield from _quality(results)
    yield from _gaps(results)
    yield from _flips(results)


def _quality(results: Results) -> Iterator[str]:
    rows = [
        [
            group,
            "" if each.ballots is None else str(each.ballots),
            "" if each.ballots is not None else str(each.rows),
            each.uniform or "",
            each.straight_lines or "",
            "" if each.alpha is None else f"{each.alpha:.2f}",
            _range(each.alpha_interval, 2),
        ]
        for group, each in results.quality.items()
    ]
    head = ["group", "ballots", "ballot rows", "all alike%", "straight lines%", "alpha", "95 %"]
    yield from _section("What the ballots are like", head, rows)


def _gaps(results: Results) -> Iterator[str]:
    gaps = [(result, gap) for result in results.results for gap in result.gaps]
    gaps.sort(key=lambda pair: -abs(float(pair[1].gap)))
    rows = [_gap_row(result, gap, results.rules.places) for result, gap in gaps[:MOST]]
    title = f"Largest gaps between groups{_of(gaps)}"
    yield from _section(title, ["target", "name", "groups", "gap", "95 %"], rows)


def _gap_row(result: TargetResult, gap: GroupGap, places: int) -> list[str]:
    return [result.target, result.name, f"{gap.first} - {gap.second}", gap.gap, _range(gap.interval, places)]


def _flips(results: Results) -> Iterator[str]:
    near = [flip for flip in results.flips if flip.distance is not None]
    near.sort(key=lambda flip: float(flip.distance or 0))
    rows = [[each.higher, each.lower, each.by, each.lead or "", each.distance or ""] for each in near[:MOST]]
    head = ["higher", "lower", "weights of", "lead", "% to move"]
    yield from _section(f"Least weight to move until neighbours are level{_of(near)}", head, rows)
    reasons = Counter(_words(flip) for flip in results.flips if flip.reason is not None)
    if reasons and not rows:
        yield ""
    for words, number in reasons.items():
        yield f"{words}: {number} of {len(results.flips)} pairs of neighbours"


def _words(flip: FlipDistance) -> str:
    if flip.reason == LEADS:
        return f"no weights of {flip.by} can reverse the two"
    return f"not told for weights of {flip.by}, {flip.reason}"


def move_lines(results: Results, moves: Sequence[Move]) -> Iterator[str]:
    """Yield who would stand elsewhere under other weights and points; the official results stay as they are."""
    yield ""
    if not moves:
        yield "Under the changes: no target that could be compared"
        return
    moving = [move for move in moves if move.up]
    names = {result.target: result.name for result in results.results}
    yield f"Under the changes {len(moving)} of {len(moves)} would stand elsewhere"
    rows = [
        [
            move.target,
            names[move.target],
            move.score_before,
            move.score_after,
            str(move.rank_before),
            str(move.rank_after),
            f"{move.up:+}",
        ]
        for move in moving
    ]
    if rows:
        yield from _table(["target", "name", "score", "then", "rank", "then", "up"], rows)


def _section(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if rows:
        yield from ("", title)
        yield from _table(head, rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table without the columns that hold nothing."""
    kept = [column for column in zip(head, *rows, strict=True) if any(column[1:])]
    return aligned(list(zip(*kept, strict=True)))


def _of(found: Sequence[object]) -> str:
    return f" ({MOST} of {len(found)})" if len(found) > MOST else ""


def _range(ends: tuple[float, float] | None, places: int) -> str:
    return "" if ends is None else f"{ends[0]:.{places}f} to {ends[1]:.{places}f}"
