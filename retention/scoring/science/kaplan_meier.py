"""Kaplan–Meier quantiles of gaps: what the rhythm looks like when silences that still last are counted too.

Kaplan & Meier (1958), "Nonparametric Estimation from Incomplete Observations", JASA 53. A quantile is the
first duration at which the share of gaps still open falls to 1 − q. Where more than that share never closed
there is no such duration: the answer is NaN, not a guess.
"""

import numpy as np

from .arrays import BoolArray, FloatArray, IntArray

ROUNDING = 1e-9  # a survival of exactly 1 − q must count as reached
GONE = -50.0  # logarithm that stands for "all closed", so that sums over groups stay finite


def kaplan_meier_quantiles(
    duration: IntArray, closed: BoolArray, group: IntArray, groups: int, quantiles: tuple[float, ...]
) -> FloatArray:
    """Quantiles (groups × quantiles, in the unit of duration) of many groups at once; NaN where not reached.

    duration ≥ 0 and group in 0 … groups−1 are aligned; closed tells a gap that ended from one that still
    lasts. A gap that still lasts at d counts as at risk at d.
    """
    reached = np.full((groups, len(quantiles)), np.nan)
    if len(duration) == 0:
        return reached
    width = int(duration.max()) + 1
    cell, position, count = np.unique(group * width + duration, return_inverse=True, return_counts=True)
    ended = np.bincount(position, weights=closed, minlength=len(cell))
    cell_group, cell_duration = np.divmod(cell, width)
    before = np.cumsum(count) - count
    size = np.bincount(cell_group, weights=count, minlength=groups)
    first = np.searchsorted(cell_group, np.arange(groups))
    start = np.minimum(first, len(cell) - 1)
    at_risk = size[cell_group] - (before - before[start][cell_group])
    with np.errstate(divide="ignore"):
        fall = np.maximum(np.log1p(-ended / at_risk), GONE)
    running = np.cumsum(fall)
    log_survival = running - (running - fall)[start][cell_group]
    for column, quantile in enumerate(quantiles):
        hits = np.flatnonzero(np.exp(log_survival) <= 1 - quantile + ROUNDING)
        hit_groups, earliest = np.unique(cell_group[hits], return_index=True)
        reached[hit_groups, column] = cell_duration[hits[earliest]]
    return reached
