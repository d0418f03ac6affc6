"""What intervals promise they keep: over many simulated bases 95 % of them hold the truth that was drawn from."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from retention.scoring.science.bg_nbd import BgNbdParameters, fit_bg_nbd
from retention.scoring.science.gamma_gamma import fit_gamma_gamma
from retention.scoring.science.gaps import Gaps, SortedGaps
from retention.scoring.science.mbg_nbd import MbgNbdParameters, fit_mbg_nbd
from retention.scoring.science.pareto_nbd import ParetoNbdParameters, fit_pareto_nbd

from . import test_bg_nbd, test_mbg_nbd, test_pareto_nbd
from .test_gamma_gamma import TRUTH as SPENDING
from .test_gamma_gamma import spenders

BASES, CUSTOMERS = 60, 1_500
Z = 1.96


def of_bg_nbd(seed: int) -> Any:
    return fit_bg_nbd(test_bg_nbd.simulated(BgNbdParameters(1.0, 20.0, 0.8, 2.5), CUSTOMERS, seed))


def of_mbg_nbd(seed: int) -> Any:
    return fit_mbg_nbd(test_mbg_nbd.simulated(MbgNbdParameters(1.0, 20.0, 0.8, 2.5), CUSTOMERS, seed))


def of_pareto_nbd(seed: int) -> Any:
    return fit_pareto_nbd(test_pareto_nbd.simulated(ParetoNbdParameters(1.0, 20.0, 0.8, 20.0), CUSTOMERS, seed))


def of_gamma_gamma(seed: int) -> Any:
    return fit_gamma_gamma(*spenders(CUSTOMERS, seed))


@pytest.mark.parametrize(
    ("fit_one", "truth"),
    [
        (of_bg_nbd, {"r": 1.0, "alpha": 20.0, "a": 0.8, "b": 2.5}),
        (of_mbg_nbd, {"r": 1.0, "alpha": 20.0, "a": 0.8, "b": 2.5}),
        (of_pareto_nbd, {"r": 1.0, "alpha": 20.0, "s": 0.8, "beta": 20.0}),
        (of_gamma_gamma, {"p": SPENDING.p, "q": SPENDING.q, "v": SPENDING.v}),
    ],
)
def test_the_intervals_of_a_fit_hold_the_truth(fit_one: Callable[[int], Any], truth: dict[str, float]) -> None:
    fits = [fit for fit in map(fit_one, range(BASES)) if fit.identified]
    assert len(fits) >= 0.95 * BASES
    held = [
        abs(np.log(getattr(fit.parameters, name) / value)) <= Z * error
        for fit in fits
        for (name, value), error in zip(truth.items(), fit.relative_errors, strict=True)
    ]
    assert 0.9 <= np.mean(held) <= 0.99  # 240 looks that hang together: 95 % give or take


def test_the_interval_of_a_threshold_holds_the_quantile() -> None:
    """Gaps of a known law: p90 of an exponential with mean 30 is 69.08; in whole days, as gaps are, 70."""
    dice = np.random.default_rng(3)
    size, bases = 150, 2_000
    days = np.ceil(dice.exponential(30, bases * size)).astype(np.int64)
    category = np.repeat(np.arange(bases), size)
    low, high = SortedGaps.of(Gaps(customer=np.arange(len(days)), category=category, duration=days), bases).interval(
        0.9
    )
    held = (low <= 70) & (high >= 70)
    assert 0.95 <= held.mean() < 1
