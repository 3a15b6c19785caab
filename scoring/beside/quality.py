"""What the ballots of each group are like, whatever they score: marks all alike, and items that go together.

None of it changes a score. After an opening ballots lie in rows, one for each target, and what only whole ballots
show is no longer known.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from scoring.ballots.marks import Marks
from scoring.ballots.straight_lines import PAIR, straight_lines, straight_rows
from scoring.ballots.tally import Block, Counts, Tally
from scoring.certainty.agreement import Reliability, alpha_within
from scoring.certainty.moments import Moments, block_moments, marks_moments
from scoring.document.exact import printed
from scoring.document.scheme import Scheme
from scoring.outcome.quality_results import GroupQuality
from scoring.precision import short
from scoring.release.disclosure import SPARE
from scoring.scores.linear import mark_places
from scoring.working import Known, Worked

RELEASED_PLACES = 2
"""How many decimals an alpha has that is released."""


def quality(
    worked: Worked,
    known: Known,
    moments: Moments | None = None,
    *,
    shown: Collection[str] | None = None,
    least: int = 0,
) -> dict[str, GroupQuality]:
    """Return what the ballots of each leaf group are like; nothing where the ballots themselves are not known.

    Parameters
    ----------
    known
        Among others the ballots: ``marks``, or ``blocks`` of rows.
    moments
        Co-moments of these ballots under the scheme, where they were worked out already.
    shown
        The targets that a released result shows in full; ``None`` where nothing is withheld. Then only what is about
        these counts, groups without ``least`` ballots about one of them are left out, a share is absent where two
        ballots more or less would make it all or nothing, and alphas have two decimals.
    least
        The fewest ballots from which a distribution is released.

    Returns
    -------
    Leaf group → what can be told of it; a group of which nothing can is not there.
    """
    tally = worked.tally
    targets = [place for place, target in enumerate(tally.targets) if shown is None or target in shown]
    lines = _lines(worked, known, targets)
    if lines is None or not targets:
        return {}
    judged = tally.ballots[targets]
    rows, most = judged.sum(axis=0), judged.max(axis=0)
    there = [group for group in np.flatnonzero(rows).tolist() if shown is None or most[group] >= least]
    raters = most if lines.ballots is None else lines.ballots
    sums = _sums(worked, known, moments) if any(len(_items(worked, group)) >= PAIR for group in there) else None
    released = shown is not None
    found = {
        tally.groups[group]: GroupQuality(
            ballots=None if lines.ballots is None else int(lines.ballots[group]),
            rows=int(rows[group]),
            **_shares(worked.scheme, lines, group, released=released),
            **_written(_alpha(worked, sums, group, targets, int(raters[group])), released=released),
        )
        for group in there
    }
    return {name: each for name, each in found.items() if _told(each)}


def _told(each: GroupQuality) -> bool:
    return any(value is not None for value in (each.uniform, each.straight_lines, each.alpha))


@dataclass(frozen=True, eq=False)
class _Lines:
    """How many ballots draw no difference, each of shape (groups,); see ``straight_lines``.

    ``ballots`` is ``None`` where ballots were cut into rows: then the others count rows, and none is known to be
    uniform.
    """

    ballots: Counts | None
    comparable: Counts
    uniform: Counts
    down_items: Counts
    straight: Counts


def _lines(worked: Worked, known: Known, targets: Sequence[int]) -> _Lines | None:
    marks, blocks = known.get("marks"), known.get("blocks")
    if marks is not None:
        return _lines_of_marks(worked.tally, marks, targets)
    return None if blocks is None else _lines_of_rows(worked, blocks, targets)


def _lines_of_marks(tally: Tally, marks: Marks, targets: Sequence[int]) -> _Lines:
    judging = np.zeros((len(tally.groups), tally.counts.shape[-1]), np.bool_)
    judging[:, : len(tally.levels)] = tally.judged
    judged = judging[marks.groups, marks.levels]
    if len(targets) < len(tally.targets):
        judged &= np.isin(marks.targets, targets)
    ballots, groups = marks.ballots[judged], marks.groups[judged]
    found = straight_lines(ballots, marks.targets[judged], groups, marks.levels[judged], len(tally.groups))
    group_of = np.full(int(ballots.max(initial=-1)) + 1, -1, np.int64)
    group_of[ballots] = groups
    number: Counts = np.bincount(group_of[group_of >= 0], minlength=len(tally.groups))
    return _Lines(number, found.comparable, found.uniform, found.down_items, found.straight)


def _lines_of_rows(worked: Worked, blocks: Sequence[Block], targets: Sequence[int]) -> _Lines:
    tally, kept = worked.tally, {worked.tally.targets[place] for place in targets}
    counts = np.zeros((2, len(tally.groups)), np.int64)
    judging = np.pad(tally.judged, ((0, 0), (0, tally.counts.shape[-1] - len(tally.levels))))
    for block in blocks:
        if block.target in kept and len(block.items) >= PAIR:
            group = tally.groups.index(block.group)
            places = mark_places(worked.scheme, tally, block)
            counts[:, group] += straight_rows(block.rows, (places >= 0) & judging[group][places])
    nothing = np.zeros(len(tally.groups), np.int64)
    return _Lines(None, nothing, nothing, counts[0], counts[1])


def _shares(scheme: Scheme, lines: _Lines, group: int, *, released: bool) -> dict[str, Any]:
    """Return shares in per cent as printed; of released ones, enough ballots are in each of them and outside."""
    least, rounding = SPARE if released else 0, scheme.document.rounding

    def share(of: Counts, among: Counts) -> str | None:
        part, whole = int(of[group]), int(among[group])
        if not whole or min(part, whole - part) < least:
            return None
        return printed(100 * Fraction(part, whole), rounding.places, rounding.mode)

    return {
        "uniform": None if lines.ballots is None else share(lines.uniform, lines.comparable),
        "straight_lines": share(lines.straight, lines.down_items),
    }


def _items(worked: Worked, group: int) -> list[int]:
    """Return where the criteria's items stand that a group was asked and judged; the overall mark is none of them."""
    tally, overall = worked.tally, worked.scheme.document.overall
    judged = tally.judgements[:, :, group].sum(axis=0)
    return [place for place, item in enumerate(tally.items) if judged[place] and (not overall or item != overall.item)]


