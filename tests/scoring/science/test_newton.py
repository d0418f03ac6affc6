"""The climb: known tops, bad starts, bounds, and a pilot that guides or misleads."""

import numpy as np
import pytest
from scipy.special import digamma, gammaln, polygamma

from retention.scoring.science.newton import Derivatives, Maximum, maximise, pilot_rows, polish, warm_start


class Gamma:
    """Log-likelihood of gamma-distributed amounts, whose top scipy knows too."""

    def __init__(self, amounts: np.ndarray) -> None:
        self.n, self.total, self.logs = len(amounts), amounts.sum(), np.log(amounts).sum()

    def __call__(self, parameters: np.ndarray) -> Derivatives:
        shape, rate = parameters
        value = self.n * (shape * np.log(rate) - gammaln(shape)) + (shape - 1) * self.logs - rate * self.total
        gradient = np.array([self.n * (np.log(rate) - digamma(shape)) + self.logs, self.n * shape / rate - self.total])
        cross = self.n / rate
        hessian = np.array([[-self.n * polygamma(1, shape), cross], [cross, -self.n * shape / rate**2]])
        return Derivatives(float(value), gradient, hessian)

    def slope(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        at = self(parameters)
        return at.value, at.gradient


AMOUNTS = np.random.default_rng(1).gamma(3.0, 1 / 0.2, 50_000)


@pytest.mark.parametrize("start", [[1.0, 1.0], [1e-4, 1e4], [500.0, 1e-3], [3.0, 0.2]])
def test_finds_the_top_from_anywhere(start: list[float]) -> None:
    found = maximise(Gamma(AMOUNTS), np.array(start))
    assert found.converged
    slope = Gamma(AMOUNTS)(found.parameters).gradient * found.parameters
    assert np.abs(slope * found.relative_errors).max() < 1e-3
    assert found.parameters == pytest.approx([3.0, 0.2], rel=0.03)


def test_standard_errors_are_the_spread_of_repeated_samples() -> None:
    generator = np.random.default_rng(2)
    fits = [maximise(Gamma(generator.gamma(3, 5, 400)), np.ones(2)) for _ in range(200)]
    spread = np.log([fit.parameters for fit in fits]).std(axis=0)
    np.testing.assert_allclose(np.mean([fit.relative_errors for fit in fits], axis=0), spread, rtol=0.15)


def test_a_likelihood_that_rises_for_ever_stops_at_the_bound_and_says_so() -> None:
    def rising(parameters: np.ndarray) -> Derivatives:
        return Derivatives(float(np.log(parameters).sum()), 1 / parameters, -np.diag(1 / parameters**2))

    found = maximise(rising, np.array([1.0]))
    assert not found.converged
    assert np.log(found.parameters[0]) == pytest.approx(14)


def test_a_likelihood_that_is_not_a_number_never_converges() -> None:
    nothing = np.full(2, np.nan)
    found = maximise(lambda p: Derivatives(np.nan, nothing, np.outer(nothing, nothing)), np.ones(2))
    assert not found.converged


def test_a_pilot_guides_the_whole_base_to_the_same_top() -> None:
    pilot = maximise(Gamma(AMOUNTS[::10]), np.ones(2))
    polished, climbed = polish(Gamma(AMOUNTS).slope, pilot, 10), maximise(Gamma(AMOUNTS), np.ones(2))
    assert polished is not None
    np.testing.assert_allclose(polished.parameters, climbed.parameters, rtol=1e-5)
    assert polished.value == pytest.approx(climbed.value, abs=1e-3)
    np.testing.assert_allclose(polished.relative_errors, climbed.relative_errors, rtol=0.1)


def test_a_pilot_of_other_people_is_no_guide() -> None:
    strangers = maximise(Gamma(np.random.default_rng(3).gamma(300, 1, 5_000)), np.ones(2))
    assert polish(Gamma(AMOUNTS).slope, strangers, 10) is None
    lost = Maximum(np.ones(2), 0.0, np.full((2, 2), np.nan), True, 1)
    assert polish(Gamma(AMOUNTS).slope, lost, 10) is None


def test_a_pilot_is_spread_evenly_and_small_bases_need_none() -> None:
    assert pilot_rows(40_000) is None
    rows = pilot_rows(1_000_000)
    assert rows is not None
    assert (len(rows), rows[0], rows[-1]) == (20_000, 0, 999_999)
    assert set(np.diff(rows).tolist()) <= {49, 50, 51}


def test_a_warm_start_without_a_top_is_no_start() -> None:
    def flat(parameters: np.ndarray) -> Derivatives:
        return Derivatives(np.nan, np.full(2, np.nan), np.full((2, 2), np.nan))

    assert warm_start(flat, np.array([2.0, 3.0])).tolist() == [2.0, 3.0]
