"""BG/NBD: how often customers buy while they are customers, and when they stop.

Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way: An Alternative to the Pareto/NBD Model",
Marketing Science 24(2). Assumes: purchases of a living customer are Poisson, rates are Gamma(r, α) over
customers; after each purchase a customer leaves with a chance that is Beta(a, b) over customers. It knows
no season, price or age, and it can't see a one-time buyer leave: for those it always says "alive".
"""

from dataclasses import astuple, dataclass
from typing import ClassVar, TypeVar

import numpy as np
from scipy.special import expit, hyp2f1

from .arrays import FloatArray, IntArray
from .bg_nbd_likelihood import BgNbdLikelihood
from .model_fit import Minimum, ModelFit, covariance_rows, doubt
from .newton import Maximum, maximise, pilot_rows, warm_start
from .purchases import PurchaseHistory

ONE_PURCHASE = "only one purchase: the model can't tell"
LEAST_LEAVING = 1e-3  # mean chance of leaving after a purchase under which drop-out isn't seen in the data


@dataclass(frozen=True)
class BgNbdParameters:
    """r and α (time units) of the buying rate, a and b of the chance to leave; `unit_days` days make a time
    unit.
    """

    first_exit: ClassVar[int] = 1
    """The repeat purchase after which a customer may first leave."""

    r: float
    alpha: float
    a: float
    b: float
    unit_days: float = 7.0

    @property
    def staying(self) -> float:
        """What stands for b where the chance to leave is that of a customer seen x times: b, and 1 if the first
        purchase is one of the x + 1 after which they could.
        """
        return self.b + 1 - self.first_exit


Parameters = TypeVar("Parameters", bound=BgNbdParameters)


def fit_bg_nbd(
    history: PurchaseHistory, *, unit_days: float = 7.0, minimum: Minimum | None = None
) -> ModelFit[BgNbdParameters]:
    """Maximum-likelihood fit. Never raises on thin or odd data: see `identified` and `reason`."""
    return fit_family(BgNbdParameters, history, unit_days=unit_days, minimum=minimum)


def fit_family(
    kind: type[Parameters], history: PurchaseHistory, *, unit_days: float, minimum: Minimum | None
) -> ModelFit[Parameters]:
    """The fit of BG/NBD or of one that differs in `first_exit` alone."""
    repeat = int(np.count_nonzero(history.frequency))
    refusal = (minimum or Minimum()).unmet(len(history), repeat)
    if refusal:
        unknown = kind(np.nan, np.nan, np.nan, np.nan, unit_days)
        return ModelFit(unknown, np.nan, len(history), repeat, (np.nan,) * 4, False, refusal)
    maximum = _climb(history, unit_days, kind.first_exit)
    r, alpha, a, b = (float(p) for p in maximum.parameters)
    reason = _doubt(maximum, a, b)
    return ModelFit(
        kind(r, alpha, a, b, unit_days),
        maximum.value,
        len(history),
        repeat,
        tuple(float(e) for e in maximum.relative_errors),
        not reason,
        reason,
        covariance_rows(maximum),
    )


def _climb(history: PurchaseHistory, unit_days: float, first_exit: int) -> Maximum:
    start = _guess(history, unit_days)
    rows = pilot_rows(len(history))
    if rows is not None:
        start = warm_start(BgNbdLikelihood(history.take(rows), unit_days, first_exit=first_exit), start)
    return maximise(BgNbdLikelihood(history, unit_days, first_exit=first_exit), start)


def _guess(history: PurchaseHistory, unit_days: float) -> FloatArray:
    """A start near a base that buys at its mean rate: r = 1, one in four leaves after a purchase."""
    lifetime = float(history.age_days.sum()) / unit_days
    rate = max(float(history.frequency.sum()), 1.0) / max(lifetime, 1.0)
    return np.array([1.0, min(max(1 / rate, 1e-3), 1e4), 1.0, 3.0])


def _doubt(maximum: Maximum, a: float, b: float) -> str:
    if np.isfinite(maximum.value) and a / (a + b) < LEAST_LEAVING:
        return "in these data nobody is seen to leave (a → 0): the chance of having left can't be told"
    return doubt(maximum, ("r", "alpha", "a", "b"))


def log_likelihood(parameters: BgNbdParameters, history: PurchaseHistory) -> float:
    """Sum over customers, in the parameters' time unit."""
    *values, unit_days = astuple(parameters)
    return BgNbdLikelihood(history, unit_days, first_exit=parameters.first_exit)(np.array(values)).value


