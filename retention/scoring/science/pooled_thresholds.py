"""Partially pooled thresholds: a thin category leans on its neighbours, a well-known one stands by itself.

Empirical Bayes on log p90 in three levels: category → department (its parent) → tenant. Efron & Morris (1975), "Data
Analysis Using Stein's Estimator", JASA 70; the variances between by DerSimonian & Laird (1986), "Meta-Analysis in
Clinical Trials". It stands beside T and never sets it.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, FloatArray, IntArray
from .quantile_errors import Z

LEAST = 3
"""Categories with figures of their own from which on a variance between them is estimated."""


@dataclass(frozen=True)
class PooledThreshold:
    """All in days. `own_share` is the weight of the category's own figure, 0–1; `level_days` what it leans on, from
    `neighbours` categories with figures, itself among them.
    """

    days: float
    interval: tuple[float, float]
    own_share: float
    level_days: float
    neighbours: int


@dataclass(frozen=True)
class _Mean:
    """A random-effects mean by group: value and variance, NaN for groups without a figure."""

    value: FloatArray
    variance: FloatArray


def pool_thresholds(
    log_days: FloatArray, errors: FloatArray, parent: IntArray, limits: tuple[float, float]
) -> list[PooledThreshold | None]:
    """One per category; None where fewer than LEAST of its kind have figures.

    log_days, errors  of the category's own p90, NaN for none
    parent            position of the parent, −1 for none
    limits            shortest and longest threshold
    Categories with others below them are pooled among themselves: their gaps end with an order of any of those, and
    so are shorter. For the same reason nobody is drawn towards the parent's own figure but to the mean of its
    categories.
    """
    above = np.zeros(len(parent), dtype=bool)
    above[parent[parent >= 0]] = True
    found: list[PooledThreshold | None] = [None] * len(parent)
    for chosen, department in ((~above, parent), (above, np.full(len(parent), -1))):
        for place, pooled in _pool(log_days, errors, department, chosen, limits).items():
            found[place] = pooled
    return found


def _pool(
    log_days: FloatArray, errors: FloatArray, department: IntArray, chosen: BoolArray, limits: tuple[float, float]
) -> dict[int, PooledThreshold]:
    """The three levels among the categories `chosen`."""
    places = np.flatnonzero(chosen)
    y, variance = log_days[places], errors[places] ** 2
    known = ~np.isnan(y)
    if known.sum() < LEAST:
        return {}
    _names, group = np.unique(department[places], return_inverse=True)
    groups = int(group.max()) + 1
    within = between_variance(y[known], variance[known], group[known], groups)
    mean = _weighted(y[known], variance[known] + within, group[known], groups)
    level = _towards_the_tenant(mean)
    own = np.where(known, within / np.where(known, variance + within, 1.0), 0.0) if within > 0 else np.zeros(len(y))
    centre = np.where(known, own * np.where(known, y, 0) + (1 - own) * level.value[group], level.value[group])
    spread = np.where(known, own * np.where(known, variance, 0.0), within) + (1 - own) ** 2 * level.variance[group]
    reach = Z * np.sqrt(spread)
    sizes = np.bincount(group[known], minlength=groups)
    shown = np.clip(np.exp([centre - reach, centre, centre + reach]), *limits)
    return {
        int(place): PooledThreshold(
            float(shown[1, at]),
            (float(shown[0, at]), float(shown[2, at])),
            float(own[at]),
            float(np.clip(np.exp(level.value[group[at]]), *limits)),
            int(sizes[group[at]]),
        )
        for at, place in enumerate(places)
    }


def between_variance(y: FloatArray, variance: FloatArray, group: IntArray, groups: int) -> float:
    """DerSimonian–Laird: τ² = max(0, (Q − (k − 1)) ÷ (Σw − Σw² ÷ Σw)), summed over the groups."""
    weight = 1 / variance
    total = np.bincount(group, weight, groups)
    safe = np.maximum(total, 1e-300)
    mean = np.bincount(group, weight * y, groups) / safe
    q = float((weight * (y - mean[group]) ** 2).sum())
    count = np.bincount(group, minlength=groups)
    freedom = float(np.maximum(count - 1, 0).sum())
    scale = float((total - np.bincount(group, weight**2, groups) / safe).sum())
    return max((q - freedom) / scale, 0.0) if scale > 0 else 0.0


def _weighted(y: FloatArray, variance: FloatArray, group: IntArray, groups: int) -> _Mean:
    total = np.bincount(group, 1 / variance, groups)
    known = total > 0
    value = np.full(groups, np.nan)
    value[known] = np.bincount(group, y / variance, groups)[known] / total[known]
    return _Mean(value, np.where(known, 1 / np.maximum(total, 1e-300), np.nan))


def _towards_the_tenant(mean: _Mean) -> _Mean:
    """Departments' means drawn towards the mean of them all; one without figures gets that mean."""
    known = ~np.isnan(mean.value)
    y, variance, one = mean.value[known], mean.variance[known], np.zeros(int(known.sum()), dtype=np.int64)
    between = between_variance(y, variance, one, 1)
    tenant = _weighted(y, variance + between, one, 1)
    own = np.zeros(len(known))
    own[known] = between / (variance + between)
    value = own * np.where(known, mean.value, 0.0) + (1 - own) * tenant.value[0]
    spread = np.where(known, own * np.where(known, mean.variance, 0.0), between)
    return _Mean(value, spread + (1 - own) ** 2 * tenant.variance[0])
