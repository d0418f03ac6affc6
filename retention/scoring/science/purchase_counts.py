"""How many customers with 0, 1, 2 … repeat purchases a fitted model expects, beside how many there are.

Fader, Hardie & Lee (2005), eq. 8 for BG/NBD; for MBG/NBD the same with the first purchase among those after which one
may leave (Batislam, Denizel & Filiztekin 2007). A good fit follows the bars; where it doesn't, trust the ranking only.
"""

from dataclasses import astuple, dataclass

import numpy as np
from scipy.special import betaln, gammaln

from .arrays import FloatArray
from .bg_nbd import BgNbdParameters
from .frequency_bars import FrequencyBars, bars_for
from .purchases import PurchaseHistory


@dataclass(frozen=True)
class PurchaseCounts:
    """Customers by repeat purchases, bar by bar."""

    bars: FrequencyBars
    actual: tuple[int, ...]
    expected: tuple[float, ...]


def purchase_counts(parameters: BgNbdParameters, history: PurchaseHistory) -> PurchaseCounts:
    """Counts over all customers, each for as long as they are known (T)."""
    bars = bars_for(history.frequency)
    actual = np.bincount(bars.of(history.frequency), minlength=bars.top + 1)
    ages = np.bincount(history.age_days)
    days = np.flatnonzero(ages)
    below = ages[days] @ chances(parameters, days / parameters.unit_days, bars.last_from)
    inside = np.bincount(bars.of(np.arange(bars.last_from)), weights=below, minlength=bars.top)
    expected = [*inside.tolist(), float(len(history) - below.sum())]
    return PurchaseCounts(bars, tuple(actual.tolist()), tuple(expected))


def chances(parameters: BgNbdParameters, age: FloatArray, below: int) -> FloatArray:
    """P(X(T) = x), one row per age (in time units), one column per x = 0 … below − 1."""
    r, alpha, a, b, _unit = astuple(parameters)
    exits = np.arange(below) + 1 - parameters.first_exit  # after how many purchases one could leave, made x
    bought = _nbd(r, alpha, age, below)
    stays = np.exp(betaln(a, b + exits) - betaln(a, b))
    leaves = np.where(exits > 0, np.exp(betaln(a + 1, b + np.maximum(exits, 1) - 1) - betaln(a, b)), 0.0)
    at_least = 1 - np.cumsum(bought, axis=1) + bought
    return np.asarray(bought * stays + at_least * leaves)


def _nbd(r: float, alpha: float, age: FloatArray, below: int) -> FloatArray:
    """Chances of x purchases of somebody who never leaves."""
    x = np.arange(below)
    share = np.log(np.maximum(age / (alpha + age), 1e-300))[:, None]
    rest = np.log(alpha / (alpha + age))[:, None]
    return np.asarray(np.exp(gammaln(r + x) - gammaln(r) - gammaln(x + 1) + r * rest + x * share))
