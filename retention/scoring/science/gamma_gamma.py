"""Gamma-Gamma: what a purchase of each customer is worth, drawn towards the base where few purchases are
known.

Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value", brucehardie.com/notes/025. Assumes that a
customer's amounts scatter around a mean of their own, and that this mean is unrelated to how often they buy.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from .arrays import FloatArray, IntArray
from .model_fit import Minimum, ModelFit, covariance_rows, doubt
from .newton import Derivatives, Maximum, maximise, pilot_rows, warm_start

BLOCK = 8_192  # see bg_nbd_likelihood


@dataclass(frozen=True)
class GammaGammaParameters:
    """Shape p of a customer's amounts; shape q and rate v of the Gamma over customers. v is in money."""

    p: float
    q: float
    v: float


class GammaGammaLikelihood:
    """Prepared once from (x, m) of customers with x > 0 and m > 0; called with (p, q, v).

    Σ x log(x m), Σ log m and a histogram of x carry all but log(x m + v), the one term that needs every
    customer.
    """

    def __init__(self, frequency: IntArray, value: FloatArray) -> None:
        self.x = frequency.astype(np.float64)
        self.spent = self.x * value
        log_value = np.log(value)
        counts = np.bincount(frequency)
        self.levels = np.flatnonzero(counts).astype(np.float64)
        self.n = counts[counts > 0].astype(np.float64)
        self.customers = len(frequency)
        self.log_value = float(log_value.sum())
        level_logs = np.log(np.maximum(np.arange(len(counts)), 1))
        self.weighted = float((self.x * log_value).sum() + (counts * np.arange(len(counts))) @ level_logs)

    def __call__(self, parameters: FloatArray) -> Derivatives:
        p, q, v = (float(value) for value in parameters)
        x, n, customers = self.levels, self.n, self.customers
        logs = self._money_sums(v)
        value = (
            float(n @ (gammaln(p * x + q) - gammaln(p * x)))
            + customers * (q * np.log(v) - gammaln(q))
            + p * self.weighted
            - self.log_value
            - p * logs[0, 1]
            - q * logs[0, 0]
        )
        joint, bend = digamma(p * x + q), polygamma(1, p * x + q)
        gradient = np.array(
            [
                n @ (x * (joint - digamma(p * x))) + self.weighted - logs[0, 1],
                n @ joint + customers * (np.log(v) - digamma(q)) - logs[0, 0],
                customers * q / v - p * logs[1, 1] - q * logs[1, 0],
            ]
        )
        pp = n @ (x * x * (bend - polygamma(1, p * x)))
        qq = n @ bend - customers * polygamma(1, q)
        vv = -customers * q / v**2 + p * logs[2, 1] + q * logs[2, 0]
        pq, pv, qv = n @ (x * bend), -logs[1, 1], customers / v - logs[1, 0]
        return Derivatives(float(value), gradient, np.array([[pp, pq, pv], [pq, qq, qv], [pv, qv, vv]]))

    def _money_sums(self, v: float) -> FloatArray:
        """Sums of log(s+v), 1/(s+v), 1/(s+v)² (rows), plain and weighted by x (columns)."""
        sums = np.zeros((3, 2))
        for start in range(0, self.customers, BLOCK):
            rows = slice(start, start + BLOCK)
            total, x = self.spent[rows] + v, self.x[rows]
            inverse = 1 / total
            logs = np.log(total)
            sums += [
                [logs.sum(), x @ logs],
                [inverse.sum(), x @ inverse],
                [inverse @ inverse, (x * inverse) @ inverse],
            ]
        return sums


def fit_gamma_gamma(
    frequency: IntArray, monetary_value: FloatArray, *, minimum: Minimum | None = None
) -> ModelFit[GammaGammaParameters]:
    """Fit on mean amounts of repeat days, the first day left out; customers with x = 0 or m ≤ 0 are not
    used.
    """
    used = (frequency > 0) & (monetary_value > 0)
    x, value = frequency[used], monetary_value[used]
    needed = minimum or Minimum()
    refusal = needed.unmet(len(frequency), len(x))
    if not refusal and np.all(value == value[0]):
        refusal = "every customer spends the same: there is no spread to estimate"
    if refusal:
        unknown = GammaGammaParameters(np.nan, np.nan, np.nan)
        return ModelFit(unknown, np.nan, len(frequency), len(x), (np.nan,) * 3, False, refusal)
    # Money has no natural unit: fit amounts in multiples of their mean, so that cents and yen start alike.
    mean = float(value.mean())
    maximum = _climb(x, value / mean)
    p, q, v = (float(parameter) for parameter in maximum.parameters)
    reason = doubt(maximum, ("p", "q", "v"))
    return ModelFit(
        GammaGammaParameters(p, q, v * mean),
        maximum.value - len(x) * float(np.log(mean)),
        len(frequency),
        len(x),
        tuple(float(e) for e in maximum.relative_errors),
        not reason,
        reason,
        covariance_rows(maximum),
    )


def _climb(frequency: IntArray, value: FloatArray) -> Maximum:
    start, rows = np.array([2.0, 3.0, 2.0]), pilot_rows(len(frequency))
    if rows is not None:
        start = warm_start(GammaGammaLikelihood(frequency[rows], value[rows]), start)
    return maximise(GammaGammaLikelihood(frequency, value), start)


def mean_order_value(parameters: GammaGammaParameters, frequency: IntArray, monetary_value: FloatArray) -> FloatArray:
    """Expected amount of a customer's next purchase day (eq. 5 of the note); the base's mean where x = 0.

    Repeat days that net nothing or less count as days of 0. NaN where the mean is infinite: p x + q ≤ 1.
    """
    p, q, v = parameters.p, parameters.q, parameters.v
    spent = np.where(monetary_value > 0, frequency * monetary_value, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = p * frequency + q - 1
        return np.where(weight > 0, p * (v + spent) / weight, np.nan)


def frequency_value_correlation(frequency: IntArray, monetary_value: FloatArray) -> float:
    """Pearson's correlation of x and m over customers with x > 0 and m > 0; NaN where either doesn't vary.

    The model takes it for 0. The note (section 6) looks at it first; far from 0, values of frequent buyers are off.
    """
    used = (frequency > 0) & (monetary_value > 0)
    x, value = frequency[used].astype(np.float64), monetary_value[used]
    if len(x) < 2 or x.std() == 0 or value.std() == 0:
        return float("nan")
    return float(np.corrcoef(x, value)[0, 1])
