"""Log-likelihood of BG/NBD with gradient and Hessian, summed over a customer base.

Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way", Marketing Science 24(2), eq. 6, written as

    log L = log Γ(r+x)/Γ(r) + log B(a, b+x)/B(a, b) + r log α − (r+x) log(α+T) + softplus(u)
    u     = log a/(b+x−1) + (r+x) log((α+T)/(α+t_x))          (only where x > 0)

so that terms in x alone come from a histogram, terms in T alone from sums per day, one-time buyers vanish
into those sums, and only softplus(u) needs a pass over repeat buyers. Logarithms of whole days are looked
up, not computed.

MBG/NBD lets a customer leave after the first purchase too (Batislam, Denizel & Filiztekin 2007): the same with b + 1
in place of b, but in B(a, b), and with softplus(u) for everybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from .arrays import FloatArray, IntArray
from .newton import Derivatives
from .purchases import PurchaseHistory

# Rows of a pass: they stay in the processor's cache, and under 10,000 OpenBLAS starts no threads, which on a busy
# machine wait for one another thirty times longer than they work.
BLOCK = 8_192


@dataclass(frozen=True)
class Days:
    """α + t for every whole day t up to the oldest customer: its logarithm and reciprocal, by day."""

    log: FloatArray
    inverse: FloatArray

    @classmethod
    def of(cls, alpha: float, oldest: int, unit_days: float) -> "Days":
        length = alpha + np.arange(oldest + 1) / unit_days
        return cls(np.log(length), 1 / length)


class BgNbdLikelihood:
    """Prepared once per customer base; calling it with (r, α, a, b) costs one pass over those who may have left.

    `first_exit` is how many of a customer's purchases are followed by no chance to leave: 1 in BG/NBD, 0 in MBG/NBD.
    """

    def __init__(self, history: PurchaseHistory, unit_days: float, *, first_exit: int = 1) -> None:
        leavers = np.flatnonzero(history.frequency >= first_exit)
        self.unit_days = unit_days
        self.exits_before = 1 - first_exit
        self.customers = len(history)
        self.leavers = history if len(leavers) == len(history) else history.take(leavers)
        self.oldest = int(history.age_days.max(initial=0))
        self.largest = int(history.frequency.max(initial=0))
        self.by_frequency = np.bincount(history.frequency, minlength=self.largest + 1)
        self.by_age = np.bincount(history.age_days, minlength=self.oldest + 1)
        self.purchases_by_age = np.bincount(
            self.leavers.age_days, weights=self.leavers.frequency, minlength=self.oldest + 1
        )

    def __call__(self, parameters: FloatArray) -> Derivatives:
        r, alpha, a, b = (float(p) for p in parameters)
        days = Days.of(alpha, self.oldest, self.unit_days)
        parts = (
            self._frequency_terms(r, a, b),
            self._age_terms(r, alpha, days),
            self._leaving_terms(r, a, b, days),
        )
        return Derivatives(
            sum(p.value for p in parts),
            np.sum([p.gradient for p in parts], axis=0),
            np.sum([p.hessian for p in parts], axis=0),
        )

    def _frequency_terms(self, r: float, a: float, b: float) -> Derivatives:
        x = np.flatnonzero(self.by_frequency).astype(np.float64)
        n = self.by_frequency[self.by_frequency > 0].astype(np.float64)
        stays = x + self.exits_before
        value = float(
            n
            @ (gammaln(r + x) - gammaln(r) + gammaln(a + b) + gammaln(b + stays) - gammaln(b) - gammaln(a + b + stays))
        )
        whole = digamma(a + b) - digamma(a + b + stays)
        gradient = np.array(
            [
                n @ (digamma(r + x) - digamma(r)),
                0.0,
                n @ whole,
                n @ (whole + digamma(b + stays) - digamma(b)),
            ]
        )
        curve = float(n @ (polygamma(1, a + b) - polygamma(1, a + b + stays)))
        hessian = np.zeros((4, 4))
        hessian[0, 0] = n @ (polygamma(1, r + x) - polygamma(1, r))
        hessian[2:, 2:] = curve
        hessian[3, 3] += n @ (polygamma(1, b + stays) - polygamma(1, b))
        return Derivatives(value, gradient, hessian)

    def _age_terms(self, r: float, alpha: float, days: Days) -> Derivatives:
        n = float(self.customers)
        power = r * self.by_age + self.purchases_by_age
        value = n * r * np.log(alpha) - float(power @ days.log)
        gradient = np.array(
            [
                n * np.log(alpha) - self.by_age @ days.log,
                n * r / alpha - power @ days.inverse,
                0.0,
                0.0,
            ]
        )
        hessian = np.zeros((4, 4))
        hessian[0, 1] = hessian[1, 0] = n / alpha - self.by_age @ days.inverse
        hessian[1, 1] = -n * r / alpha**2 + power @ days.inverse**2
        return Derivatives(float(value), gradient, hessian)

    def _leaving_terms(self, r: float, a: float, b: float, days: Days) -> Derivatives:
        """softplus(u) of everybody who may have left, with u's derivatives (∂r, ∂α, ∂a, ∂b)."""
        total, slopes, grams = 0.0, np.zeros(4), np.zeros((4, 4))
        bend_r_alpha = bend_alpha = bend_b = weight = 0.0
        x = np.arange(self.largest + 1)
        shrink = 1 / np.maximum(b + x + self.exits_before - 1, 1e-300)
        offset = np.log(a) + np.log(shrink)
        for purchases, recency, age in _blocks(self.leavers):
            stretch = days.log.take(age) - days.log.take(recency)
            inverse_age, inverse_recency = days.inverse.take(age), days.inverse.take(recency)
            slope = inverse_age - inverse_recency
            power = purchases + r
            small = shrink.take(purchases)
            u = power * stretch + offset.take(purchases)
            tail = np.exp(-np.abs(u))
            lower = 1 / (1 + tail)
            share = np.where(u >= 0, lower, tail * lower)  # the logistic function of u
            total += float(np.maximum(u, 0).sum() - np.log(lower).sum())
            rows = np.empty((4, len(u)))
            rows[0] = stretch
            np.multiply(power, slope, out=rows[1])
            rows[2] = 1 / a
            np.negative(small, out=rows[3])
            slopes += [row @ share for row in rows]  # not rows @ share: that product would start threads
            grams += (rows * (tail * lower * lower)) @ rows.T
            weight += float(share.sum())
            bend_r_alpha += float(share @ slope)
            bend_alpha -= float((share * slope * power) @ (inverse_age + inverse_recency))
            bend_b += float((share * small) @ small)
        grams[0, 1] += bend_r_alpha
        grams[1, 0] += bend_r_alpha
        grams[1, 1] += bend_alpha
        grams[2, 2] -= weight / a**2
        grams[3, 3] += bend_b
        return Derivatives(total, slopes, grams)


def _blocks(history: PurchaseHistory) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    for start in range(0, len(history), BLOCK):
        rows = slice(start, start + BLOCK)
        yield history.frequency[rows], history.recency_days[rows], history.age_days[rows]
