"""How many customers a comparison needs, and what a given crowd can show.

Shares: Fleiss, Levin, Paik: Statistical methods for rates and proportions (2003), section 4.2, for unequal sides,
without continuity correction. Two-sided test at 5 % unless said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isfinite, sqrt

from scipy.special import ndtr, ndtri


@dataclass(frozen=True)
class Plan:
    """The customers needed on each side."""

    control: int
    treated: int

    @property
    def total(self) -> int:
        """Both sides."""
        return self.control + self.treated


def control_size(
    baseline: float, lift: float, *, ratio: float = 1.0, power: float = 0.8, alpha: float = 0.05
) -> float:
    """Customers in the control (a fraction of one too) to find `baseline` against `baseline + lift`.

    `ratio` is treated per control. ValueError when a share leaves 0 … 1 or there is no lift.
    """
    other = baseline + lift
    if not (0 <= baseline <= 1 and 0 <= other <= 1) or lift == 0 or ratio <= 0:
        raise ValueError("shares lie between 0 and 1, and the lift is not 0")
    pooled = (baseline + ratio * other) / (1 + ratio)
    apart = baseline * (1 - baseline) + other * (1 - other) / ratio
    together = pooled * (1 - pooled) * (1 + 1 / ratio)
    reach = float(ndtri(1 - alpha / 2)) * sqrt(together) + float(ndtri(power)) * sqrt(apart)
    return (reach / lift) ** 2


def plan_shares(
    baseline: float, lift: float, *, control_share: float = 0.5, power: float = 0.8, alpha: float = 0.05
) -> Plan:
    """The customers to find `lift` over `baseline` when `control_share` of them are held out."""
    if not 0 < control_share < 1:
        raise ValueError("the control is a part of the whole")
    ratio = (1 - control_share) / control_share
    size = control_size(baseline, lift, ratio=ratio, power=power, alpha=alpha)
    return Plan(ceil(size), ceil(size * ratio))


def detectable_lift(
    customers: int, baseline: float, *, control_share: float = 0.5, power: float = 0.8, alpha: float = 0.05
) -> float | None:
    """The smallest lift over `baseline` that `customers` show with `power`; None when not even the largest does."""
    from scipy.optimize import brentq  # takes a second to load: every command would pay it

    ratio = (1 - control_share) / control_share
    held_out = customers * control_share

    def lacking(lift: float) -> float:
        return control_size(baseline, lift, ratio=ratio, power=power, alpha=alpha) - held_out

    least, most = 1e-7, 1 - baseline
    if most <= least or not isfinite(lacking(most)) or lacking(most) > 0:
        return None
    return float(brentq(lacking, least, most))


def power_of(
    customers: int, baseline: float, lift: float, *, control_share: float = 0.5, alpha: float = 0.05
) -> float:
    """The chance to find `lift` over `baseline` among `customers`."""
    control, treated = customers * control_share, customers * (1 - control_share)
    other = baseline + lift
    pooled = (control * baseline + treated * other) / customers
    apart = sqrt(baseline * (1 - baseline) / control + other * (1 - other) / treated)
    together = sqrt(pooled * (1 - pooled) * (1 / control + 1 / treated))
    if apart == 0:
        return 1.0
    return float(ndtr((abs(lift) - float(ndtri(1 - alpha / 2)) * together) / apart))
