"""What a single customer may bring: the middle 95 % of what the models think possible, not only what they expect.

Under BG/NBD (Fader, Hardie & Lee 2005, section 2) a living customer's rate is Gamma(r + x, α + T) and the chance to
leave after a purchase Beta(a, b + x), independent of each other; under Gamma-Gamma (Fader & Hardie 2013) amounts are
Gamma(p, ν) with ν from Gamma(q + p x, v + x m). Both are drawn from, together with the parameters' own uncertainty
(normal in their logarithms). So the interval holds how the customer differs from their like, what is chance alone, and
what the fit doesn't know. Draws depend on nothing but (x, T): the same customer has the same interval in any company.
"""

from dataclasses import astuple, dataclass

import numpy as np

from .arrays import FloatArray
from .bg_nbd import BgNbdParameters, Kinds, p_alive
from .gamma_gamma import GammaGammaParameters
from .lifetime_value import Horizon, expected_by_kind
from .purchases import PurchaseHistory

DRAWS = 1_000
SEED = 2005
LOW, HIGH = 0.025, 0.975
LEVELS = (np.arange(200) + 0.5) / 200  # of what is kept of the draws
FURTHEST = 3.0  # standard errors of a logarithm: the normal is no guide to what lies beyond

Covariance = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class ValueModels:
    """Fitted parameters with the covariances of their logarithms."""

    purchases: BgNbdParameters
    purchases_covariance: Covariance
    spend: GammaGammaParameters
    spend_covariance: Covariance


@dataclass(frozen=True)
class ValueRange:
    """Money within the horizon: `low` and `high` of each customer."""

    low: FloatArray
    high: FloatArray


class ValueRanges:
    """Ranges of value within `horizon`, in money × `margin`. Keeps what it drew, kind by kind: ask one for all.

    `draws` is a multiple of the 200 levels kept.
    """

    def __init__(self, models: ValueModels, horizon: Horizon, *, margin: float = 1.0, draws: int = DRAWS) -> None:
        self.models, self.horizon, self.margin = models, horizon, margin
        self._draws = _Draws(models, horizon.days, draws)
        self._kept: dict[tuple[int, int], FloatArray] = {}

    def of(self, history: PurchaseHistory, monetary_value: FloatArray) -> ValueRange:
        """The 2.5th and 97.5th percentile of each customer's discounted value; both 0 where nobody may buy again.

        All of a customer's purchases are discounted as the expected ones are on average.
        """
        kinds, alive = Kinds.of(history), p_alive(self.models.purchases, history)
        whole, worth = expected_by_kind(self.models.purchases, kinds, self.horizon)
        low, high = np.zeros(len(history)), np.zeros(len(history))
        order = np.argsort(kinds.kind_of, kind="stable")
        ends = np.searchsorted(kinds.kind_of[order], np.arange(len(kinds.frequency) + 1))
        for kind, of_kind in enumerate(zip(kinds.frequency.tolist(), kinds.age_days.tolist(), strict=True)):
            mine = order[ends[kind] : ends[kind + 1]]
            values = self._grid(of_kind) * (worth[kind] / whole[kind])
            low[mine], high[mine] = (_quantiles(values, alive[mine], level) for level in (LOW, HIGH))
        spent = np.where(monetary_value > 0, history.frequency * monetary_value, 0.0)
        scale = self.margin * (self.models.spend.v + spent)
        return ValueRange(scale * low, scale * high)

    def _grid(self, kind: tuple[int, int]) -> FloatArray:
        if kind not in self._kept:
            drawn = np.sort(self._draws.of_kind(*kind))
            each = len(drawn) // len(LEVELS)
            self._kept[kind] = drawn[each // 2 :: each].astype(np.float32)
        return self._kept[kind]


def _quantiles(values: FloatArray, alive: FloatArray, level: float) -> FloatArray:
    """Of 0 with chance 1 − alive, else of what has the quantiles `values`."""
    within = (level - (1 - alive)) / np.maximum(alive, 1e-12)
    found = np.interp(within, LEVELS, values)
    return np.where(within > 0, found, 0.0)


class _Draws:
    """Sums of amounts of a living customer in units of v + x m."""

    def __init__(self, models: ValueModels, days: float, draws: int) -> None:
        *bought, self.unit_days = astuple(models.purchases)
        generator = np.random.default_rng(SEED)
        self.r, self.alpha, self.a, b = _parameters(tuple(bought), models.purchases_covariance, draws, generator)
        self.staying = b + 1 - models.purchases.first_exit
        self.p, self.q, self.v = _parameters(astuple(models.spend), models.spend_covariance, draws, generator)
        self.models, self.days = models, days

    def of_kind(self, x: int, age_days: int) -> FloatArray:
        generator = np.random.default_rng((SEED, x, age_days))
        rate = generator.standard_gamma(self.r + x) / (self.alpha + age_days / self.unit_days)
        leaving = np.clip(generator.beta(self.a, self.staying + x), 1e-12, 1.0)
        until_gone = generator.geometric(leaving)
        purchases = np.minimum(generator.poisson(rate * self.days / self.unit_days), until_gone)
        amounts = generator.standard_gamma(np.maximum(self.p * purchases, 1e-9)) * (purchases > 0)
        return np.asarray(amounts / generator.standard_gamma(self.q + self.p * x) * self._spread(x))

    def _spread(self, x: int) -> FloatArray:
        """v + x m over what it is at the fitted v, where m is the base's mean: v is never drawn without p and q."""
        p, q, v = astuple(self.models.spend)
        usual = x * (p * v / (q - 1) if q > 1 else v)
        return np.asarray((self.v + usual) / (v + usual))


def _parameters(
    fitted: tuple[float, ...], covariance: Covariance, draws: int, generator: np.random.Generator
) -> FloatArray:
    """One row of draws per parameter."""
    scale, axes = np.linalg.eigh(np.array(covariance))
    steps = np.clip(generator.standard_normal((draws, len(fitted))), -FURTHEST, FURTHEST)
    return np.asarray(np.exp(np.log(fitted) + steps * np.sqrt(np.maximum(scale, 0.0)) @ axes.T).T)
