"""Pareto/NBD: the published fit, lifetimes customer by customer, a known truth, thin data."""

import numpy as np
import pytest
from lifetimes import ParetoNBDFitter
from scipy.optimize import approx_fprime

from retention.scoring.science.pareto_nbd import (
    ParetoNbdLikelihood,
    ParetoNbdParameters,
    expected_purchases,
    fit_pareto_nbd,
    p_alive,
)
from retention.scoring.science.purchases import PurchaseHistory, PurchaseSummary

from .published import published

CDNOW = ParetoNbdParameters(r=0.553, alpha=10.578, s=0.606, beta=11.669)


def simulated(truth: ParetoNbdParameters, customers: int, seed: int) -> PurchaseHistory:
    """Drawn from the paper's story: purchases at a rate of one's own until a lifetime of one's own ends."""
    generator = np.random.default_rng(seed)
    age = generator.integers(150, 700, customers)
    rate = generator.gamma(truth.r, 1 / truth.alpha, customers) / truth.unit_days
    ends = generator.exponential(1, customers) / generator.gamma(truth.s, 1 / truth.beta, customers)
    living = np.minimum(ends * truth.unit_days, age + 1)
    bought = generator.poisson(rate * living)
    owner = np.repeat(np.arange(customers), bought)
    day = (generator.random(len(owner)) * living[owner]).astype(np.int64)
    visits = np.unique(owner[day > 0] * 1_000 + day[day > 0])
    last = np.zeros(customers, np.int64)
    last[visits // 1_000] = visits % 1_000
    return PurchaseHistory(np.bincount(visits // 1_000, minlength=customers), last, age)


@pytest.mark.data
def test_the_published_fit(cdnow: PurchaseSummary) -> None:
    figures = published("cdnow")["pareto_nbd"]
    fit = fit_pareto_nbd(cdnow.history)
    assert fit.identified, fit.reason
    assert fit.log_likelihood == pytest.approx(figures["log_likelihood"], abs=0.02)
    for name in ("r", "alpha", "s", "beta"):
        assert getattr(fit.parameters, name) == pytest.approx(figures[name], rel=0.01)


@pytest.mark.data
def test_equals_lifetimes_customer_by_customer(cdnow: PurchaseSummary) -> None:
    theirs = ParetoNBDFitter()
    theirs.params_ = {name: getattr(CDNOW, name) for name in ("r", "alpha", "s", "beta")}
    x, recency, age = cdnow.history.frequency, cdnow.history.recency_days / 7, cdnow.history.age_days / 7
    np.testing.assert_allclose(
        p_alive(CDNOW, cdnow.history), theirs.conditional_probability_alive(x, recency, age), atol=1e-6
    )
    expected = theirs.conditional_expected_number_of_purchases_up_to_time(39, x, recency, age)
    np.testing.assert_allclose(expected_purchases(CDNOW, cdnow.history, 273), expected, atol=1e-6)


@pytest.mark.parametrize("at", [[0.5, 9.0, 0.7, 12.0], [2.0, 3.0, 0.3, 0.2], [0.3, 0.1, 3.0, 90.0]])
def test_the_gradient_is_that_of_the_value(at: list[float]) -> None:
    likelihood = ParetoNbdLikelihood(simulated(CDNOW, 300, seed=5), 7.0)
    slopes = approx_fprime(np.array(at), lambda p: likelihood.slope(p)[0], 1e-7)
    np.testing.assert_allclose(likelihood.slope(np.array(at))[1], slopes, rtol=1e-4, atol=1e-2)


def test_recovers_the_truth_it_was_drawn_from() -> None:
    truth = ParetoNbdParameters(r=0.8, alpha=25.0, s=0.7, beta=15.0)
    fit = fit_pareto_nbd(simulated(truth, 45_000, seed=2))
    assert fit.identified, fit.reason
    for name, error in zip(("r", "alpha", "s", "beta"), fit.relative_errors, strict=True):
        shift = np.log(getattr(fit.parameters, name) / getattr(truth, name))
        assert shift == pytest.approx(0, abs=4 * error + 0.03)


def test_a_one_time_buyer_can_be_gone_and_huge_counts_stay_finite() -> None:
    rows = np.array([[0, 0, 0], [0, 0, 900], [5_000, 5_199, 5_200], [5_000, 5_100, 9_000], [1, 1, 20_000]])
    base = PurchaseHistory(*rows.T.copy())
    alive = p_alive(CDNOW, base)
    assert alive[0] == 1
    assert 0.05 < alive[1] < 0.5
    assert alive[2] > 0.9
    assert alive[3] == pytest.approx(0, abs=1e-9)
    assert np.isfinite(alive).all()
    assert np.isfinite(expected_purchases(CDNOW, base, 365)).all()


@pytest.mark.parametrize("s", [1.0, 1 + 1e-10, 1 - 1e-10])
def test_s_near_one_is_no_hole_in_the_formula(s: float) -> None:
    base = PurchaseHistory(np.array([0, 4]), np.array([0, 60]), np.array([70, 80]))
    at = expected_purchases(ParetoNbdParameters(0.8, 9.0, s, 12.0), base, 90)
    beside = expected_purchases(ParetoNbdParameters(0.8, 9.0, 1.0001, 12.0), base, 90)
    np.testing.assert_allclose(at, beside, rtol=1e-3)


def test_thin_data_are_not_fitted() -> None:
    once = PurchaseHistory(np.zeros(500, np.int64), np.zeros(500, np.int64), np.full(500, 90))
    fit = fit_pareto_nbd(once)
    assert (fit.identified, fit.reason) == (False, "too few customers who bought again (0 of 30)")


def test_customers_who_are_all_alike_are_not_identified() -> None:
    fit = fit_pareto_nbd(PurchaseHistory(np.full(400, 3), np.full(400, 60), np.full(400, 90)))
    assert not fit.identified
    assert fit.reason
