"""Gamma-Gamma: the published fit, lifetimes, known truths, and money that says too little."""

import numpy as np
import pytest
from lifetimes import GammaGammaFitter
from scipy.optimize import approx_fprime

from retention.scoring.science.gamma_gamma import (
    GammaGammaLikelihood,
    GammaGammaParameters,
    fit_gamma_gamma,
    frequency_value_correlation,
    mean_order_value,
)
from retention.scoring.science.purchases import PurchaseSummary
from retention.scoring.science.simulation import simulate_mean_amounts

from .published import published

TRUTH = GammaGammaParameters(p=6.0, q=4.0, v=15.0)


def spenders(customers: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    frequency = generator.poisson(2.0, customers).astype(np.int64)
    return frequency, simulate_mean_amounts(TRUTH, frequency, generator)


@pytest.mark.data
def test_the_published_fit(cdnow: PurchaseSummary) -> None:
    fit = fit_gamma_gamma(cdnow.history.frequency, cdnow.monetary_value)
    assert fit.identified, fit.reason
    for name, value in published("cdnow")["gamma_gamma"].items():
        assert getattr(fit.parameters, name) == pytest.approx(value, rel=0.002)


@pytest.mark.data
def test_equals_lifetimes(cdnow: PurchaseSummary) -> None:
    x, value = cdnow.history.frequency, cdnow.monetary_value
    used = (x > 0) & (value > 0)
    theirs = GammaGammaFitter().fit(x[used], value[used])
    ours = fit_gamma_gamma(x, value)
    assert ours.log_likelihood / used.sum() == pytest.approx(-theirs._negative_log_likelihood_, abs=1e-6)
    theirs.params_ = {name: getattr(TRUTH, name) for name in ("p", "q", "v")}
    expected = theirs.conditional_expected_average_profit(x, value)
    np.testing.assert_allclose(mean_order_value(TRUTH, x, value), expected, rtol=0, atol=1e-6)


def test_gradient_and_hessian_are_those_of_the_value() -> None:
    x, value = spenders(500, seed=1)
    likelihood = GammaGammaLikelihood(x[x > 0], value[x > 0])
    at = np.array([3.0, 2.5, 9.0])
    found = likelihood(at)
    slopes = approx_fprime(at, lambda p: likelihood(p).value, 1e-7)
    np.testing.assert_allclose(found.gradient, slopes, rtol=1e-4, atol=1e-2)
    for row in range(3):
        bends = approx_fprime(at, lambda p, row=row: float(likelihood(p).gradient[row]), 1e-7)
        np.testing.assert_allclose(found.hessian[row], bends, rtol=1e-4, atol=1e-2)


def test_recovers_the_truth_it_was_drawn_from() -> None:
    fit = fit_gamma_gamma(*spenders(80_000, seed=9))
    assert fit.identified, fit.reason
    for name, error in zip(("p", "q", "v"), fit.relative_errors, strict=True):
        assert abs(np.log(getattr(fit.parameters, name) / getattr(TRUTH, name))) < 4 * error


@pytest.mark.parametrize("currency", [0.01, 150.0])
def test_the_currency_changes_nothing_but_v(currency: float) -> None:
    x, value = spenders(3_000, seed=4)
    plain, other = fit_gamma_gamma(x, value), fit_gamma_gamma(x, value * currency)
    assert other.parameters.p == pytest.approx(plain.parameters.p, rel=1e-6)
    assert other.parameters.v == pytest.approx(plain.parameters.v * currency, rel=1e-6)
    shift = plain.repeat_customers * np.log(currency)
    assert other.log_likelihood == pytest.approx(plain.log_likelihood - shift, abs=1e-6)


def test_one_time_buyers_and_free_orders_are_not_used_and_free_days_count_as_days_of_nothing() -> None:
    x, value = spenders(3_000, seed=4)
    padded = fit_gamma_gamma(np.r_[x, [5, 5]], np.r_[value, [0.0, -3.0]])
    assert padded.parameters == fit_gamma_gamma(x, value).parameters
    base = TRUTH.p * TRUTH.v / (TRUTH.q - 1)
    means = mean_order_value(TRUTH, np.array([0, 4, 4]), np.array([0.0, 0.0, base]))
    known = 4 * TRUTH.p / (4 * TRUTH.p + TRUTH.q - 1)
    assert means.tolist() == [base, pytest.approx((1 - known) * base), pytest.approx(base)]
    theirs = GammaGammaFitter()
    theirs.params_ = {name: getattr(TRUTH, name) for name in ("p", "q", "v")}
    assert means[1] == pytest.approx(float(theirs.conditional_expected_average_profit(4, 0.0)))
    assert mean_order_value(TRUTH, np.array([4]), np.array([-3.0])) == pytest.approx(means[1])


def test_an_infinite_mean_is_not_a_number() -> None:
    means = mean_order_value(GammaGammaParameters(3.0, 0.9, 10.0), np.array([0, 3]), np.array([0.0, 20.0]))
    assert np.isnan(means[0])
    assert means[1] > 0


def test_more_purchases_draw_the_mean_to_the_customers_own() -> None:
    frequency = np.array([1, 2, 5, 20, 200])
    means = mean_order_value(TRUTH, frequency, np.full(5, 100.0))
    assert (np.diff(means) > 0).all()
    assert means[-1] == pytest.approx(100, rel=0.02)


def test_equal_amounts_have_no_spread() -> None:
    fit = fit_gamma_gamma(np.full(300, 2), np.full(300, 9.9))
    assert (fit.identified, fit.reason) == (
        False,
        "every customer spends the same: there is no spread to estimate",
    )


@pytest.mark.parametrize("seed", range(6))
def test_customers_who_differ_only_by_chance_are_not_identified(seed: int) -> None:
    generator = np.random.default_rng(seed)
    x = np.full(300, 3)
    fit = fit_gamma_gamma(x, generator.gamma(5.0 * 3, 1 / 3.0, 300))  # one mean for everybody
    assert not fit.identified
    assert fit.reason


def test_too_few_spenders() -> None:
    fit = fit_gamma_gamma(np.r_[np.zeros(200, np.int64), 1, 2], np.r_[np.zeros(200), 5.0, 6.0])
    assert (fit.identified, fit.reason) == (False, "too few customers who bought again (2 of 30)")


def test_the_correlation_of_frequency_and_value_is_of_repeat_buyers_who_paid() -> None:
    frequency, value = np.array([1, 2, 3, 4, 0, 9]), np.array([10.0, 20.0, 25.0, 45.0, 0.0, 0.0])
    expected = np.corrcoef([1, 2, 3, 4], [10, 20, 25, 45])[0, 1]
    assert frequency_value_correlation(frequency, value) == pytest.approx(expected)
    assert np.isnan(frequency_value_correlation(np.array([1, 2]), np.array([5.0, 5.0])))
    assert np.isnan(frequency_value_correlation(np.array([0]), np.array([0.0])))
