"""Always-valid intervals: at least nominal coverage however often one peeks; the ordinary ones fail at that."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize

from campaigns.science.always_valid import LEAST, TUNED_AT, always_valid_interval, tuning, widening
from campaigns.science.differences import compare
from campaigns.science.sums import Sums

SIMULATIONS = 2_000
CUSTOMERS = 4_000  # on each side, at the end
LOOKS = np.arange(LEAST, CUSTOMERS + 1, 10)


def ever_wrong(control: NDArray[np.float64], arm: NDArray[np.float64], truth: float) -> tuple[float, float]:
    """The share of simulations in which some look left the truth out: always-valid, ordinary."""
    means, errors = [], []
    for values in (control, arm):
        totals, squares = values.cumsum(axis=1)[:, LOOKS - 1], (values**2).cumsum(axis=1)[:, LOOKS - 1]
        means.append(totals / LOOKS)
        errors.append((squares - totals**2 / LOOKS) / (LOOKS - 1) / LOOKS)
    away, error = np.abs(means[1] - means[0] - truth), np.sqrt(errors[0] + errors[1])
    reach = widening(2 * LOOKS.astype(float), rho=tuning(TUNED_AT))
    wrong = [np.mean(np.any(away > error * factor, axis=1)) for factor in (reach, 1.96)]
    return float(wrong[0]), float(wrong[1])


@pytest.mark.parametrize("kind", ["shares", "same shares", "amounts"])
def test_coverage_under_peeking(kind: str) -> None:
    """2,000 experiments, a look after every ten customers a side: at least 95 % are right at all their looks."""
    random = np.random.default_rng(20240601)
    size = (SIMULATIONS, CUSTOMERS)
    if kind == "amounts":
        control, arm, truth = random.gamma(2, 20, size), random.gamma(2, 22, size), 4.0
    else:
        lift = 0.05 if kind == "shares" else 0.0
        control, arm = ((random.random(size) < share).astype(float) for share in (0.2, 0.2 + lift))
        truth = lift
    always, ordinary = ever_wrong(control, arm, truth)
    assert always <= 0.05
    assert ordinary > 0.3


def test_the_tuning_is_the_best() -> None:
    """The closed form of ρ is within two per cent of the narrowest interval at the size it was made for."""
    best = optimize.minimize_scalar(lambda rho: float(widening(5_000, rho=rho)), bounds=(1e-3, 1), method="bounded")
    assert float(widening(5_000, rho=tuning(5_000))) <= best.fun * 1.02


def test_the_boundary_is_that_of_the_mixture() -> None:
    """At the boundary the mixture martingale exp(S²ρ²/(2(tρ²+1))) / √(tρ²+1) is exactly 1/α (Robbins 1970)."""
    for t in (30, 500, 64_000):
        rho = tuning(TUNED_AT)
        reach = float(widening(t, rho=rho)) * sqrt(t)  # of the sum, in standard deviations
        grown = t * rho * rho + 1
        assert log(exp(reach**2 * rho**2 / (2 * grown)) / sqrt(grown)) == pytest.approx(log(1 / 0.05))


def test_it_is_wider_than_a_single_look() -> None:
    control, arm = Sums(21_306, 2_262, 2_262, binary=True), Sums(21_307, 3_894, 3_894, binary=True)
    single, always = compare(control, arm).interval, always_valid_interval(control, arm)
    assert single and always and always[0] < single[0] < single[1] < always[1]
    assert sum(always) == pytest.approx(sum(single))


@pytest.mark.parametrize(("control", "arm"), [(Sums(29, 3, 3), Sums(900, 90, 90)), (Sums(900, 0, 0), Sums(900, 0, 0))])
def test_too_little_gives_none(control: Sums, arm: Sums) -> None:
    assert always_valid_interval(control, arm) is None
