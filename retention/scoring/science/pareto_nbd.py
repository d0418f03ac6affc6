"""Pareto/NBD: like BG/NBD, but customers may leave at any moment, so that even one-time buyers can be gone.

Schmittlein, Morrison & Colombo (1987), "Counting Your Customers: Who Are They and What Will They Do Next?",
Management Science 33(1). Purchases are Poisson, rates Gamma(r, α); lifetimes are exponential, rates Gamma(s, β).
Instead of the paper's two hypergeometric functions the moment of leaving is integrated numerically, which neither
overflows nor loses digits however many purchases there are.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass

import numpy as np
from scipy.special import digamma, gammaln

from .arrays import FloatArray, IntArray
from .model_fit import Minimum, ModelFit, doubt
from .newton import Derivatives, Maximum, maximise, pilot_rows, polish
from .purchases import PurchaseHistory

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(32)
BLOCK = 1_024  # rows × nodes stay in the processor's cache
NEGLIGIBLE = 40.0  # e^-40 of the integrand's start is left out
NUDGE = 1e-5  # relative step of the Hessian's differences


@dataclass(frozen=True)
class ParetoNbdParameters:
    """r and α of the buying rate, s and β of the leaving rate; `unit_days` days make a time unit."""

    r: float
    alpha: float
    s: float
    beta: float
    unit_days: float = 7.0


@dataclass(frozen=True)
class Folded:
    """Distinct (x, t_x, T), times in units, with how many customers share them."""

    x: FloatArray
    recency: FloatArray
    age: FloatArray
    count: FloatArray

    @classmethod
    def of(cls, history: PurchaseHistory, unit_days: float) -> "Folded":
        width = int(history.age_days.max(initial=0)) + 1
        keys = (history.frequency * width + history.recency_days) * width + history.age_days
        distinct, count = np.unique(keys, return_counts=True)
        rest, age = np.divmod(distinct, width)
        x, recency = np.divmod(rest, width)
        return cls(x.astype(np.float64), recency / unit_days, age / unit_days, count.astype(np.float64))

    def blocks(self) -> Iterator[tuple[FloatArray, FloatArray, FloatArray, FloatArray]]:
        for start in range(0, len(self.x), BLOCK):
            rows = slice(start, start + BLOCK)
            yield self.x[rows], self.recency[rows], self.age[rows], self.count[rows]


@dataclass(frozen=True)
class Leaving:
    """Both ways to see (x, t_x, T), divided by e^`scale`: alive at T, and gone at each node y before it."""

    scale: FloatArray
    alive: FloatArray
    gone: FloatArray  # rows × nodes, with the quadrature's weights
    y: FloatArray

    @classmethod
    def of(cls, p: ParetoNbdParameters, x: FloatArray, recency: FloatArray, age: FloatArray) -> "Leaving":
        power = p.r + x
        with np.errstate(over="ignore"):
            reach = np.minimum(age - recency, (p.alpha + recency) * np.expm1(NEGLIGIBLE / power))
        # In log(c + y) the integrand is nearly exponential, which 32 Gauss-Legendre nodes integrate to 12 digits.
        least = min(p.alpha, p.beta) + recency
        width = np.log1p(reach / least)
        ahead = least[:, None] * np.expm1(np.outer(width, (NODES + 1) / 2))
        y = recency[:, None] + ahead
        fall = power[:, None] * np.log1p(ahead / (p.alpha + recency)[:, None])
        fall += p.s * np.log1p(ahead / (p.beta + recency)[:, None])
        stretch = np.outer(width, NODE_WEIGHTS / 2) * (least[:, None] + ahead)
        gone = p.s * np.exp(-fall) / (p.beta + y) * stretch
        silent = age - recency
        alive = np.exp(-power * np.log1p(silent / (p.alpha + recency)) - p.s * np.log1p(silent / (p.beta + recency)))
        return cls(-power * np.log(p.alpha + recency) - p.s * np.log(p.beta + recency), alive, gone, y)


class ParetoNbdLikelihood:
    """Prepared once per customer base; called with (r, α, s, β). The Hessian comes from differences of gradients."""

    def __init__(self, history: PurchaseHistory, unit_days: float) -> None:
        self.unit_days = unit_days
        self.folded = Folded.of(history, unit_days)

    def __call__(self, parameters: FloatArray) -> Derivatives:
        value, gradient = self.slope(parameters)
        columns = []
        for place in range(4):
            moved = parameters.copy()
            moved[place] *= 1 + NUDGE
            columns.append((self.slope(moved)[1] - gradient) / (moved[place] - parameters[place]))
        hessian = np.stack(columns)
        return Derivatives(value, gradient, (hessian + hessian.T) / 2)

    def slope(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        """Log-likelihood summed over customers, and its gradient."""
        r, alpha, s, beta = (float(value) for value in parameters)
        p = ParetoNbdParameters(r, alpha, s, beta, self.unit_days)
        total, gradient = 0.0, np.zeros(4)
        for x, recency, age, count in self.folded.blocks():
            seen = Leaving.of(p, x, recency, age)
            likelihood = seen.alive + seen.gone.sum(axis=1)
            values = gammaln(p.r + x) - gammaln(p.r) + p.r * np.log(p.alpha) + p.s * np.log(p.beta)
            total += float(count @ (values + seen.scale + np.log(likelihood)))
            gradient += _gradient(p, x, age, seen, likelihood) @ count
        return total, gradient


def _gradient(
    p: ParetoNbdParameters, x: FloatArray, age: FloatArray, seen: Leaving, likelihood: FloatArray
) -> FloatArray:
    """4 × rows: ∂ log L of each row."""
    alive, gone = seen.alive / likelihood, seen.gone / likelihood[:, None]
    buying, staying = p.alpha + seen.y, p.beta + seen.y
    by_r = -alive * np.log(p.alpha + age) - (gone * np.log(buying)).sum(axis=1)
    by_alpha = -(p.r + x) * (alive / (p.alpha + age) + (gone / buying).sum(axis=1))
    by_s = -alive * np.log(p.beta + age) - (gone * np.log(staying)).sum(axis=1) + gone.sum(axis=1) / p.s
    by_beta = -p.s * alive / (p.beta + age) - (p.s + 1) * (gone / staying).sum(axis=1)
    return np.stack(
        [
            digamma(p.r + x) - digamma(p.r) + np.log(p.alpha) + by_r,
            p.r / p.alpha + by_alpha,
            np.log(p.beta) + by_s,
            p.s / p.beta + by_beta,
        ]
    )


def fit_pareto_nbd(
    history: PurchaseHistory, *, unit_days: float = 7.0, minimum: Minimum | None = None
) -> ModelFit[ParetoNbdParameters]:
    """Maximum-likelihood fit. Never raises on thin or odd data: see `identified` and `reason`."""
    repeat = int(np.count_nonzero(history.frequency))
    refusal = (minimum or Minimum()).unmet(len(history), repeat)
    if refusal:
        unknown = ParetoNbdParameters(np.nan, np.nan, np.nan, np.nan, unit_days)
        return ModelFit(unknown, np.nan, len(history), repeat, (np.nan,) * 4, False, refusal)
    maximum = _climb(history, unit_days)
    r, alpha, s, beta = (float(value) for value in maximum.parameters)
    reason = doubt(maximum, ("r", "alpha", "s", "beta"))
    return ModelFit(
        ParetoNbdParameters(r, alpha, s, beta, unit_days),
        maximum.value,
        len(history),
        repeat,
        tuple(float(error) for error in maximum.relative_errors),
        not reason,
        reason,
    )


def _climb(history: PurchaseHistory, unit_days: float) -> Maximum:
    lifetime = max(float(history.age_days.mean()) / unit_days, 1e-3)
    rate = max(float(history.frequency.mean()) / lifetime, 1e-4)
    start, rows = np.array([1.0, 1 / rate, 1.0, lifetime]), pilot_rows(len(history))
    everybody = ParetoNbdLikelihood(history, unit_days)
    if rows is None:
        return maximise(everybody, start)
    pilot = maximise(ParetoNbdLikelihood(history.take(rows), unit_days), start)
    polished = polish(everybody.slope, pilot, len(history) / len(rows))
    return polished or maximise(everybody, pilot.parameters if pilot.converged else start)


def p_alive(parameters: ParetoNbdParameters, history: PurchaseHistory) -> FloatArray:
    """Chance that each customer is still one; below 1 for one-time buyers too."""
    chance = np.empty(len(history))
    unit_days = parameters.unit_days
    for start in range(0, len(history), BLOCK):
        rows = slice(start, start + BLOCK)
        x: IntArray = history.frequency[rows]
        seen = Leaving.of(
            parameters,
            x.astype(np.float64),
            history.recency_days[rows] / unit_days,
            history.age_days[rows] / unit_days,
        )
        chance[rows] = seen.alive / (seen.alive + seen.gone.sum(axis=1))
    return chance


def expected_purchases(parameters: ParetoNbdParameters, history: PurchaseHistory, days: float) -> FloatArray:
    """Expected purchase days of each customer in the `days` after the as-of date."""
    r, alpha, s, beta, unit_days = astuple(parameters)
    age = history.age_days / unit_days
    growth = np.log1p(days / unit_days / (beta + age))
    # (1 − e^(−(s−1) growth)) ÷ (s−1), which is `growth` itself at s = 1.
    living = growth if abs(s - 1) < 1e-9 else -np.expm1(-(s - 1) * growth) / (s - 1)
    return np.asarray((r + history.frequency) * (beta + age) / (alpha + age) * living * p_alive(parameters, history))
