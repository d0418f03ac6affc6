"""How far a learned quantile may be off: standard errors on the log scale, with customers as the unit of chance.

The order-statistic interval takes gaps as independent. A customer's gaps are alike, so the error is widened by the
design effect of clustering (Kish 1965, "Survey Sampling", 5.4), and by the rounding of gaps to whole days.
"""

import numpy as np

from .arrays import FloatArray
from .gaps import Gaps, SortedGaps

Z = 1.96


def design_effect(gaps: Gaps, quantile: FloatArray) -> FloatArray:
    """Per category: variance of the share of gaps within `quantile`, by customers ÷ as if gaps were independent; ≥ 1.

    Σ over customers of (Σ (within − share))² ÷ n·share·(1 − share). Gaps of one customer and category must be
    neighbours, as `gaps_between` leaves them.
    """
    categories = len(quantile)
    within = (gaps.duration <= quantile[gaps.category]).astype(np.float64)
    count = np.bincount(gaps.category, minlength=categories)
    share = np.bincount(gaps.category, within, categories) / np.maximum(count, 1)
    if len(gaps) == 0:
        return np.ones(categories)
    new = (gaps.customer[1:] != gaps.customer[:-1]) | (gaps.category[1:] != gaps.category[:-1])
    starts = np.append(0, np.flatnonzero(new) + 1)
    of_customer = np.add.reduceat(within - share[gaps.category], starts)
    clustered = np.bincount(gaps.category[starts], of_customer**2, categories)
    independent = count * share * (1 - share)
    ratio = np.divide(clustered, independent, out=np.ones(categories), where=independent > 0)
    return np.maximum(ratio, 1.0)


def log_errors(gaps: Gaps, ordered: SortedGaps, q: float) -> tuple[FloatArray, FloatArray]:
    """log of each category's quantile and its standard error; NaN where gaps are too few for an interval.

    `ordered` are the same gaps, sorted.
    """
    quantile = np.maximum(ordered.quantile(q), 1.0)
    low, high = (np.maximum(end, 1.0) for end in ordered.interval(q))
    independent = (np.log(high) - np.log(low)) / (2 * Z)
    variance = independent**2 * design_effect(gaps, quantile) + 1 / (12 * quantile**2)
    return np.where(np.isnan(variance), np.nan, np.log(quantile)), np.sqrt(variance)
