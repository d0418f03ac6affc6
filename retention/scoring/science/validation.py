"""Does the forecast hold? Predicted against actual purchases in a holdout that the fit has not seen.

Fader, Hardie & Lee (2005), section 5, and Fawcett (2006), "An introduction to ROC analysis", for ranking. A
mean error alone flatters a forecast of zero, so ranking (AUC), totals and rows by frequency stand beside
it.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, FloatArray, IntArray
from .frequency_bars import bars_for


@dataclass(frozen=True)
class FrequencyRow:
    """Customers with `frequency` to `up_to` repeat purchases in the calibration (the last row: that many or more)."""

    frequency: int
    up_to: int | None
    or_more: bool
    customers: int
    predicted_mean: float
    actual_mean: float


@dataclass(frozen=True)
class LiftRow:
    """One equal part of the customers, best ranked first; lift 2 = twice the share of buyers of the whole
    base.
    """

    part: int
    customers: int
    buyers: int
    lift: float


@dataclass(frozen=True)
class CalibrationRow:
    """One of equally large parts of the customers by chance: what was foreseen on average, and what happened."""

    customers: int
    foreseen: float
    happened: float


@dataclass(frozen=True)
class ForecastCheck:
    """Sums over customers; `mae` is per customer; `auc` is NaN where all or none bought in the holdout."""

    customers: int
    predicted: float
    actual: int
    mae: float
    auc: float
    by_frequency: tuple[FrequencyRow, ...]
    lift: tuple[LiftRow, ...]


def check_forecast(expected: FloatArray, actual: IntArray, frequency: IntArray, *, parts: int = 10) -> ForecastCheck:
    """Compare expected purchase days in the holdout with the purchase days counted there, customer by
    customer.
    """
    if not len(expected) == len(actual) == len(frequency):
        raise ValueError("expected, actual and frequency must be equally long")
    mae = float(np.abs(expected - actual).mean()) if len(actual) else float("nan")
    return ForecastCheck(
        customers=len(actual),
        predicted=float(expected.sum()),
        actual=int(actual.sum()),
        mae=mae,
        auc=auc(expected, actual > 0),
        by_frequency=_by_frequency(expected, actual, frequency),
        lift=lift_table(expected, actual > 0, parts=parts),
    )


def auc(score: FloatArray, happened: BoolArray) -> float:
    """Chance that a customer for whom it happened ranks above one for whom it didn't; a tie counts half."""
    yes = int(np.count_nonzero(happened))
    no = len(happened) - yes
    if yes == 0 or no == 0:
        return float("nan")
    from scipy.stats import rankdata  # takes a second to load: every command would pay it

    ranks = rankdata(score)
    return float((ranks[happened].sum() - yes * (yes + 1) / 2) / (yes * no))


def delong(scores: FloatArray, happened: BoolArray) -> tuple[FloatArray, FloatArray]:
    """(AUCs, their covariance) of `scores` (kinds × customers) over the same customers.

    DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44(3), by ranks as in Sun & Xu (2014).
    """
    from scipy.stats import rankdata  # takes a second to load: every command would pay it

    yes, no = scores[:, happened], scores[:, ~happened]
    m, n = yes.shape[1], no.shape[1]
    if m == 0 or n == 0:
        return np.full(len(scores), np.nan), np.full((len(scores), len(scores)), np.nan)
    among_yes = np.array([rankdata(row) for row in yes])
    among_no = np.array([rankdata(row) for row in no])
    among_all = np.array([rankdata(np.r_[a, b]) for a, b in zip(yes, no, strict=True)])
    of_yes = (among_all[:, :m] - among_yes) / n
    of_no = 1 - (among_all[:, m:] - among_no) / m
    covariance = np.atleast_2d(np.cov(of_yes)) / m + np.atleast_2d(np.cov(of_no)) / n
    return of_yes.mean(axis=1), covariance


@dataclass(frozen=True)
class AucGain:
    """AUC of an old and a new score of the same customers; new − old, with its standard error (DeLong)."""

    old: float
    new: float
    gain: float
    error: float


def auc_gain(old: FloatArray, new: FloatArray, happened: BoolArray) -> AucGain:
    """How much better `new` ranks those for whom it happened."""
    auc, covariance = delong(np.array([old, new]), happened)
    spread = float(np.sqrt(max(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1], 0.0)))
    return AucGain(float(auc[0]), float(auc[1]), float(auc[1] - auc[0]), spread)


def brier(chance: FloatArray, happened: BoolArray) -> float:
    """Mean squared difference of chance and outcome (Brier 1950)."""
    return float(np.mean((chance - happened) ** 2))


def calibration_table(chance: FloatArray, happened: BoolArray, *, parts: int = 10) -> tuple[CalibrationRow, ...]:
    """Customers in equally large parts by chance, lowest first."""
    order = np.argsort(chance, kind="stable")
    return tuple(
        CalibrationRow(len(rows), float(chance[rows].mean()), float(happened[rows].mean()))
        for rows in np.array_split(order, min(parts, len(order)))
    )


def lift_table(score: FloatArray, happened: BoolArray, *, parts: int = 10) -> tuple[LiftRow, ...]:
    """The base cut into equal parts by rank, best first; equal scores keep the order in which they came."""
    share = float(happened.mean()) if len(happened) else 0.0
    if share == 0:
        return ()
    order = np.argsort(-score, kind="stable")
    rows = []
    for part, members in enumerate(np.array_split(order, min(parts, len(order))), start=1):
        buyers = int(np.count_nonzero(happened[members]))
        rows.append(LiftRow(part, len(members), buyers, buyers / len(members) / share))
    return tuple(rows)


def _by_frequency(expected: FloatArray, actual: IntArray, frequency: IntArray) -> tuple[FrequencyRow, ...]:
    bars = bars_for(frequency)
    group = bars.of(frequency)
    counts = np.bincount(group, minlength=bars.top + 1)
    predicted = np.bincount(group, weights=expected, minlength=bars.top + 1)
    bought = np.bincount(group, weights=actual, minlength=bars.top + 1)
    return tuple(
        FrequencyRow(
            bars.first(bar),
            bars.last(bar),
            bar == bars.top,
            int(counts[bar]),
            float(predicted[bar] / counts[bar]),
            float(bought[bar] / counts[bar]),
        )
        for bar in np.flatnonzero(counts).tolist()
    )
