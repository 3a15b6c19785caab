"""Numbers for the small marks inside table rows: where a score, its interval and a range of ranks are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from exports.charts import scale
from scoring.outcome.results import TargetResult
from scoring.outcome.stated_rules import Rules


@dataclass(frozen=True)
class ScoreAxis:
    """One axis for a column of scores, in pixels.

    Attributes
    ----------
    ticks
        (x, label) of each grid line.
    median
        (x, printed) of the class median, where one is given.
    """

    width: float
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    median: tuple[float, str] | None

    def x(self, value: float) -> float:
        """Return where `value` stands, to a tenth of a pixel."""
        return round(8 + (value - self.low) / (self.high - self.low) * (self.width - 16), 1)


@dataclass(frozen=True)
class ScoreMark:
    """A score on the axis, with the ends of its interval where it has one, and the words for both."""

    x: float
    interval: tuple[float, float] | None
    words: str


@dataclass(frozen=True)
class RankMark:
    """A rank among `of` places, with the ends of its range where it has one, and the words for both."""

    x: float
    interval: tuple[float, float] | None
    words: str
    label: str


def score_axis(results: Sequence[TargetResult], rules: Rules, width: float = 268.0) -> ScoreAxis:
    """Return the axis that all `results` share, so that rows can be compared down the column."""
    ends = [float(result.score) for result in results if result.score is not None]
    ends += [end for result in results if result.interval for end in result.interval]
    low, high, step = scale.around(ends, scale.points_range(rules)[1], parts=4)
    bare = ScoreAxis(width, low, high, (), None)
    middle = scale.score_median(results, rules)
    return ScoreAxis(
        width,
        low,
        high,
        tuple((bare.x(value), scale.plain(value)) for value in scale.ticks(low, high, step)),
        None if middle is None else (bare.x(float(middle)), middle),
    )


def score_mark(axis: ScoreAxis, result: TargetResult) -> ScoreMark | None:
    """Return the mark of `result`, or ``None`` where its score isn't shown."""
    if result.score is None or result.withheld:
        return None
    words = f"得分 {result.score}"
    if result.interval is None:
        return ScoreMark(axis.x(float(result.score)), None, words)
    low, high = result.interval
    return ScoreMark(axis.x(float(result.score)), (axis.x(low), axis.x(high)), f"{words}，区间 {low:.1f} 到 {high:.1f}")


def rank_mark(result: TargetResult, width: float = 108.0) -> RankMark | None:
    """Return the mark of a rank within its pool, or ``None`` where no rank is given."""
    if result.rank is None or not result.pool:
        return None

    def x(rank: float) -> float:
        return round(8 + (rank - 1) / max((result.pool or 1) - 1, 1) * (width - 16), 1)

    words = f"{result.pool}个中第{result.rank}名"
    if result.rank_interval is None and result.pool == 1:
        return RankMark(x(result.rank), None, words, str(result.rank))
    if result.rank_interval is None:
        return RankMark(x(result.rank), None, f"{words}，没有给出范围", "–")
    low, high = result.rank_interval
    label = str(low) if low == high else f"{low}–{high}"
    return RankMark(x(result.rank), (x(low - 0.5), x(high + 0.5)), f"{words}，范围 {label}", label)
