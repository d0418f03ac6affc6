"""Pools, healthy stages and gone for good: bounds, precedence, unknowns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.scoring.science.pools import (
    NO_POOL,
    NO_STAGE,
    POOLS,
    STAGES,
    PoolPolicy,
    gone_for_good,
    healthy_stage,
    pool_of,
    silence_ratio,
)


def pools(silence: list[float], threshold: float, policy: PoolPolicy | None = None) -> list[str]:
    codes = pool_of(np.array(silence, dtype=np.float64), np.full(len(silence), threshold), policy or PoolPolicy())
    return ["none" if code == NO_POOL else POOLS[code] for code in codes.tolist()]


def test_a_bound_belongs_to_the_graver_pool() -> None:
    names = pools([0, 14, 15, 29, 30, 59, 60, 4_000], 30.0)
    assert names == ["active", "active", "at_risk", "at_risk", "hibernating", "hibernating", "lost", "lost"]


def test_bounds_are_policy() -> None:
    assert pools([10, 20, 100], 10.0, PoolPolicy(1.5, 3, 12)) == ["active", "at_risk", "hibernating"]
    with pytest.raises(ValueError, match="one after the other"):
        PoolPolicy(at_risk=1.0, hibernating=1.0)


def test_unknown_silence_or_threshold_is_no_pool() -> None:
    assert pools([float("nan"), 3], 30.0) == ["none", "active"]
    assert pools([3], float("nan")) == ["none"]
    assert np.isnan(silence_ratio(np.array([np.nan]), np.array([30.0]))).all()


@given(st.integers(0, 2_000), st.floats(1, 540))
def test_the_pool_is_the_one_of_the_ratio_and_never_gets_milder_with_silence(silence: int, threshold: float) -> None:
    today, tomorrow = pool_of(np.array([silence, silence + 1.0]), np.full(2, threshold)).tolist()
    ratio = silence_ratio(np.array([float(silence)]), np.array([threshold]))[0]
    assert today <= tomorrow
    assert today == sum(ratio >= bound for bound in (0.5, 1, 2)) or abs(ratio * 2 - round(ratio * 2)) < 1e-9


@pytest.mark.parametrize(
    ("pool", "age", "recent", "earlier", "back", "stage"),
    [
        ("active", 20, 1, 0, None, "new"),
        ("active", 29, 2, 0, None, "new"),
        ("active", 30, 2, 1, None, "growing"),
        ("active", 400, 3, 3, None, "mature"),
        ("active", 400, 2, 3, None, "mature"),
        ("active", 400, 5, 3, 30, "returned"),
        ("active", 400, 5, 3, 31, "growing"),
        ("at_risk", 400, 5, 3, 3, None),
        ("lost", 20, 1, 0, None, None),
    ],
)
def test_healthy_stages(pool: str, age: int, recent: int, earlier: int, back: int | None, stage: str | None) -> None:
    numbers = [age, 30.0, recent, earlier, np.nan if back is None else back]
    columns = (np.array([number], dtype=np.float64) for number in numbers)
    (code,) = healthy_stage(np.array([POOLS.index(pool)], dtype=np.int8), *columns).tolist()
    assert code == (NO_STAGE if stage is None else STAGES.index(stage))


@pytest.mark.parametrize(
    ("lost", "chance", "false_churn", "tried", "reachable", "said", "gone"),
    [
        (180, 0.049, False, 2, True, False, True),
        (180, 0.049, False, 0, False, False, True),
        (179, 0.049, False, 2, True, False, False),
        (180, 0.05, False, 2, True, False, False),
        (180, np.nan, False, 2, True, False, False),
        (np.nan, 0.01, False, 2, True, False, False),
        (180, 0.01, True, 2, True, False, False),
        (180, 0.01, False, 1, True, False, False),
        (np.nan, 0.9, True, 0, True, True, True),
    ],
)
def test_gone_for_good(
    lost: float, chance: float, false_churn: bool, tried: int, reachable: bool, said: bool, gone: bool
) -> None:
    found = gone_for_good(
        np.array([lost]),
        np.array([chance]),
        np.array([false_churn]),
        np.array([float(tried)]),
        np.array([reachable]),
        np.array([said]),
    )
    assert found.tolist() == [gone]
