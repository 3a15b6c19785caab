"""Standard errors of sampled groups' scores: what their margins explain no longer varies from sample to sample."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from scoring.certainty.influence import Influences
from scoring.certainty.strata import Spread, group_variances
from scoring.samples.calibrated import residuals
from scoring.samples.sampling import Sampled

NOTHING = 1e-12
"""What is left of a value after a regression, as a part of the largest, that is only rounding."""


def calibrated_influences(own: Influences, sample: Sampled) -> Influences:
    """Return the influences of a sampled group's ballots with what its margins explain taken out.

    A ballot's influence w · u on the group's score becomes w · e less the mean of that over the sample, e being the
    residual of u from the regression on the margins' cells with the weights before (Deville and Särndal 1992, *JASA*
    87:376-382; ``scoring.samples.calibrated``). Σ of their squares takes the place of Σ u² in the group's variance.

    Parameters
    ----------
    own
        Those of one group, worked out with its weights.

    Returns
    -------
    An entry for each ballot of the sample, in its order, on each target that any was asked about: those not asked
    about it tell of its margins too.

    Examples
    --------
    >>> from scoring.samples.margins import Margin
    >>> from scoring.samples.sampling import UNIT, fit
    >>> sample = fit([0, 1, 2], {"性别": ["男", "男", "女"]}, [Margin(("性别",), {("男",): 2, ("女",): 1})], [UNIT] * 3)
    >>> there = np.zeros(3, np.int64)
    >>> calibrated_influences(Influences(np.arange(3), there, there, np.array([5.0, 1, -6])), sample).values.tolist()
    [0.0, 2.0, -2.0]
    """
    if own.ballots is None or not len(own.values):
        return own
    targets, columns = np.unique(own.targets, return_inverse=True)
    row_of = np.full(int(max(sample.ballots.max(), own.ballots.max())) + 1, -1)
    row_of[sample.ballots] = np.arange(len(sample.ballots))
    weights = sample.weighted.weights
    linear = np.zeros((len(weights), len(targets)))
    rows = row_of[own.ballots]
    linear[rows, columns] = own.values / weights[rows]
    left = residuals(linear, sample.weighted)
    left[np.abs(left) <= NOTHING * np.abs(linear).max(axis=0)] = 0.0
    moved = weights[:, np.newaxis] * left
    moved -= moved.mean(axis=0)
    return Influences(
        ballots=np.repeat(sample.ballots, len(targets)),
        targets=np.tile(targets, len(weights)),
        groups=np.full(moved.size, own.groups[0]),
        values=moved.ravel(),
    )


def calibrated_spread(found: Spread, influences: Mapping[int, Influences]) -> Spread:
    """Return the variances with those of sampled groups worked out from calibrated influences.

    (1 - n/N) · n/(n - 1) · Σ of their squares, with n of N as everywhere: the ballots asked about the target, of those
    entitled to rate it. How many people margins add up to plays no part: they may be counted in thousands.

    Parameters
    ----------
    influences
        Place of a sampled group → its calibrated influences.
    """
    variances = found.variances.copy()
    for group, own in influences.items():
        squares = np.bincount(own.targets, own.values**2, len(variances)).astype(np.float64)
        ballots = found.ballots[:, group]
        new = group_variances(squares, ballots, ballots, found.entitled[:, group])
        variances[:, group] = np.where(np.isnan(variances[:, group]), np.nan, new)
    return replace(found, variances=variances)
