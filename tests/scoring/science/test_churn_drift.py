"""Drift: silent where nothing moved, told where something did, and the index equal to its definition."""

import numpy as np
import pytest

from retention.scoring.science.churn_drift import Drift, Limits, watch

NAMES = ("silence", "logins")


def world(customers: int, seed: int, *, later: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Two features with gaps, one of them moved by `later`, and true chances of leaving."""
    dice = np.random.default_rng(seed)
    values = np.column_stack([dice.gamma(2, 1, customers) + later, dice.poisson(3, customers).astype(float)])
    values[dice.random(customers) < 0.2, 1] = np.nan
    return values, dice.beta(2, 4, customers)


def looked_at(*, later: float = 0.0, lie: float = 0.0, customers: int = 4_000, seed: int = 1) -> Drift:
    then, chance = world(customers, seed)
    now, _ = world(customers, seed + 1_000, later=later)
    left = np.random.default_rng(seed + 2_000).random(customers) < np.clip(chance + lie, 0, 1)
    return watch(NAMES, then, now, chance, left)


def test_nothing_is_told_where_nothing_moved() -> None:
    told = [looked_at(seed=seed) for seed in range(200)]
    assert sum(bool(one.shifts) or one.off for one in told) == 0


def test_a_few_customers_are_no_drift_however_large_the_index() -> None:
    told = [looked_at(customers=40, seed=seed) for seed in range(200)]
    assert sum(bool(one.shifts) for one in told) <= 4  # one in a thousand of 400 looks, and the index is not exact


def test_a_feature_that_moved_is_named_and_the_other_not() -> None:
    drift = looked_at(later=1.5)
    assert [one.name for one in drift.shifts] == ["silence"]
    assert drift.shifts[0].index > 0.25 > drift.shifts[0].by_chance
    assert not drift.off


def test_chances_that_were_untrue_are_told_with_both_shares() -> None:
    drift = looked_at(lie=0.1)
    assert drift.off
    assert drift.happened - drift.foreseen == pytest.approx(0.1, abs=0.02)
    assert drift.z < -3.29
    assert not drift.shifts


def test_a_gap_under_the_limit_is_not_told_though_it_is_beyond_chance() -> None:
    then, chance = world(400_000, 5)
    left = np.random.default_rng(6).random(400_000) < chance + 0.01
    drift = watch(NAMES, then, then, chance, left, limits=Limits(gap=0.03))
    assert drift.z < -3.29
    assert not drift.off
    assert watch(NAMES, then, then, chance, left, limits=Limits(gap=0.005)).off


def test_the_index_is_its_definition() -> None:
    """Half of each part moved by hand: (p − q) log(p/q) over two parts, half a customer added to each."""
    then = np.repeat([0.0, 1.0], [500, 500])[:, None]
    now = np.repeat([0.0, 1.0], [200, 800])[:, None]
    drift = watch(("one",), then, now, np.full(1_000, 0.5), np.arange(1_000) % 2 == 0)
    p, q = np.array([500.5, 500.5]) / 1_001, np.array([200.5, 800.5]) / 1_001
    assert drift.shifts[0].index == pytest.approx(float(((p - q) * np.log(p / q)).sum()))


@pytest.mark.parametrize("column", [np.full(50, np.nan), np.zeros(50)])
def test_a_feature_that_nobody_has_or_that_is_alike_in_all_is_no_drift(column: np.ndarray) -> None:
    drift = watch(("one",), column[:, None], column[:, None], np.full(50, 0.5), np.arange(50) % 2 == 0)
    assert drift.shifts == ()


def test_certain_chances_have_no_error() -> None:
    values = np.zeros((10, 1))
    assert watch(("one",), values, values, np.zeros(10), np.zeros(10, dtype=bool)).z == 0.0


def test_what_is_new_to_be_unknown_is_a_shift() -> None:
    then, chance = world(4_000, 9)
    now = then.copy()
    now[:, 0] = np.nan
    drift = watch(NAMES, then, now, chance, np.random.default_rng(1).random(4_000) < chance)
    assert drift.shifts[0].name == "silence"
