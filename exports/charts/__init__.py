"""Charts of one target, the same picture on the page, in the PDF and in greyscale, each with words that say it."""

from exports.charts.group_bars import group_bars, group_bars_words
from exports.charts.marks import RankMark, ScoreAxis, ScoreMark, rank_mark, score_axis, score_mark
from exports.charts.radar import radar, radar_words
from exports.charts.stacked_shares import stacked_shares, stacked_shares_words

__all__ = [
    "RankMark",
    "ScoreAxis",
    "ScoreMark",
    "group_bars",
    "group_bars_words",
    "radar",
    "radar_words",
    "rank_mark",
    "score_axis",
    "score_mark",
    "stacked_shares",
    "stacked_shares_words",
]
