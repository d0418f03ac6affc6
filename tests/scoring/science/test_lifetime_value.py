"""Discounted value equals lifetimes' where the two count alike, and keeps its own promises."""

import numpy as np
import pandas as pd
import pytest
from lifetimes.utils import _customer_lifetime_value

from retention.scoring.science.bg_nbd import BgNbdParameters, expected_purchases, p_alive
from retention.scoring.science.lifetime_value import (
    NEXT_12_MONTHS,
    NEXT_90_DAYS,
    Horizon,
    lifetime_value,
    outlook,
)
from retention.scoring.science.purchases import PurchaseSummary
from retention.scoring.science.simulation import simulate_history

from .test_bg_nbd import CDNOW, lifetimes_model


@pytest.mark.data
def test_equals_lifetimes_customer_by_customer(cdnow: PurchaseSummary) -> None:
    base, amount = cdnow.history, cdnow.monetary_value
    theirs = _customer_lifetime_value(
        lifetimes_model(CDNOW),
        pd.Series(base.frequency),
        pd.Series(base.recency_days / 7),
        pd.Series(base.age_days / 7),
        pd.Series(amount),
        time=12,
        discount_rate=0.01,
        freq="W",
    )
    month = 4.345 * 7  # lifetimes' month of weeks
    ahead = outlook(CDNOW, base, (Horizon(12 * month, 12, 0.01),))
    value = lifetime_value(ahead.discounted_purchases[0], amount)
    np.testing.assert_allclose(value, theirs.to_numpy(), rtol=1e-6, atol=1e-6)


def test_the_outlook_is_the_single_answers_together() -> None:
    generator = np.random.default_rng(1)
    base = simulate_history(CDNOW, generator.integers(1, 600, 4_000), generator)
    ahead = outlook(CDNOW, base)
    np.testing.assert_array_equal(ahead.p_alive, p_alive(CDNOW, base))
    for position, horizon in enumerate((NEXT_90_DAYS, NEXT_12_MONTHS)):
        single = expected_purchases(CDNOW, base, horizon.days)
        np.testing.assert_allclose(ahead.expected_purchases[position], single, rtol=1e-12)


def test_discount_lowers_and_no_discount_keeps() -> None:
    generator = np.random.default_rng(2)
    base = simulate_history(CDNOW, generator.integers(1, 600, 500), generator)
    free = outlook(CDNOW, base, (Horizon(365, 12, 0.0),))
    np.testing.assert_allclose(free.discounted_purchases[0], free.expected_purchases[0], rtol=1e-9)
    dear = outlook(CDNOW, base, (Horizon(365, 12, 0.05),))
    assert (dear.discounted_purchases[0] < free.expected_purchases[0]).all()


def test_a_sparse_base_with_huge_counts_gives_the_same_as_a_dense_one() -> None:
    generator = np.random.default_rng(3)
    base = simulate_history(CDNOW, generator.integers(1, 600, 50), generator)
    robot = np.array([[4_000_000], [5_000_000], [5_000_000]])
    columns = np.c_[[base.frequency, base.recency_days, base.age_days], robot]
    together = outlook(CDNOW, type(base)(*columns.copy()))
    np.testing.assert_allclose(
        together.expected_purchases[0][:-1], outlook(CDNOW, base).expected_purchases[0], rtol=1e-9
    )
    assert np.isfinite(together.expected_purchases[0]).all()


def test_the_horizons_people_see() -> None:
    assert (NEXT_90_DAYS.days, NEXT_90_DAYS.steps, NEXT_90_DAYS.discount_per_step) == (90, 3, 0.01)
    assert (NEXT_12_MONTHS.days, NEXT_12_MONTHS.steps, NEXT_12_MONTHS.discount_per_step) == (365, 12, 0.01)
    assert Horizon(0.5, 1, 0.0).days == 0.5


def test_margin_scales_value() -> None:
    purchases, amount = np.array([2.0, 0.5]), np.array([10.0, 40.0])
    assert lifetime_value(purchases, amount, 0.3).tolist() == pytest.approx([6.0, 6.0])


@pytest.mark.parametrize("bad", [(0, 3, 0.01), (90, 0, 0.01), (90, 3, -1.0)])
def test_an_impossible_horizon_is_refused(bad: tuple[float, int, float]) -> None:
    with pytest.raises(ValueError, match="horizon"):
        Horizon(*bad)


def test_an_empty_base_has_an_empty_outlook() -> None:
    parameters = BgNbdParameters(0.8, 9.0, 0.8, 2.5)
    nobody = simulate_history(parameters, np.array([30]), np.random.default_rng(0)).take(slice(0, 0))
    ahead = outlook(parameters, nobody)
    assert [len(part) for part in (ahead.p_alive, *ahead.expected_purchases)] == [0, 0, 0]
