"""Whether two groups see a target differently: the gap between their means, and how sure it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Gap:
    """The first group's mean less the second's; all arrays of one shape.

    Attributes
    ----------
    difference
        ``nan`` where a group has no mean.
    se
        ``nan`` where a group's is not known.
    degrees
        Degrees of freedom; infinite where both means are certain.
    lower, upper
        The interval. It holds for each gap by itself, not for all at once.
    """

    difference: Floats
    se: Floats
    degrees: Floats
    lower: Floats
    upper: Floats


def gap(means: Floats, errors: Floats, degrees: Floats, level: float = 0.95) -> Gap:
    """Return the gap between two groups, which no ballot has a part in twice: SE² = SE₁² + SE₂².

    Degrees of freedom are (SE₁² + SE₂²)² / (SE₁⁴ / d₁ + SE₂⁴ / d₂) (Satterthwaite 1946, *Biometrics Bulletin*
    2:110-114; Welch 1947, *Biometrika* 34:28-35).

    Parameters
    ----------
    means, errors, degrees
        Shape (2, …): both groups' means, their standard errors and these errors' degrees of freedom; ``nan`` where
        there is none.
    level
        Of the interval.

    Returns
    -------
    Arrays of shape (…).

    Examples
    --------
    >>> found = gap(np.array([[86.4], [80.0]]), np.array([[3.0], [4.0]]), np.array([[11.0], [8.0]]))
    >>> found.difference.round(2), found.se, found.degrees.round(1), found.lower.round(2), found.upper.round(2)
    (array([6.4]), array([5.]), array([15.9]), array([-4.21]), array([17.01]))
    """
    difference = means[0] - means[1]
    variances = errors**2
    whole = variances.sum(axis=0)
    parts = np.divide(variances**2, degrees, out=np.zeros_like(variances), where=(variances != 0)).sum(axis=0)
    # Dividing by nothing is the limit that is meant: certain means leave no doubt about the spread.
    together = np.divide(whole**2, parts, out=np.full_like(whole, np.inf), where=parts != 0)
    se = np.sqrt(whole)
    half = stdtrit(together, (1 + level) / 2) * se
    return Gap(difference, se, together, difference - half, difference + half)
