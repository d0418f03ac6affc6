"""sBG and BdW: how many of those under contract renew, term after term, and why the faithful are left.

Fader & Hardie (2007), "How to Project Customer Retention", J. Interactive Marketing 21(1), and Fader, Hardie, Liu,
Davin & Steenburgh (2018) for BdW. Assume: at the end of each term a contract ends with a chance of its own, which
is Beta(α, β) over contracts; in sBG it stays what it is, in BdW it grows (c > 1) or falls (c < 1) with the terms.
They know no season, price or notice, and one term means the same length for all.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, FloatArray, IntArray
from .model_fit import ModelFit, covariance_rows, doubt
from .newton import Maximum, maximise
from .renewal_likelihood import RenewalLikelihood, log_survival


@dataclass(frozen=True)
class Renewals:
    """Contracts counted by renewals made: `left` didn't make the next one, `open` haven't been asked yet."""

    left: IntArray
    open: IntArray

    @classmethod
    def of(cls, renewed: IntArray, left: BoolArray) -> "Renewals":
        """From one element per contract: renewals made so far, and whether it ended at the next one."""
        width = int(renewed.max()) + 1 if len(renewed) else 1
        ended = np.bincount(renewed[left], minlength=width)
        return cls(ended.astype(np.int64), np.bincount(renewed[~left], minlength=width).astype(np.int64))

    @property
    def asked(self) -> IntArray:
        """How many came to the first, second … renewal and decided."""
        reached = np.cumsum((self.left + self.open)[::-1])[::-1]
        return np.asarray(reached - self.open)

    @property
    def kept(self) -> IntArray:
        """How many of those asked renewed."""
        return self.asked - self.left


@dataclass(frozen=True)
class RenewalParameters:
    """α and β of the chance to leave at a renewal; c bends it over the terms (1 in sBG)."""

    alpha: float
    beta: float
    c: float = 1.0

    def array(self) -> FloatArray:
        return np.array([self.alpha, self.beta, self.c])


@dataclass(frozen=True)
class RenewalFit(ModelFit[RenewalParameters]):
    """As `ModelFit`; `customers` are contracts that decided at least once, `repeat_customers` those that renewed.

    `covariance` is that of the parameters fitted: 2 × 2 in sBG, 3 × 3 in BdW.
    """


@dataclass(frozen=True)
class LeastRenewals:
    """What a fit needs before it is tried."""

    contracts: int = 100
    left: int = 30
    renewed: int = 30

    def unmet(self, renewals: Renewals, parameters: int) -> str:
        """Why a fit isn't tried, in plain words; empty when it may be."""
        asked, left = renewals.asked, int(renewals.left.sum())
        contracts, renewed = int(asked[0]), int(renewals.kept[0])
        terms = int(np.count_nonzero(asked))
        if contracts < self.contracts:
            return f"too few contracts came up for renewal ({contracts} of {self.contracts})"
        if left == 0:
            return "nobody left: how long contracts last can't be told"
        if renewed == 0:
            return "nobody renewed: there is no second term to learn from"
        if left < self.left:
            return f"too few contracts ended ({left} of {self.left})"
        if renewed < self.renewed:
            return f"too few contracts were renewed ({renewed} of {self.renewed})"
        if terms < parameters:
            return f"too few terms in a row were seen ({terms} of {parameters})"
        return ""


def fit_sbg(renewals: Renewals, *, minimum: LeastRenewals | None = None) -> RenewalFit:
    """Maximum-likelihood fit of sBG. Never raises on thin or odd data: see `identified` and `reason`."""
    return _fit(renewals, np.array([1.0, 1.0]), minimum or LeastRenewals())


def fit_bdw(renewals: Renewals, *, minimum: LeastRenewals | None = None) -> RenewalFit:
    """Maximum-likelihood fit of BdW, from where sBG ends; as `fit_sbg`."""
    least = minimum or LeastRenewals()
    simple = fit_sbg(renewals, minimum=least)
    start = simple.parameters.array() if simple.identified else np.ones(3)
    return _fit(renewals, start, least)


def survival(parameters: RenewalParameters, terms: IntArray) -> FloatArray:
    """Share of contracts still running after each number of renewals."""
    return np.asarray(np.exp(log_survival(parameters.array(), terms.astype(np.float64))))


def _fit(renewals: Renewals, start: FloatArray, minimum: LeastRenewals) -> RenewalFit:
    width = len(start)
    refusal = minimum.unmet(renewals, width)
    if refusal:
        nothing = Maximum(np.full(width, np.nan), np.nan, np.full((width, width), np.nan), False, 0)
        return _report(renewals, nothing, refusal)
    # A climb that runs away ends where chances are 0 ÷ 0: `doubt` sees that, nobody needs a warning.
    with np.errstate(divide="ignore", invalid="ignore"):
        maximum = maximise(RenewalLikelihood(renewals.left, renewals.open), start)
    return _report(renewals, maximum, doubt(maximum, ("alpha", "beta", "c")[:width]))


def _report(renewals: Renewals, maximum: Maximum, reason: str) -> RenewalFit:
    return RenewalFit(
        RenewalParameters(*(float(p) for p in maximum.parameters)),
        maximum.value,
        int(renewals.asked[0]),
        int(renewals.kept[0]),
        tuple(float(e) for e in maximum.relative_errors),
        not reason,
        reason,
        covariance_rows(maximum),
    )
