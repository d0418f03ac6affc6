"""The difference of two arms' means with an interval and a p-value for a single look.

Means: Welch (Biometrika 1947), degrees of freedom by Satterthwaite. Shares are means of 0 and 1, given as fractions;
where one side has fewer than ten of either kind the bell curve misleads: then the interval is Newcombe's hybrid score
(Statistics in Medicine 1998, method 10) and the p-value Fisher's exact one. Looking again and again needs
:mod:`campaigns.science.always_valid`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from scipy.special import ndtri, stdtr, stdtrit

from campaigns.science.sums import Sums

FEW = 10

Interval = tuple[float, float]


@dataclass(frozen=True)
class Difference:
    """Arm minus control; interval and p-value are None where they can't be told."""

    difference: float
    interval: Interval | None
    p_value: float | None


def compare(control: Sums, arm: Sums, *, level: float = 0.95) -> Difference:
    """The difference of the means; under two customers on a side nothing can be told of its uncertainty."""
    difference = arm.mean - control.mean
    if min(control.n, arm.n) < 2:
        return Difference(difference, None, None)
    if control.binary and arm.binary and min(_rarest(control), _rarest(arm)) < FEW:
        return Difference(difference, _newcombe(control, arm, level), _fisher(control, arm))
    return _welch(control, arm, level)


def _welch(control: Sums, arm: Sums, level: float) -> Difference:
    difference = arm.mean - control.mean
    parts = [side.variance / side.n for side in (control, arm)]
    error = sqrt(sum(parts))
    if error == 0:
        return Difference(difference, None, None)
    weights = [part / sum(parts) for part in parts]  # squares of very small parts would vanish
    freedom = 1 / sum(weight**2 / (side.n - 1) for weight, side in zip(weights, (control, arm), strict=True))
    reach = float(stdtrit(freedom, (1 + level) / 2)) * error
    p_value = 2 * float(stdtr(freedom, -abs(difference) / error))
    return Difference(difference, (difference - reach, difference + reach), p_value)


def _rarest(side: Sums) -> float:
    return min(side.total, side.n - side.total)


def _newcombe(control: Sums, arm: Sums, level: float) -> Interval:
    low, high = wilson(control, level), wilson(arm, level)
    difference = arm.mean - control.mean
    below = sqrt((arm.mean - high[0]) ** 2 + (low[1] - control.mean) ** 2)
    above = sqrt((high[1] - arm.mean) ** 2 + (control.mean - low[0]) ** 2)
    return difference - below, difference + above


def wilson(side: Sums, level: float = 0.95) -> Interval:
    """The score interval of one share (Wilson, 1927)."""
    z = float(ndtri((1 + level) / 2))
    share, weight = side.mean, z * z / side.n
    centre = (share + weight / 2) / (1 + weight)
    reach = sqrt(share * (1 - share) * weight + weight * weight / 4) / (1 + weight)
    return max(centre - reach, 0.0), min(centre + reach, 1.0)


def _fisher(control: Sums, arm: Sums) -> float:
    from scipy.stats import fisher_exact  # takes a second to load: every command would pay it

    table = [[side.total, side.n - side.total] for side in (control, arm)]
    return float(fisher_exact([[round(cell) for cell in row] for row in table]).pvalue)
