"""What a running contract is still worth: renewals to come, each discounted, with an interval.

Fader & Hardie (2010), "Customer-Base Valuation in a Contractual Setting: The Perils of Ignoring Heterogeneity",
Marketing Science 29(1): discounted expected residual lifetime (DERL), just before the next renewal.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import FloatArray, IntArray
from .renewal_likelihood import log_survival
from .renewals import RenewalFit

NORMAL_95 = 1.959964
STEP = 1e-4  # of a logarithm, for the slopes of the interval
REMAINDER = 1e-12  # renewals discounted below this are not summed


@dataclass(frozen=True)
class ResidualRenewals:
    """Discounted renewals still expected, one element per contract; `low` and `high` hold the model's 95 %.

    The interval is that of the expectation, from the uncertainty of the parameters alone: it doesn't say how
    far a single contract scatters around what is expected of its like.
    """

    expected: FloatArray
    low: FloatArray
    high: FloatArray


def residual_renewals(fit: RenewalFit, renewed: IntArray, discount: float) -> ResidualRenewals:
    """DERL of running contracts by renewals made; the coming renewal counts in full. `discount` is per term, > 0.

    Interval by the delta method on logarithms. All NaN where the model is not identified.
    """
    if discount <= 0:
        raise ValueError("without a discount the sum may be infinite")
    if not fit.identified or len(renewed) == 0:
        nothing = np.full(len(renewed), np.nan)
        return ResidualRenewals(nothing, nothing, nothing)
    kinds, kind_of = np.unique(renewed, return_inverse=True)
    at = fit.parameters.array()
    expected = _derl(at, kinds, discount)
    slopes = np.array([_slope(at, place, kinds, discount) for place in range(len(fit.covariance))])
    variance = np.einsum("ik,ij,jk->k", slopes, np.array(fit.covariance), slopes)
    spread = np.exp(NORMAL_95 * np.sqrt(np.maximum(variance, 0.0)))
    return ResidualRenewals(expected[kind_of], (expected / spread)[kind_of], (expected * spread)[kind_of])


def _derl(parameters: FloatArray, renewed: IntArray, discount: float) -> FloatArray:
    ahead = np.arange(1, int(np.ceil(-np.log(REMAINDER) / np.log1p(discount))) + 2, dtype=np.float64)
    weights = np.exp(-np.log1p(discount) * (ahead - 1))
    sums = []
    for made in renewed.tolist():  # distinct numbers of renewals: a few dozen at most
        now = log_survival(parameters, np.array([float(made)]))
        sums.append(float(weights @ np.exp(log_survival(parameters, made + ahead) - now)))
    return np.array(sums)


def _slope(parameters: FloatArray, place: int, renewed: IntArray, discount: float) -> FloatArray:
    """d log DERL ÷ d log of the parameter at `place`."""
    factor = np.ones(len(parameters))
    factor[place] = np.exp(STEP)
    above, below = _derl(parameters * factor, renewed, discount), _derl(parameters / factor, renewed, discount)
    return np.asarray(np.log(above / below) / (2 * STEP))
