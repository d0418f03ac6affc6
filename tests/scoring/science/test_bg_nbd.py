"""BG/NBD: the paper's figures, lifetimes customer by customer, known truths, and data that say too little."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifetimes import BetaGeoFitter

from retention.scoring.science.bg_nbd import (
    ONE_PURCHASE,
    BgNbdParameters,
    chance_of_purchase,
    expected_purchases,
    fit_bg_nbd,
    log_likelihood,
    p_alive,
    shown_p_alive,
)
from retention.scoring.science.bg_nbd_likelihood import BgNbdLikelihood
from retention.scoring.science.model_fit import Minimum
from retention.scoring.science.purchases import PurchaseHistory, PurchaseSummary
from retention.scoring.science.simulation import simulate_history

from .published import published
from .truths import assert_derivatives, simulated_future

CDNOW = BgNbdParameters(r=0.2426, alpha=4.4135, a=0.7929, b=2.4258)


def history(*rows: tuple[int, int, int]) -> PurchaseHistory:
    return PurchaseHistory(*np.array(rows, dtype=np.int64).T.copy())


def simulated(
    parameters: BgNbdParameters, customers: int, seed: int, days: tuple[int, int] = (200, 900)
) -> PurchaseHistory:
    generator = np.random.default_rng(seed)
    return simulate_history(parameters, generator.integers(*days, customers), generator)


def lifetimes_model(parameters: BgNbdParameters) -> BetaGeoFitter:
    model = BetaGeoFitter()
    names = ("r", "alpha", "a", "b")
    model.params_ = {name: getattr(parameters, name) for name in names}
    model.predict = model.conditional_expected_number_of_purchases_up_to_time
    return model


@pytest.mark.data
def test_the_published_fit(cdnow: PurchaseSummary) -> None:
    figures = published("cdnow")
    fit = fit_bg_nbd(cdnow.history)
    assert fit.identified, fit.reason
    assert (fit.customers, fit.repeat_customers) == (figures["customers"], figures["repeat_customers"])
    for name in ("r", "alpha", "a", "b"):
        assert getattr(fit.parameters, name) == pytest.approx(figures["bg_nbd"][name], rel=0.001)
    assert fit.log_likelihood == pytest.approx(figures["bg_nbd"]["log_likelihood"], abs=0.005)
    assert log_likelihood(fit.parameters, cdnow.history) == pytest.approx(fit.log_likelihood, abs=1e-6)


@pytest.mark.data
def test_another_time_unit_is_the_same_model(cdnow: PurchaseSummary) -> None:
    weeks, days = fit_bg_nbd(cdnow.history), fit_bg_nbd(cdnow.history, unit_days=1.0)
    assert days.parameters.alpha == pytest.approx(7 * weeks.parameters.alpha, rel=1e-4)
    assert days.parameters.a == pytest.approx(weeks.parameters.a, rel=1e-4)
    per_purchase = np.log(7) * cdnow.history.frequency.sum()
    assert days.log_likelihood == pytest.approx(weeks.log_likelihood - per_purchase, abs=1e-3)
    np.testing.assert_allclose(
        expected_purchases(days.parameters, cdnow.history, 90),
        expected_purchases(weeks.parameters, cdnow.history, 90),
        rtol=1e-4,
    )


@pytest.mark.data
def test_equals_lifetimes_customer_by_customer(cdnow: PurchaseSummary) -> None:
    theirs = lifetimes_model(CDNOW)
    x, recency, age = cdnow.history.frequency, cdnow.history.recency_days / 7, cdnow.history.age_days / 7
    alive = theirs.conditional_probability_alive(x, recency, age)
    np.testing.assert_allclose(p_alive(CDNOW, cdnow.history), alive, rtol=0, atol=1e-6)
    for days in (1.0, 90.0, 273.0, 3650.0):
        expected = theirs.conditional_expected_number_of_purchases_up_to_time(days / 7, x, recency, age)
        np.testing.assert_allclose(expected_purchases(CDNOW, cdnow.history, days), expected, atol=1e-6)


@pytest.mark.data
def test_the_fit_is_the_one_lifetimes_finds(cdnow: PurchaseSummary) -> None:
    x, recency, age = cdnow.history.frequency, cdnow.history.recency_days / 7, cdnow.history.age_days / 7
    theirs = BetaGeoFitter().fit(x, recency, age)
    ours = fit_bg_nbd(cdnow.history)
    mean = -theirs._negative_log_likelihood_  # lifetimes reports a mean, and that of a rescaled time
    rescaled = np.log(theirs._scale) * x.sum()
    assert ours.log_likelihood == pytest.approx(mean * len(x) + rescaled, abs=0.001)


def test_gradient_and_hessian_are_those_of_the_value() -> None:
    base = simulated(BgNbdParameters(0.9, 9.0, 0.8, 2.5), 400, seed=5)
    assert_derivatives(BgNbdLikelihood(base, 7.0), np.array([0.7, 6.0, 0.5, 1.7]))


@pytest.mark.parametrize(
    "truth",
    [
        BgNbdParameters(r=0.8, alpha=25.0, a=0.8, b=2.5),
        BgNbdParameters(r=2.0, alpha=40.0, a=1.5, b=4.0),
        BgNbdParameters(r=0.4, alpha=60.0, a=0.3, b=2.0, unit_days=1.0),
    ],
)
def test_recovers_the_truth_it_was_drawn_from(truth: BgNbdParameters) -> None:
    fit = fit_bg_nbd(simulated(truth, 60_000, seed=11), unit_days=truth.unit_days)
    assert fit.identified, fit.reason
    for name, error in zip(("r", "alpha", "a", "b"), fit.relative_errors, strict=True):
        # Purchases on one day merge, which the model doesn't know: 3 % beside the sampling error.
        assert np.log(getattr(fit.parameters, name) / getattr(truth, name)) == pytest.approx(0, abs=4 * error + 0.03)


def test_a_large_base_starts_from_a_pilot_and_ends_at_the_same_top() -> None:
    base = simulated(BgNbdParameters(0.8, 25.0, 0.8, 2.5), 60_000, seed=3)
    fit = fit_bg_nbd(base)
    values = np.array([fit.parameters.r, fit.parameters.alpha, fit.parameters.a, fit.parameters.b])
    slope = BgNbdLikelihood(base, 7.0)(values).gradient * values
    assert np.abs(slope * fit.relative_errors).max() < 1e-3  # standard errors away from the top


def test_the_order_of_customers_does_not_matter_for_the_fit() -> None:
    base = simulated(BgNbdParameters(0.8, 25.0, 0.8, 2.5), 3_000, seed=8)
    shuffled = base.take(np.random.default_rng(0).permutation(3_000))
    ours, theirs = fit_bg_nbd(base).parameters, fit_bg_nbd(shuffled).parameters
    assert ours.a == pytest.approx(theirs.a, rel=1e-6)
    assert fit_bg_nbd(base) == fit_bg_nbd(base)


def test_too_few_customers_are_not_fitted() -> None:
    fit = fit_bg_nbd(history((1, 5, 30), (0, 0, 20)))
    assert (fit.identified, fit.reason) == (False, "too few customers (2 of 100)")
    assert np.isnan(fit.log_likelihood)
    assert np.isnan(fit.relative_errors).tolist() == [True] * 4
    assert np.isnan(fit.parameters.r)


def test_nobody_at_all_is_not_fitted() -> None:
    fit = fit_bg_nbd(PurchaseHistory(*np.empty((3, 0), dtype=np.int64)))
    assert (fit.identified, fit.reason) == (False, "too few customers (0 of 100)")


def test_a_base_of_one_time_buyers_is_not_fitted() -> None:
    once = PurchaseHistory(np.zeros(500, np.int64), np.zeros(500, np.int64), np.full(500, 90))
    fit = fit_bg_nbd(once)
    assert (fit.identified, fit.reason) == (False, "too few customers who bought again (0 of 30)")


def test_the_minimum_is_policy() -> None:
    base = simulated(BgNbdParameters(0.8, 10.0, 0.8, 2.5), 150, seed=2)
    minimum = Minimum(customers=1_000, repeat_customers=30)
    assert fit_bg_nbd(base, minimum=minimum).reason == "too few customers (150 of 1000)"


def test_a_base_that_nobody_leaves_is_not_identified() -> None:
    generator = np.random.default_rng(4)
    age = generator.integers(200, 400, 3_000)
    loyal = simulate_history(BgNbdParameters(1.0, 8.0, 1e-9, 1.0), age, generator)
    fit = fit_bg_nbd(loyal)
    assert not fit.identified
    assert "nobody is seen to leave" in fit.reason


def test_customers_who_are_all_alike_are_not_identified() -> None:
    alike = PurchaseHistory(np.full(400, 3), np.full(400, 60), np.full(400, 90))
    fit = fit_bg_nbd(alike)
    assert not fit.identified
    assert fit.reason


def test_customers_who_all_came_yesterday_are_not_identified() -> None:
    frequency = np.r_[np.ones(60, np.int64), np.zeros(200, np.int64)]
    fit = fit_bg_nbd(PurchaseHistory(frequency, frequency, np.ones(260, np.int64)))
    assert not fit.identified
    assert fit.reason


def test_a_one_time_buyer_is_never_shown_as_alive() -> None:
    base = history((0, 0, 5), (0, 0, 900), (2, 100, 110), (40, 300, 900))
    assert p_alive(CDNOW, base)[:2].tolist() == [1.0, 1.0]
    alive, why = shown_p_alive(CDNOW, base)
    assert np.isnan(alive[:2]).all()
    assert why == [ONE_PURCHASE, ONE_PURCHASE, "", ""]
    assert 0.5 < alive[2] < 1
    assert 0 <= alive[3] < 1e-6


def test_huge_counts_and_ages_stay_finite() -> None:
    base = history((5_000, 5_199, 5_200), (1_500, 1_600, 20_000), (1, 1, 20_000), (0, 0, 0), (0, 0, 20_000))
    expected = expected_purchases(CDNOW, base, 365)
    assert np.isfinite(expected).all()
    assert (expected >= 0).all()
    assert expected[0] == pytest.approx(5_000 / 5_200 * 365, rel=0.4)
    assert expected[1] == pytest.approx(0, abs=1e-9)
    assert np.isfinite(log_likelihood(CDNOW, base))


@pytest.mark.parametrize("a", [1.0, 1 + 1e-9, 1 - 1e-9])
def test_a_near_one_is_no_hole_in_the_formula(a: float) -> None:
    base = history((0, 0, 70), (3, 140, 200), (50, 600, 620))
    at = expected_purchases(BgNbdParameters(0.8, 9.0, a, 2.5), base, 90)
    beside = expected_purchases(BgNbdParameters(0.8, 9.0, 1.001, 2.5), base, 90)
    np.testing.assert_allclose(at, beside, rtol=2e-3)


def test_expected_purchases_grow_with_the_days_ahead_and_start_at_none() -> None:
    base = history((0, 0, 70), (3, 140, 200), (50, 600, 620), (2, 10, 700))
    ahead = np.array([expected_purchases(CDNOW, base, days) for days in (0, 1, 30, 90, 365, 3650)])
    assert np.abs(ahead[0]).max() < 1e-12
    assert (np.diff(ahead, axis=0) > 0).all()


def test_silence_lowers_the_chance_of_being_alive() -> None:
    base = history(*((5, 100, 100 + silent) for silent in (0, 10, 50, 200, 800)))
    assert (np.diff(p_alive(CDNOW, base)) < 0).all()


def test_forecasts_are_those_of_a_simulated_future() -> None:
    truth = BgNbdParameters(0.8, 25.0, 0.8, 2.5)
    future = simulated_future(truth)
    assert expected_purchases(truth, future.base, 180).sum() == pytest.approx(len(future.later), rel=0.02)
    assert chance_of_purchase(truth, future.base, 180).sum() == pytest.approx(future.back(), rel=0.02)
    silent = future.base.take(np.flatnonzero(future.base.recency_days < 100))
    silent_back = future.back(lambda base: base.recency_days < 100)
    assert chance_of_purchase(truth, silent, 180).sum() == pytest.approx(silent_back, rel=0.03)


odd_histories = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 2_000), st.integers(0, 2_000)), min_size=1, max_size=6
)


@given(odd_histories)
@settings(max_examples=60, deadline=None)
def test_whatever_the_data_a_fit_is_sound_or_says_that_it_is_not(rows: list[tuple[int, int, int]]) -> None:
    frequency, extra, rest = np.repeat(np.array(rows, dtype=np.int64), 60, axis=0).T
    recency = np.where(frequency > 0, frequency + extra, 0)
    base = PurchaseHistory(frequency.copy(), recency, recency + rest)
    fit = fit_bg_nbd(base)
    assert fit.identified == (not fit.reason)
    if fit.identified:
        assert np.isfinite(fit.log_likelihood)
        assert np.isfinite(expected_purchases(fit.parameters, base, 90)).all()
