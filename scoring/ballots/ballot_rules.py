"""Ballot rules: what is wrong with a ballot as a whole, and what follows: it is counted, or it is void.

uniform
    All judgements of a ballot with at least two of them are alike; with a ``level``, all are that level. What is no
    judgement (不了解, 不了解此人, 本人不评, blanks) is never alike to anything.
max_share, min_share
    More, or less, than a share of a ballot's judgements are of one level: on the overall item if there is one, else
    on all items.
min_marked
    Fewer than a share of what a ballot was asked is marked; anything but a blank or an unreadable mark is marked.

Shares are compared as whole numbers. A rule that names a level does not act on groups whose scale lacks it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scoring.ballots.marks import Marks
from scoring.ballots.tally import BLANK, RESERVED, SPOILED, VOIDED, Counts, Tally
from scoring.document.scheme import Leaf, Scheme
from scoring.document.scheme_rules import BallotRule
from scoring.outcome.results import BallotCheck

Flags = NDArray[np.bool_]

FEWEST = 2
"""From how many judgements on a ballot can be called uniform."""

_AT = {byte: place - len(RESERVED) for place, byte in enumerate(RESERVED)}
"""Where the bytes that are no level stand on a tally's last axis, from its end."""


@dataclass(frozen=True, eq=False)
class Contents:
    """How often each ballot of one leaf group marked each level.

    Attributes
    ----------
    levels
        The levels of the columns; the five that are no level follow them, as in a tally.
    all_items, share_items
        Shape (ballots, levels + 5): over all items, and over those that shares go by.
    """

    levels: tuple[str, ...]
    all_items: Counts
    share_items: Counts


def contents_of_rows(levels: Sequence[str], rows: NDArray[np.uint8], shared: NDArray[np.bool_]) -> Contents:
    """Return what ballots hold whose marks stand in rows.

    Parameters
    ----------
    levels
        The level that each byte means; bytes from 251 are those that are no level.
    rows
        Shape (ballots, cells).
    shared
        Shape (cells,): those that shares go by.

    Examples
    --------
    >>> rows = np.array([[0, 1, 255], [0, 0, 1]], np.uint8)
    >>> contents_of_rows(("好", "差"), rows, np.array([True, False, False])).all_items[:, :3].tolist()
    [[1, 1, 1], [2, 1, 0]]
    """
    bytes_ = (*range(len(levels)), *RESERVED)
    counted = np.stack([(rows == byte).sum(axis=1) for byte in bytes_], axis=1)
    by_share = np.stack([(rows[:, shared] == byte).sum(axis=1) for byte in bytes_], axis=1)
    return Contents(tuple(levels), counted, by_share)


def void_ballots(rules: Sequence[BallotRule], leaf: Leaf, contents: Contents) -> tuple[Flags, tuple[BallotCheck, ...]]:
    """Return which ballots of a group are void, and how many each rule found.

    A ballot that several rules make void is counted under the first of them, and no other rule counts it; so the
    void ones of all rules add up.

    Returns
    -------
    Shape (ballots,), and the checks in the order of the rules.

    Examples
    --------
    >>> from scoring.document.scheme import load_scheme
    >>> scheme = load_scheme('''
    ... {name: 两项, scale: {好: 1, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}, {id: 反馈}],
    ... ballot_rules: [{rule: uniform, action: void}]}''')
    >>> marks = np.array([[2, 0, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0, 0], [1, 0, 1, 0, 0, 0, 0]])
    >>> contents = Contents(("好", "差"), marks, marks)
    >>> void, checks = void_ballots(scheme.document.ballot_rules, scheme.leaf("村民"), contents)
    >>> void, checks[0].ballots
    (array([ True, False, False]), 1)
    """
    found = {place: _breaks(rule, leaf, contents) for place, rule in enumerate(rules)}
    void: Flags = np.zeros(len(contents.all_items), np.bool_)
    counted: dict[int, int] = {}
    for place, broken in found.items():
        if rules[place].action == "void":
            counted[place] = int((broken & ~void).sum())
            void |= broken
    for place, broken in found.items():
        counted.setdefault(place, int((broken & ~void).sum()))
    checks = tuple(
        BallotCheck(rule=words_of(rule), action=rule.action, ballots=counted[place]) for place, rule in enumerate(rules)
    )
    return void, checks


def words_of(rule: BallotRule) -> str:
    """Return how checks name a rule: ``"max_share: 优秀"``."""
    return f"{rule.rule}: {rule.level}" if rule.level else rule.rule


def _breaks(rule: BallotRule, leaf: Leaf, contents: Contents) -> Flags:
    """Return which ballots break one rule, shape (ballots,)."""
    if rule.level is not None and rule.level not in leaf.points:
        return np.zeros(len(contents.all_items), np.bool_)
    judged = [place for place, level in enumerate(contents.levels) if leaf.points.get(level) is not None]
    if rule.rule == "uniform":
        own = contents.all_items[:, judged]
        most = contents.all_items[:, contents.levels.index(rule.level)] if rule.level else own.max(axis=1, initial=0)
        alike: Flags = (own.sum(axis=1) >= FEWEST) & (most == own.sum(axis=1))
        return alike
    above, below = (rule.share.numerator, rule.share.denominator) if rule.share is not None else (0, 1)
    if rule.rule == "min_marked":
        asked = contents.all_items.sum(axis=1)
        marked = asked - contents.all_items[:, _AT[BLANK]] - contents.all_items[:, _AT[SPOILED]]
        few: Flags = marked * below < above * asked
        return few
    judgements = contents.share_items[:, judged].sum(axis=1)
    own = contents.share_items[:, contents.levels.index(str(rule.level))]
    passes: Flags = own * below > above * judgements if rule.rule == "max_share" else own * below < above * judgements
    return passes


def apply_ballot_rules(
    scheme: Scheme, axes: Tally, marks: Marks
) -> tuple[Marks, Mapping[str, tuple[BallotCheck, ...]]]:
    """Return the marks with those of void ballots marked as such, and the checks of each leaf group with ballots.

    Parameters
    ----------
    axes
        A tally with the axes that the marks' places are on.
    """
    rules = scheme.document.ballot_rules
    if rules is None:
        return marks, {}
    ballots = int(marks.ballots.max(initial=-1)) + 1
    group_of = np.zeros(ballots, np.int64)
    group_of[marks.ballots] = marks.groups
    void, checks = np.zeros(ballots, np.bool_), {}
    for leaf, numbers, contents in _contents(scheme, axes, marks, group_of):
        void[numbers], checks[leaf.id] = void_ballots(rules, leaf, contents)
    voided = axes.counts.shape[-1] + _AT[VOIDED]
    return replace(marks, levels=np.where(void[marks.ballots], voided, marks.levels).astype(np.int32)), checks


def _contents(
    scheme: Scheme, axes: Tally, marks: Marks, group_of: NDArray[np.int64]
) -> Iterator[tuple[Leaf, NDArray[np.int64], Contents]]:
    """Yield each leaf group that has ballots, their numbers, and what they hold."""
    width = axes.counts.shape[-1]
    overall = scheme.document.overall
    shared = marks.items == axes.items.index(overall.item) if overall else np.ones(len(marks), np.bool_)
    cells = marks.ballots * width + marks.levels
    everything, by_share = (
        np.bincount(cells[those], minlength=len(group_of) * width).reshape(-1, width) for those in (slice(None), shared)
    )
    for place, leaf in enumerate(scheme.leaves()):
        numbers = np.flatnonzero(group_of == place)
        if len(numbers):
            yield leaf, numbers, Contents(axes.levels, everything[numbers], by_share[numbers])
