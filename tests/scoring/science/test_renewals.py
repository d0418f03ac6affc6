"""sBG and BdW: the published fits, a plain second computation, known truths, and renewals that say too little."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import betaln, hyp2f1

from retention.scoring.science.renewal_likelihood import RenewalLikelihood
from retention.scoring.science.renewal_value import residual_renewals
from retention.scoring.science.renewals import (
    LeastRenewals,
    RenewalFit,
    RenewalParameters,
    Renewals,
    fit_bdw,
    fit_sbg,
    survival,
)
from retention.scoring.science.simulation import simulate_renewals

from .truths import assert_derivatives

# Fader & Hardie (2007), of 1000: years 1 to 7 are fitted.
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]

STEADY, AGEING = RenewalParameters(0.9, 2.2), RenewalParameters(0.8, 3.0, 1.4)


def cohort(survivors: list[int]) -> Renewals:
    """One cohort: those still there at the end are open."""
    left = [*(-np.diff(survivors)).tolist(), 0]
    return Renewals(np.array(left), np.array([0] * (len(survivors) - 1) + [survivors[-1]]))


def simulated(truth: RenewalParameters, contracts: int, seed: int, most: int = 8) -> Renewals:
    generator = np.random.default_rng(seed)
    return simulate_renewals(truth, generator.integers(1, most + 1, contracts), generator)


@pytest.mark.parametrize(
    ("survivors", "alpha", "beta"), [(REGULAR, 0.704, 1.182), (HIGH_END, 0.668, 3.806)], ids=["regular", "high end"]
)
def test_the_published_fit(survivors: list[int], alpha: float, beta: float) -> None:
    fit = fit_sbg(cohort(survivors))
    assert fit.identified, fit.reason
    assert fit.parameters.alpha == pytest.approx(alpha, abs=6e-4)
    assert fit.parameters.beta == pytest.approx(beta, abs=6e-4)


@pytest.mark.parametrize("survivors", [REGULAR, HIGH_END], ids=["regular", "high end"])
def test_equals_a_plain_computation_of_bdw(survivors: list[int]) -> None:
    left, rest = -np.diff(survivors), survivors[-1]

    def loss(logs: np.ndarray) -> float:
        alpha, beta, c = np.exp(logs)
        share = np.exp(betaln(alpha, beta + np.arange(len(survivors)) ** c) - betaln(alpha, beta))
        return float(-left @ np.log(-np.diff(share)) - rest * np.log(share[-1]))

    options = {"xatol": 1e-8, "fatol": 1e-10, "maxiter": 5_000, "maxfev": 5_000}
    theirs = minimize(loss, np.zeros(3), method="Nelder-Mead", options=options)
    ours = fit_bdw(cohort(survivors))
    assert ours.log_likelihood == pytest.approx(-theirs.fun, abs=0.01)
    np.testing.assert_allclose(ours.parameters.array(), np.exp(theirs.x), rtol=0.01)


@pytest.mark.parametrize("at", [[0.7, 1.2], [0.5, 2.5, 1.3], [2.0, 1.5, 0.6]])
def test_gradient_and_hessian_are_those_of_the_value(at: list[float]) -> None:
    data = simulated(AGEING, 500, seed=2)
    assert_derivatives(RenewalLikelihood(data.left, data.open), np.array(at))


def test_contracts_are_counted_by_renewals_made() -> None:
    data = Renewals.of(np.array([0, 0, 1, 2, 2, 0]), np.array([True, False, True, False, False, True]))
    assert (data.left.tolist(), data.open.tolist()) == ([2, 1, 0], [1, 0, 2])
    assert (data.asked.tolist(), data.kept.tolist()) == ([5, 3, 0], [3, 2, 0])


@pytest.mark.parametrize(("fit_one", "truth"), [(fit_sbg, STEADY), (fit_bdw, AGEING)], ids=["sbg", "bdw"])
def test_recovers_the_truth_it_was_drawn_from(fit_one, truth: RenewalParameters) -> None:
    fit = fit_one(simulated(truth, 200_000, seed=5))
    assert fit.identified, fit.reason
    off = np.log(fit.parameters.array() / truth.array())[: len(fit.relative_errors)]
    assert (np.abs(off) < 4 * np.array(fit.relative_errors)).all()
    assert max(fit.relative_errors) < 0.1


@pytest.mark.parametrize(("fit_one", "truth"), [(fit_sbg, STEADY), (fit_bdw, AGEING)], ids=["sbg", "bdw"])
def test_intervals_hold_the_truth(fit_one, truth: RenewalParameters) -> None:
    """Of parameters and of what is still to come, over 200 bases."""
    made = np.array([0, 2, 5])
    known = RenewalFit(truth, 0.0, 0, 0, (0.0,), True, "", ((0.0,),))
    worth = residual_renewals(known, made, 0.1).expected
    held_fit, held_worth = [], []
    for seed in range(200):
        fit = fit_one(simulated(truth, 4_000, seed))
        assert fit.identified, fit.reason
        off = np.log(fit.parameters.array() / truth.array())[: len(fit.relative_errors)]
        held_fit.append(np.abs(off) <= 1.96 * np.array(fit.relative_errors))
        found = residual_renewals(fit, made, 0.1)
        held_worth.append((found.low <= worth) & (worth <= found.high))
    assert 0.91 <= np.mean(held_fit) <= 0.99
    assert 0.91 <= np.mean(held_worth) <= 0.99


def test_what_is_still_to_come_is_the_closed_form_of_sbg() -> None:
    fit = fit_sbg(cohort(REGULAR))
    a, b = fit.parameters.alpha, fit.parameters.beta
    made = np.array([3, 0, 3, 7])
    closed = (b + made) / (a + b + made) * hyp2f1(1, b + made + 1, a + b + made + 1, 1 / 1.1)
    found = residual_renewals(fit, made, 0.1)
    np.testing.assert_allclose(found.expected, closed, rtol=1e-9)
    assert (found.low < found.expected).all()
    assert (found.expected < found.high).all()


def test_the_curve_starts_whole_and_falls() -> None:
    np.testing.assert_allclose(survival(RenewalParameters(1.0, 1.0), np.arange(4)), [1, 1 / 2, 1 / 3, 1 / 4])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (Renewals.of(np.array([], int), np.array([], bool)), "too few contracts came up for renewal (0 of 100)"),
        (Renewals.of(np.array([0]), np.array([True])), "too few contracts came up for renewal (1 of 100)"),
        (Renewals.of(np.zeros(500, int), np.zeros(500, bool)), "too few contracts came up for renewal (0 of 100)"),
        (cohort([500, 500, 500]), "nobody left: how long contracts last can't be told"),
        (cohort([500, 0]), "nobody renewed: there is no second term to learn from"),
        (cohort([500, 490, 480]), "too few contracts ended (20 of 30)"),
        (cohort([500, 10, 5]), "too few contracts were renewed (10 of 30)"),
        (cohort([500, 300]), "too few terms in a row were seen (1 of 2)"),
    ],
)
def test_what_too_little_says(data: Renewals, reason: str) -> None:
    fit = fit_sbg(data)
    assert (fit.identified, fit.reason) == (False, reason)
    assert np.isnan(residual_renewals(fit, np.array([0, 1]), 0.1).expected).all()


def test_bdw_needs_a_third_term() -> None:
    assert fit_bdw(cohort([500, 300, 200])).reason == "too few terms in a row were seen (2 of 3)"


def test_where_all_leave_with_one_chance_no_spread_is_made_up() -> None:
    fit = fit_sbg(cohort([3200, 1600, 800, 400, 200, 100]), minimum=LeastRenewals())
    assert not fit.identified
    assert "alpha" in fit.reason
    assert "beta" in fit.reason
