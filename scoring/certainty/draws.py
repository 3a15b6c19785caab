"""Random draws that depend on a seed and on their number alone, not on how the work is divided."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Singles = NDArray[np.float32]
Values = NDArray[np.float64]

AT_ONCE = 4
"""How many numbers Philox makes of one state of its counter."""


def normal_draws(seed: int, first: int, draws: int, size: int) -> Values:
    """Return independent standard normal numbers, shape (draws, size), from the draw number ``first`` on.

    Philox 4×64 (Salmon, Moraes, Dror and Shaw 2011, *Parallel Random Numbers: As Easy as 1, 2, 3*, SC '11) is a
    function of key and counter, so any part of the draws can be made by itself.

    Examples
    --------
    >>> whole = normal_draws(7, 0, 5, 3)
    >>> bool((normal_draws(7, 2, 3, 3) == whole[2:]).all())
    True
    """
    wide = -(-size // AT_ONCE) * AT_ONCE
    source = np.random.Philox(key=seed)
    source.advance(first * (wide // AT_ONCE))
    raw = source.random_raw(draws * wide).reshape(draws, wide)[:, :size]
    numbers: Values = ndtri(((raw >> np.uint64(11)) + 0.5) * 2.0**-53)
    return numbers


def correlated_draws(covariance: Values, draws: int, seed: int) -> Singles:
    """Return normal draws with a covariance, shape (draws, targets).

    Parameters
    ----------
    covariance
        Shape (targets, targets); what rounding made slightly impossible in it is taken as the nearest possible.
    """
    plain = normal_draws(seed, 0, draws, len(covariance))
    own = np.diag(covariance)
    if np.count_nonzero(covariance) == np.count_nonzero(own):
        return (plain * np.sqrt(own)).astype(np.float32)
    return (plain @ _root(covariance).T).astype(np.float32)


def _root(covariance: Values) -> Values:
    """Return a matrix whose product with its transpose is the covariance."""
    try:
        lower: Values = np.asarray(np.linalg.cholesky(covariance), np.float64)
    except np.linalg.LinAlgError:
        sizes, directions = np.linalg.eigh(covariance)
        root: Values = directions * np.sqrt(np.maximum(sizes, 0.0))
        return root
    return lower
