"""Work a tally out under its scheme: every exact value that results, releases and comparisons are made of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TypedDict

import numpy as np

from scoring.ballots.denominators import Entitled, denominators, entitled_cells
from scoring.ballots.extremes import Counted, counted
from scoring.ballots.marks import Marks
from scoring.ballots.pooled import Pooled, Shares, pool, raised
from scoring.ballots.tally import Block, Counts, Tally
from scoring.ballots.turnout import WHOLE, Turnouts, missed_turnout
from scoring.brought_in.decisions import Decisions
from scoring.certainty.shared import Shared
from scoring.document.scheme import Scheme
from scoring.document.targets import TargetInfo
from scoring.outcome.results import BallotCheck, Turnout
from scoring.samples.sampling import Sampled
from scoring.scores.composition import Final, Imported, compose
from scoring.scores.modes import apply_mode
from scoring.scores.ranks import Key
from scoring.scores.scores import Scored, score_targets
from scoring.scores.ties import ranking_keys


class Known(TypedDict, total=False):
    """What may be known of a round beside its tally; each is empty where it isn't given.

    Attributes
    ----------
    information
        Target → its name, class, layer and so on.
    entitled
        (leaf group, target) → how many could hand in a ballot; needed where the scheme counts over the entitled.
    turnout
        (leaf group, target) → ballots issued, returned and valid, where that is known better than from the marks.
    imported
        (target, component) → the score brought in for it; a result is provisional where one is missing.
    decisions
        Target, or unit, → what people decided about it beside the ballots.
    checks
        Leaf group → what ballot rules found.
    marks, blocks
        The ballots behind the tally, in one form or the other: standard errors are made of them.
    samples
        Sampled leaf group → its ballots, weighted up to its population; the marks have these weights.
    shared
        What was kept of the sheets of a round: how their ballots move targets together.
    earlier
        Target → between what its ballots' score lies by earlier results of the same ballots: see ``Results.told``.
    draws, seed
        How many draws sets of ranks are made of (0: none), and what they start from.
    """

    information: Mapping[str, TargetInfo] | None
    entitled: Entitled | None
    turnout: Turnouts | None
    imported: Imported | None
    decisions: Decisions | None
    checks: Mapping[str, tuple[BallotCheck, ...]]
    marks: Marks | None
    blocks: Sequence[Block] | None
    samples: Mapping[str, Sampled]
    shared: Sequence[Shared]
    earlier: Mapping[str, tuple[Fraction, Fraction]]
    draws: int
    seed: int


@dataclass(frozen=True)
class Worked:
    """A round worked out; nothing is printed yet and nothing withheld.

    Attributes
    ----------
    over
        Shape (targets, items, groups): the scheme's denominators.
    counted
        The marks that means are made of.
    scored, finals
        Target → what its ballots give, and its final score.
    missed
        Target → the groups that missed the turnout rule.
    raised
        The flags of each target, in the tally's order.
    keys
        Target → what ranks compare, where it has a final score and a place in the ranking.
    """

    scheme: Scheme
    tally: Tally
    information: Mapping[str, TargetInfo]
    turnouts: Turnouts
    decisions: Decisions
    over: Counts
    counted: Counted
    scored: Mapping[str, Scored]
    finals: Mapping[str, Final]
    missed: Mapping[str, tuple[str, ...]]
    pooled: Pooled
    raised: Sequence[Sequence[str]]
    keys: Mapping[str, Key]

    @cached_property
    def places(self) -> dict[str, int]:
        """Target → its place on the tally's axis."""
        return {target: place for place, target in enumerate(self.tally.targets)}

    @property
    def voids_turnout(self) -> bool:
        """Whether ballots do not count where too few came."""
        rule = self.scheme.document.turnout
        return rule is not None and rule.action == "void"

    def turnout_of(self, target: str) -> dict[str, Turnout]:
        """Return leaf group → its ballots about a target, where anything is known of them."""
        there = ((group, self.turnouts.get((group, target))) for group in self.tally.groups)
        return {group: each for group, each in there if each is not None}

    def silenced(self, target: str) -> bool:
        """Return whether ballots about a target do not count because too few came."""
        return self.voids_turnout and bool(self.missed[target])


def work_out(scheme: Scheme, tally: Tally, beside: Known) -> Worked:
    """Return everything that follows from a tally, its scheme, and what is known beside the ballots.

    Raises
    ------
    ValueError
        If the tally was counted under another scheme.
    EntitledError
        If the entitled numbers do not fit the ballots.
    """
    if tally.scheme_sha256 != scheme.sha256():
        raise ValueError("the tally was counted under another scheme")
    entitled, information = beside.get("entitled"), beside.get("information") or {}
    over = denominators(scheme, tally, entitled)
    turnouts = _turnouts(tally, entitled) | dict(beside.get("turnout") or {})
    missed = missed_turnout(scheme, tally, turnouts)
    rule = scheme.document.turnout
    silent = missed if rule is not None and rule.action == "void" else [() for _ in missed]
    marks = counted(scheme, tally.heavy, over)
    scored = dict(zip(tally.targets, score_targets(scheme, tally.heavy, marks, silent), strict=True))
    heard = _heard(tally, silent)
    heard_over = over if heard is tally else denominators(scheme, heard, entitled)
    shares, pooled = Shares(scheme, heard, heard_over), pool(scheme, heard, heard_over)
    totals = _totals(scored, dict(zip(tally.targets, silent, strict=True)))
    ballots = apply_mode(scheme, tally, totals, shares, information)
    imported, decisions = beside.get("imported") or {}, beside.get("decisions") or {}
    finals = {target: compose(scheme, target, ballots, information, imported, decisions) for target in tally.targets}
    return Worked(
        scheme=scheme,
        tally=tally,
        information=information,
        turnouts=turnouts,
        decisions=decisions,
        over=over,
        counted=marks,
        scored=scored,
        finals=finals,
        missed=dict(zip(tally.targets, missed, strict=True)),
        pooled=pooled,
        raised=raised(scheme, shares, len(tally.targets)),
        keys=ranking_keys(scheme, tally, scored, finals, pooled, decisions, information),
    )


def _heard(tally: Tally, silent: Sequence[Collection[str]]) -> Tally:
    """Return the tally without the ballots of groups that do not count about a target."""
    counts = np.array([[group not in groups for group in tally.groups] for groups in silent], bool)
    if counts.all():
        return tally
    there = counts[:, np.newaxis, :, np.newaxis]
    weighted = None if tally.weighted is None else tally.weighted * there
    return replace(tally, counts=tally.counts * there, n=None, weighted=weighted)


def _totals(scored: Mapping[str, Scored], silent: Mapping[str, Sequence[str]]) -> dict[str, Fraction]:
    """Return the totals of the targets about which ballots count."""
    return {
        target: each.total for target, each in scored.items() if each.total is not None and WHOLE not in silent[target]
    }


def _turnouts(tally: Tally, entitled: Entitled | None) -> dict[tuple[str, str], Turnout]:
    """Return the ballots behind each cell as far as the marks say: the most on any item."""
    numbers = entitled_cells(tally, entitled)
    returned, valid = tally.returned.max(axis=1, initial=0), tally.valid.max(axis=1, initial=0)
    found: dict[tuple[str, str], Turnout] = {}
    for row, target in enumerate(tally.targets):
        for column, group in enumerate(tally.groups):
            known = int(numbers[row, column])
            if known >= 0 or returned[row, column]:
                found[group, target] = Turnout(
                    entitled=known if known >= 0 else None,
                    returned=int(returned[row, column]),
                    valid=int(valid[row, column]),
                )
    return found