def _sums(worked: Worked, known: Known, moments: Moments | None) -> Moments | None:
    """Return co-moments of the judgements alone, each ballot counting once."""
    scheme, marks, blocks = worked.scheme, known.get("marks"), known.get("blocks")
    plain = scheme.document.denominator == "judgements" and (marks is None or marks.weights is None)
    if plain and moments is not None:
        return moments
    judged = Scheme(scheme.document.model_copy(update={"denominator": "judgements"}))
    if marks is not None:
        return marks_moments(judged, worked.tally, replace(marks, weights=None))
    return None if blocks is None else block_moments(judged, worked.tally, blocks)


def _alpha(worked: Worked, sums: Moments | None, group: int, targets: Sequence[int], raters: int) -> Reliability | None:
    first = np.array(_items(worked, group), np.int64)
    second = first + len(worked.tally.items)
    if sums is None or len(first) < PAIR:
        return None
    own = sums.products[targets, group]
    together, products = own[:, first[:, np.newaxis], first], own[:, second[:, np.newaxis], second]
    return alpha_within(together, own[:, second[:, np.newaxis], first], products, raters)


def _written(alpha: Reliability | None, *, released: bool) -> dict[str, Any]:
    if alpha is None:
        return {}
    value, *ends = (
        round(each, RELEASED_PLACES) if released else short(each) for each in (alpha.alpha, *alpha.interval)
    )
    return {"alpha": value, "alpha_interval": ends, "items": alpha.items}
