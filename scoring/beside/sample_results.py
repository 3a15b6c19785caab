"""What results say of sampled groups, and what of weighted ballots may be released.

Weights are known to whoever knows the sample and its margins. So exact fractions, counts beside weighted shares, and
scores of few ballots would tell how many of each kind of people marked what.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import isnan

import numpy as np

from scoring.ballots.tally import Tally
from scoring.document.exact import plain_text, printed
from scoring.document.scheme_document import Rounding
from scoring.outcome.quality_results import SampleMargin, SampleResult, SampleScore
from scoring.outcome.results import TargetResult
from scoring.precision import Precision, short
from scoring.release.disclosure import Decision, Shown
from scoring.samples.sampling import UNIT, Sampled, exact_design_effect
from scoring.working import Worked

FEWEST = 100
"""Of fewer weighted ballots nothing is released."""


def sample_results(
    worked: Worked, samples: Mapping[str, Sampled], sure: Precision, decided: Mapping[str, Decision] | None
) -> dict[str, SampleResult]:
    """Return leaf group → what its sample is like and what it gives each target.

    Parameters
    ----------
    decided
        What may be shown of each target; ``None`` where nothing is withheld. Then samples of fewer than 100 ballots
        say nothing, and others give the scores of those targets of which everything is shown.
    """
    found = {}
    for group, sample in samples.items():
        if decided is not None and len(sample.units) < FEWEST:
            found[group] = SampleResult(withheld="few")
            continue
        scores = {
            target: _score(worked, sure, group, target)
            for target in worked.tally.targets
            if decided is None or (target in decided and decided[target].shown is Shown.ALL)
        }
        found[group] = _of_group(worked, sample, scores)
    return found


def _of_group(worked: Worked, sample: Sampled, scores: Mapping[str, SampleScore | None]) -> SampleResult:
    units = sample.units.tolist()
    return SampleResult(
        ballots=len(units),
        design_effect=short(float(exact_design_effect(units))),
        least_weight=plain_text(Fraction(min(units), UNIT)),
        greatest_weight=plain_text(Fraction(max(units), UNIT)),
        margins=tuple(_margins(sample, worked.scheme.document.rounding)),
        scores={target: each for target, each in scores.items() if each is not None},
    )


def _margins(sample: Sampled, rounding: Rounding) -> list[SampleMargin]:
    """Return each cell's share before and after in per cent; those after are worked out from the weights kept."""
    rows = []
    before = np.rint(sample.weighted.base * UNIT).astype(np.int64).tolist()
    for margin, cells in zip(sample.weighted.margins, sample.weighted.cells, strict=True):
        for at, (levels, people) in enumerate(margin.population.items()):
            own = np.flatnonzero(cells == at).tolist()
            shares = (
                Fraction(sum(before[ballot] for ballot in own), sum(before)),
                Fraction(sum(int(sample.units[ballot]) for ballot in own), int(sample.units.sum())),
                Fraction(people, margin.total),
            )
            texts = [printed(100 * share, rounding.places, rounding.mode) for share in shares]
            rows.append(
                SampleMargin(
                    cell=margin.cell(levels), ballots=len(own), before=texts[0], after=texts[1], target=texts[2]
                )
            )
    return rows


def _score(worked: Worked, sure: Precision, group: str, target: str) -> SampleScore | None:
    place, column = worked.places[target], worked.tally.groups.index(group)
    value, rounding = worked.scored[target].groups[group], worked.scheme.document.rounding
    if value is None:
        return None
    variance = float("nan") if sure.spread is None else float(sure.spread.variances[place, column])
    return SampleScore(
        score=printed(value, rounding.places, rounding.mode),
        n=int(worked.tally.ballots[place, column]),
        se=None if isnan(variance) else short(variance**0.5),
    )


def hide_small_samples(tally: Tally, decided: Mapping[str, Decision]) -> dict[str, Decision]:
    """Return what may be shown of each target, which is nothing where a group has a few weighted ballots.

    Examples
    --------
    >>> from scoring.document.scheme import load_scheme
    >>> from scoring.ballots.tally import empty_tally
    >>> scheme = load_scheme("{name: 一项, scale: {好: 1, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> tally = empty_tally(scheme, ["甲"])
    >>> tally.counts[0, 0, 0, 0] = 99
    >>> tally = replace(tally, n=np.array([[99]]), weighted=tally.counts * 12, weight_unit=10)
    >>> hide_small_samples(tally, {"甲": Decision(Shown.ALL)})["甲"].total
    'few'
    """
    if tally.weighted is None:
        return dict(decided)
    weighted = (tally.weighted != tally.counts * tally.weight_unit).any(axis=(1, 3))
    few = (weighted & (tally.ballots < FEWEST)).any(axis=1)
    return {
        target: replace(each, shown=Shown.NOTHING, total="few") if few[tally.targets.index(target)] else each
        for target, each in decided.items()
    }


def without_exact_weights(tally: Tally, result: TargetResult) -> TargetResult:
    """Return a released result without what weights and printed figures would solve for."""
    if tally.weighted is None:
        return result
    spread = {
        item: each.model_copy(update={"counts": {}, "not_judged": {}}) for item, each in result.distributions.items()
    }
    return result.model_copy(update={"exact": None, "contributions": (), "distributions": spread})
