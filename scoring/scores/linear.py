"""Scores as weighted means of marks, in float64: what standard errors start from.

Which marks a mean counts, what they are worth, and what weight the mean has in its group's score.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.tally import INVALID, RESERVED, Block, Counts, Tally
from scoring.document.points import level_name
from scoring.document.scheme import Scheme
from scoring.scores.scores import Scored

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Linear:
    """A group's score as a weighted mean of item means, in float64; all arrays (targets, items, groups).

    Attributes
    ----------
    shares
        v, each item's share in the group's score; 0 where it has no mean or no weight.
    centres
        What a mark is held against: m, the item's mean. An item that a single one of several ballots judged shows no
        spread around its own mean; its mark is held against the group's score.
    over
        D, what the mean was taken over: a count of marks, or a sum of their sampling weights.
    counts
        How many marks that is.
    ballots
        Shape (targets, groups): n, valid ballots asked.
    """

    shares: Values
    centres: Values
    over: Values
    counts: Counts
    ballots: Counts

    @property
    def per_mark(self) -> Values:
        """By how much a mark one point above the centre raises the group's score, v / D, stretched.

        An item that D of n ballots judged is a mean over a part of the sample whose size is left to chance. Its
        spread is estimated from D marks, so the factor n / (n - 1) that all of a group's ballots get is too small:
        stretched by √(D / (D - 1) · (n - 1) / n), one item alone has the variance Σ (s - m)² / (D (D - 1)), as
        Cochran 1977, *Sampling Techniques*, § 2.12, gives it. Without abstentions the stretch is 1.
        """
        plain = np.divide(self.shares, self.over, out=np.zeros_like(self.shares), where=self.over > 0)
        n, marks = self.ballots[:, np.newaxis, :].astype(np.float64), self.counts.astype(np.float64)
        several = (marks > 1) & (n > 1)
        stretch = np.divide(marks * (n - 1), (marks - 1) * n, out=np.ones_like(plain), where=several)
        return plain * np.sqrt(stretch)

    @property
    def degrees(self) -> Values:
        """Degrees of freedom of each group's variance, shape (targets, groups): the marks on its items less 1.

        That is n - 1 where nobody abstained; items count with their shares, and there is at least 1.
        """
        weighed: Values = (self.shares * self.counts).sum(axis=1)
        return np.maximum(weighed - 1.0, 1.0)


def has_standard_error(scheme: Scheme) -> bool:
    """Return whether ballots say how exact a score is.

    Over the entitled who did not come count with 0 by decree, so nothing is being estimated; and where extremes are
    dropped the score is no mean of all marks.

    Examples
    --------
    >>> from scoring.document.scheme import load_scheme
    >>> has_standard_error(load_scheme("{name: 一, scale: {好: 1, 差: 0}, groups: [{id: 甲}], criteria: [{id: 德}]}"))
    True
    """
    return scheme.document.denominator != "entitled" and scheme.document.extremes is None


def linear(scheme: Scheme, tally: Tally, over: Counts, scored: Sequence[Scored], ballots: Counts) -> Linear:
    """Return the item shares and means behind every group's score.

    Parameters
    ----------
    over
        Shape (targets, items, groups): the scheme's denominators; with sampling weights the sums of weights.
    scored
        Every target of the tally, in its order.
    ballots
        Shape (targets, groups): valid ballots asked, as moments count them.
    """
    shares, centres = np.zeros(over.shape), np.zeros(over.shape)
    counts = {"judgements": tally.judgements, "valid": tally.valid}.get(scheme.document.denominator, tally.returned)
    group_at = {group: place for place, group in enumerate(tally.groups)}
    item_at = {item: place for place, item in enumerate(tally.items)}
    for target, each in enumerate(scored):
        for group, weights in each.item_weights.items():
            column, score, items = group_at[group], float(each.groups[group] or 0), each.group_items[group]
            for item, share in weights.items():
                place = (target, item_at[item], column)
                lone = counts[place] == 1 < ballots[target, column]
                shares[place], centres[place] = float(share), score if lone else float(items[item] or 0)
    return Linear(shares, centres, over.astype(np.float64), counts, ballots)


def counted_levels(scheme: Scheme, tally: Tally) -> NDArray[np.bool_]:
    """Return which marks the scheme's denominator counts, shape (groups, levels + 5).

    With ``judgements`` those with points, with ``valid`` all but spoiled and voided ones, with ``returned`` all.
    """
    counted = np.ones((len(tally.groups), len(tally.levels) + len(RESERVED)), np.bool_)
    if scheme.document.denominator == "judgements":
        counted[:] = np.pad(tally.judged, ((0, 0), (0, len(RESERVED))))
    elif scheme.document.denominator == "valid":
        counted[:, -INVALID:] = False
    return counted


def asked_levels(scheme: Scheme, tally: Tally) -> NDArray[np.bool_]:
    """Return which marks show that a ballot was asked and is in, shape (levels + 5,).

    All but spoiled and voided ones; with ``returned`` these too. A ballot with one such mark about a target is one of
    the *n* ballots of its group on that target, also if it judged nothing: then its influence is 0.
    """
    asked = np.ones(len(tally.levels) + len(RESERVED), np.bool_)
    asked[-INVALID:] = scheme.document.denominator == "returned"
    return asked


def level_points(scheme: Scheme, tally: Tally) -> Values:
    """Return each mark's points, shape (groups, levels + 5); 0 where it has none."""
    points = [[float(leaf.points.get(level) or 0) for level in tally.levels] for leaf in scheme.leaves()]
    return np.pad(np.array(points, np.float64), ((0, 0), (0, len(RESERVED))))


def mark_places(scheme: Scheme, tally: Tally, block: Block) -> NDArray[np.int64]:
    """Return where each byte of a block stands among a tally's levels, shape (256,); -1 for one that means nothing."""
    points = scheme.leaf(block.group).points
    level_at = {level: place for place, level in enumerate(tally.levels)}
    places = np.full(256, -1, np.int64)
    for byte, level in enumerate(block.levels):
        places[byte] = level_at[level_name(points, level) or level]
    for place, byte in enumerate(RESERVED, start=len(tally.levels)):
        places[byte] = place
    return places
