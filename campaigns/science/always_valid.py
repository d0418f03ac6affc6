"""Intervals that hold at every look at once, so that one may peek each day and stop when one likes.

The asymptotic confidence sequence of a normal mixture: Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas: Time-uniform
central limit theory and asymptotic confidence sequences (Annals of Statistics 2024), theorem 2.2; for two arms as in
Johari, Koomen, Pekelis, Walsh: Always valid inference (Operations Research 2022). With N customers on both sides and
standard error e of the difference, the half-width is e · √(2 (Nρ² + 1) / (Nρ²) · ln(√(Nρ² + 1) / α)). ρ says where it
is narrowest and must be chosen before looking. Asymptotic: of few customers it says nothing, see LEAST.
"""

from __future__ import annotations

from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from campaigns.science.differences import Interval
from campaigns.science.sums import Sums

LEAST = 30
"""Customers on each side under which no interval is given."""
TUNED_AT = 5_000
"""Customers on both sides at which the interval is narrowest, unless a policy says otherwise."""


def tuning(customers: int, alpha: float = 0.05) -> float:
    """ρ that makes the sequence narrowest at `customers` (equation 9 of the paper, in closed form)."""
    wanted = -2 * log(alpha)
    return sqrt((wanted + log(wanted + 1)) / customers)


def widening(
    customers: NDArray[np.float64] | float, *, rho: float, alpha: float = 0.05
) -> NDArray[np.float64] | float:
    """By how many standard errors the interval reaches to either side; an ordinary one at 95 % reaches 1.96."""
    grown = np.asarray(customers) * rho * rho
    reach = np.sqrt(2 * (grown + 1) / grown * np.log(np.sqrt(grown + 1) / alpha))
    return float(reach) if np.ndim(reach) == 0 else reach


def always_valid_interval(
    control: Sums, arm: Sums, *, level: float = 0.95, tuned_at: int = TUNED_AT
) -> Interval | None:
    """The interval of arm minus control at this look; None while there are too few customers or no variation."""
    if min(control.n, arm.n) < LEAST:
        return None
    error = sqrt(control.variance / control.n + arm.variance / arm.n)
    if error == 0:
        return None
    alpha = 1 - level
    reach = error * float(widening(control.n + arm.n, rho=tuning(tuned_at, alpha), alpha=alpha))
    difference = arm.mean - control.mean
    low, high = difference - reach, difference + reach
    return (max(low, -1.0), min(high, 1.0)) if control.binary and arm.binary else (low, high)
