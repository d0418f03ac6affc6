"""MBG/NBD: figures of another implementation, lifetimes customer by customer, known truths."""

import numpy as np
import pytest
from lifetimes import ModifiedBetaGeoFitter

from retention.scoring.science.bg_nbd import (
    chance_of_purchase,
    expected_purchases,
    fit_bg_nbd,
    log_likelihood,
    p_alive,
    shown_p_alive,
)
from retention.scoring.science.bg_nbd_likelihood import BgNbdLikelihood
from retention.scoring.science.mbg_nbd import MbgNbdParameters, fit_mbg_nbd
from retention.scoring.science.purchases import PurchaseHistory, PurchaseSummary
from retention.scoring.science.simulation import simulate_history

from .published import published
from .truths import assert_derivatives, simulated_future

NAMES = ("r", "alpha", "a", "b")
CDNOW = MbgNbdParameters(r=0.525, alpha=6.183, a=0.891, b=1.614)


def simulated(parameters: MbgNbdParameters, customers: int, seed: int) -> PurchaseHistory:
    generator = np.random.default_rng(seed)
    return simulate_history(parameters, generator.integers(200, 900, customers), generator)


@pytest.mark.data
def test_the_fit_of_other_implementations(cdnow: PurchaseSummary) -> None:
    fit = fit_mbg_nbd(cdnow.history)
    assert fit.identified, fit.reason
    for name in NAMES:
        assert getattr(fit.parameters, name) == pytest.approx(published("cdnow")["mbg_nbd"][name], abs=0.0006)
    x, recency, age = cdnow.history.frequency, cdnow.history.recency_days / 7, cdnow.history.age_days / 7
    theirs = ModifiedBetaGeoFitter().fit(x, recency, age)
    whole = -theirs._negative_log_likelihood_ * len(x) + np.log(theirs._scale) * x.sum()
    assert fit.log_likelihood == pytest.approx(whole, abs=0.001)
    assert log_likelihood(fit.parameters, cdnow.history) == pytest.approx(fit.log_likelihood, abs=1e-6)


@pytest.mark.data
def test_equals_lifetimes_customer_by_customer(cdnow: PurchaseSummary) -> None:
    theirs = ModifiedBetaGeoFitter()
    theirs.params_ = {name: getattr(CDNOW, name) for name in NAMES}
    x, recency, age = cdnow.history.frequency, cdnow.history.recency_days / 7, cdnow.history.age_days / 7
    alive = theirs.conditional_probability_alive(x, recency, age)
    np.testing.assert_allclose(p_alive(CDNOW, cdnow.history), alive, rtol=0, atol=1e-6)
    for days in (1.0, 90.0, 273.0, 3650.0):
        expected = theirs.conditional_expected_number_of_purchases_up_to_time(days / 7, x, recency, age)
        np.testing.assert_allclose(expected_purchases(CDNOW, cdnow.history, days), expected, atol=1e-6)


def test_gradient_and_hessian_are_those_of_the_value() -> None:
    base = simulated(MbgNbdParameters(0.9, 9.0, 0.8, 2.5), 400, seed=5)
    assert_derivatives(BgNbdLikelihood(base, 7.0, first_exit=0), np.array([0.7, 6.0, 0.5, 1.7]))


@pytest.mark.parametrize(
    "truth", [MbgNbdParameters(r=0.8, alpha=25.0, a=0.8, b=2.5), MbgNbdParameters(r=2.0, alpha=40.0, a=1.5, b=3.0)]
)
def test_recovers_the_truth_it_was_drawn_from_and_bg_nbd_fits_worse(truth: MbgNbdParameters) -> None:
    base = simulated(truth, 60_000, seed=11)
    fit = fit_mbg_nbd(base)
    assert fit.identified, fit.reason
    for name, error in zip(NAMES, fit.relative_errors, strict=True):
        # Purchases on one day merge, which the model doesn't know: 3 % beside the sampling error.
        assert np.log(getattr(fit.parameters, name) / getattr(truth, name)) == pytest.approx(0, abs=4 * error + 0.03)
    assert fit.log_likelihood > fit_bg_nbd(base).log_likelihood


def test_a_one_time_buyer_fades_with_silence_and_is_shown() -> None:
    once = PurchaseHistory(np.zeros(4, np.int64), np.zeros(4, np.int64), np.array([0, 30, 300, 3000]))
    alive, words = shown_p_alive(CDNOW, once)
    assert alive[0] == pytest.approx(CDNOW.b / (CDNOW.a + CDNOW.b))
    assert (np.diff(alive) < 0).all()
    assert words == [""] * 4


def test_forecasts_are_those_of_a_simulated_future() -> None:
    truth = MbgNbdParameters(0.8, 25.0, 0.8, 2.5)
    future = simulated_future(truth)
    assert expected_purchases(truth, future.base, 180).sum() == pytest.approx(len(future.later), rel=0.02)
    assert chance_of_purchase(truth, future.base, 180).sum() == pytest.approx(future.back(), rel=0.02)


def test_a_base_that_nobody_leaves_is_not_identified() -> None:
    generator = np.random.default_rng(4)
    age = generator.integers(200, 400, 3_000)
    fit = fit_mbg_nbd(simulate_history(MbgNbdParameters(1.0, 8.0, 1e-9, 1.0), age, generator))
    assert not fit.identified
    assert "nobody is seen to leave" in fit.reason