def p_alive(parameters: BgNbdParameters, history: PurchaseHistory) -> FloatArray:
    """The model's chance that each customer is still one. In BG/NBD it is 1 for every one-time buyer: show
    `shown_p_alive`.
    """
    r, alpha, a, _, unit_days = astuple(parameters)
    x = history.frequency
    if len(history) == 0:
        return np.empty(0)
    log_age = np.log(alpha + np.arange(int(history.age_days.max()) + 1) / unit_days)
    offset = np.log(a) - np.log(np.maximum(parameters.staying + np.arange(int(x.max()) + 1) - 1, 1e-300))
    odds = (r + x) * (log_age.take(history.age_days) - log_age.take(history.recency_days)) + offset.take(x)
    # No `where=`: scipy's ufuncs write past the end of `out` with it (scipy 1.17.1, numpy 2.4.6).
    alive = expit(-odds)
    alive[x < parameters.first_exit] = 1.0
    return np.asarray(alive)


def shown_p_alive(parameters: BgNbdParameters, history: PurchaseHistory) -> tuple[FloatArray, list[str]]:
    """`p_alive` for people: NaN and the words ONE_PURCHASE for those who could not have left yet, which in BG/NBD
    are the one-time buyers; else the number and no words.
    """
    once = history.frequency < parameters.first_exit
    alive = np.where(once, np.nan, p_alive(parameters, history))
    return alive, [ONE_PURCHASE if single else "" for single in once.tolist()]


@dataclass(frozen=True)
class Kinds:
    """The distinct (x, T) of a customer base, since expected purchases of the living depend on nothing else.

    frequency, age_days  one element per kind; kind_of  the kind of each customer
    """

    frequency: IntArray
    age_days: IntArray
    kind_of: IntArray

    @classmethod
    def of(cls, history: PurchaseHistory) -> "Kinds":
        if len(history) == 0:
            return cls(history.frequency, history.age_days, history.frequency)
        width = int(history.age_days.max()) + 1
        keys = history.frequency * width + history.age_days
        cells = (int(history.frequency.max()) + 1) * width
        if cells <= 8 * len(keys) + 1_000_000:  # a dense table is ten times faster than sorting
            present = np.zeros(cells, dtype=bool)
            present[keys] = True
            distinct = np.flatnonzero(present)
            position = np.zeros(cells, dtype=np.int64)
            position[distinct] = np.arange(len(distinct))
            kind_of = position.take(keys)
        else:
            distinct, kind_of = np.unique(keys, return_inverse=True)
        return cls(distinct // width, distinct % width, kind_of)


def expected_if_alive(parameters: BgNbdParameters, kinds: Kinds, days: float) -> FloatArray:
    """Expected purchases of each kind in the `days` after the as-of date, given that they are alive then.

    Eq. 10 of the paper after Euler's transformation of ₂F₁: the terms stay near 1, so that neither
    thousands of purchases nor an hour-old customer overflow. At a = 1 the formula is 0/0; a is moved by
    1e-6 there.
    """
    r, alpha, a, _, unit_days = astuple(parameters)
    b = parameters.staying
    ahead = days / unit_days
    if abs(a - 1) < 1e-6:
        a = 1 + 1e-6
    x = kinds.frequency
    share = ahead / (alpha + kinds.age_days / unit_days + ahead)
    kept = (1 - share) ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, share)
    return np.asarray((a + b + x - 1) / (a - 1) * (1 - kept))


def expected_purchases(parameters: BgNbdParameters, history: PurchaseHistory, days: float) -> FloatArray:
    """Expected purchase days of each customer in the `days` after the as-of date; the number to rank people
    by.
    """
    kinds = Kinds.of(history)
    return np.asarray(expected_if_alive(parameters, kinds, days).take(kinds.kind_of) * p_alive(parameters, history))


def chance_of_purchase(parameters: BgNbdParameters, history: PurchaseHistory, days: float) -> FloatArray:
    """Chance that each customer buys at all in the `days` after the as-of date: alive, and not without a purchase.

    Given alive, the rate is Gamma(r + x, α + T), so that no purchase in t has the chance ((α+T)/(α+T+t))^(r+x).
    """
    r, alpha, _, _, unit_days = astuple(parameters)
    lifetime = alpha + history.age_days / unit_days
    none = np.exp(-(r + history.frequency) * np.log1p(days / unit_days / lifetime))
    return p_alive(parameters, history) * (1 - none)
