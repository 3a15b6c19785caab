"""Explain a score: the signed parts that add up to it exactly, and what of the scheme has no part in it.

A score is a sum: every leaf group's mean on every item times the weight that it has in the end, then what
components, adjustments and limits add or take. Nothing here is estimated, so the parts make the score to the last
digit, exactly and as printed.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.document.exact import Mode, ratio_text
from scoring.document.remainder import parts_to_whole
from scoring.document.scheme import Leaf, Scheme
from scoring.document.weights import group_weights, item_weights
from scoring.outcome.parts import Part
from scoring.outcome.results import Contribution, LeftOut
from scoring.scores.composition import Final
from scoring.scores.scores import Scored

NOT_ASKED = "not asked"
NO_JUDGEMENT = "no judgement"
WEIGHT_0 = "weight 0"
TURNOUT = "turnout"
EMPTY = "empty group"


Kind = Literal["mark", "component", "adjustment", "limit"]


def mark_contributions(scheme: Scheme, scored: Scored) -> list[Part]:
    """Return what each leaf group's mean on each item adds to the total: W_g · v_gc · m_gc.

    The total is Σ_g W_g Σ_c v_gc m_gc, with W and v the shares that are left once everything absent has dropped
    out (the weighted sum model: Triantaphyllou 2000, *Multi-Criteria Decision Making Methods*, ch. 2).

    Returns
    -------
    In the scheme's order. Weights sum to 1, points to ``scored.total``. A group without a judgement that counts as
    0 is one part without an item. Nothing where there is no total.

    Examples
    --------
    >>> from scoring.ballots.denominators import denominators
    >>> from scoring.ballots.extremes import counted
    >>> from scoring.document.scheme import load_scheme
    >>> from scoring.scores.scores import score_targets
    >>> from scoring.ballots.tally import Block, tally_blocks
    >>> scheme = load_scheme("{name: 一项, scale: {好: 100, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> block = Block("村民", "甲", ("态度",), ("好", "差"), np.array([[0], [0], [1]], np.uint8))
    >>> tally = tally_blocks(scheme, ["甲"], [block])
    >>> [scored] = score_targets(scheme, tally, counted(scheme, tally, denominators(scheme, tally, None)))
    >>> [(part.group, part.item, str(part.weight), str(part.points)) for part in mark_contributions(scheme, scored)]
    [('村民', '态度', '1', '200/3')]
    """
    if scored.total is None:
        return []
    return [part for leaf in scheme.leaves() if leaf.id in scored.weights for part in _of_leaf(leaf, scored)]


def _of_leaf(leaf: Leaf, scored: Scored) -> list[Part]:
    share, own = scored.weights[leaf.id], scored.item_weights.get(leaf.id)
    if not own:
        return [Part("mark", Fraction(0), share, leaf.id)]
    means = scored.group_items[leaf.id]
    return [
        Part("mark", means[item] or Fraction(0), share * own[item], leaf.id, item) for item in leaf.asks if item in own
    ]


def ballot_parts(scheme: Scheme, scored: Scored, score: Fraction | None) -> list[Part]:
    """Return the parts of what the ballots give: their marks', or where a mode made another score of it, that alone.

    Parameters
    ----------
    score
        The ballots' score after the scheme's mode; ``None`` where it is not final.

    Returns
    -------
    A step table, points by place or a ratio to the best do not add up from marks: then it is one part of kind
    ``component`` without a name.
    """
    if score is None:
        return []
    return mark_contributions(scheme, scored) if score == scored.total else [Part("component", score)]


def mixed(parts: Iterable[Part], share_of_ballots: Fraction, others: Iterable[Part] = ()) -> list[Part]:
    """Return the parts of a score of which the ballots are only a share.

    Parameters
    ----------
    parts
        The ballots' own, as :func:`mark_contributions` gives them.
    others
        Components, with their shares as weights, and adjustments, signed, with the weight 1.

    Examples
    --------
    >>> ballots = [Part("mark", Fraction(90), Fraction(1), "村民", "态度")]
    >>> others = [Part("component", Fraction(80), Fraction(3, 5), item="实绩"), Part("adjustment", Fraction(-2))]
    >>> [str(part.points) for part in mixed(ballots, Fraction(2, 5), others)]
    ['36', '48', '-2']
    """
    return [*(replace(part, weight=part.weight * share_of_ballots) for part in parts), *others]


def final_parts(scheme: Scheme, scored: Scored, final: Final) -> list[Part]:
    """Return the parts of a final score, which they add up to; nothing where there is none."""
    if final.total is None:
        return []
    return mixed(ballot_parts(scheme, scored, final.ballots), final.share, final.parts)


def contributions(parts: Sequence[Part], places: int, mode: Mode = "half_up") -> tuple[Contribution, ...]:
    """Return the parts as they are printed: the column adds up to their sum as printed.

    The last place is settled by the largest remainder; see ``remainder.parts_to_whole``.

    Examples
    --------
    >>> thirds = [Part("mark", Fraction(100), Fraction(1, 3), group) for group in ("群众", "政府", "党委")]
    >>> [each.points for each in contributions(thirds, 2)]
    ['33.34', '33.33', '33.33']
    """
    return tuple(
        Contribution(
            kind=part.kind,
            group=part.group,
            item=part.item,
            weight=ratio_text(part.weight),
            value=ratio_text(part.value),
            points=points,
            exact=ratio_text(part.points),
        )
        for part, points in zip(parts, parts_to_whole([part.points for part in parts], places, mode), strict=True)
    )


def left_out(
    scheme: Scheme, scored: Scored, asked: NDArray[np.bool_], below_turnout: Collection[str] = ()
) -> tuple[LeftOut, ...]:
    """Return what of the scheme has no part in a target's score, and why.

    Parameters
    ----------
    asked
        Shape (items, groups): what each leaf was asked about the target (``denominators.asked``).
    below_turnout
        Leaves that do not count since too few came.

    Returns
    -------
    Items without weight, then for each leaf itself, or the items in it: each with the first reason that holds. A
    group that counts as 0 is not left out.
    """
    everything = frozenset(scheme.item_ids())
    weighing = item_weights(scheme, everything)
    heavy = group_weights(scheme.groups, frozenset(leaf.id for leaf in scheme.leaves()))[""]
    found = [LeftOut(item=item, reason=WEIGHT_0) for item in scheme.item_ids() if item not in weighing]
    for column, leaf in enumerate(scheme.leaves()):
        reason = _why_not(leaf.id, scored, heavy, below_turnout)
        if reason:
            found.append(LeftOut(group=leaf.id, reason=reason))
        elif leaf.id not in scored.empty:
            own = scored.item_weights[leaf.id]
            found += [
                LeftOut(group=leaf.id, item=item, reason=NO_JUDGEMENT if asked[row, column] else NOT_ASKED)
                for row, item in enumerate(scheme.item_ids())
                if item in weighing and item not in own
            ]
    return tuple(found)


def _why_not(leaf: str, scored: Scored, heavy: Collection[str], below_turnout: Collection[str]) -> str | None:
    """Return why a whole leaf group has no part; ``None`` if it has one."""
    if leaf not in heavy:
        return WEIGHT_0
    if leaf in below_turnout:
        return TURNOUT
    return EMPTY if leaf in scored.empty and (scored.total is None or leaf not in scored.weights) else None
