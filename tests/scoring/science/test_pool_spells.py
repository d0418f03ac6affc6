"""Spells: by hand, and equal to asking every single day."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.scoring.science.pool_spells import (
    STILL,
    PoolSpells,
    days_since_return,
    entered_between,
    flows,
    pool_spells,
    pools_on,
)
from retention.scoring.science.pools import ACTIVE, HIBERNATING, LOST, NO_POOL, POOLS, pool_of

Days = list[set[int]]  # order days by customer code


def spells_of(days: Days, thresholds: list[float], as_of: int) -> PoolSpells:
    rows = [(customer, day) for customer, mine in enumerate(days) for day in sorted(mine)]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 2).T.copy()
    return pool_spells(*columns, np.array(thresholds, dtype=np.float64), as_of=as_of)


def listed(spells: PoolSpells) -> list[tuple[int, str, int, int]]:
    return [
        (customer, POOLS[pool], entered, left)
        for customer, pool, entered, left in zip(
            spells.customer.tolist(),
            spells.pool.tolist(),
            spells.entered_on.tolist(),
            spells.left_on.tolist(),
            strict=True,
        )
    ]


def test_one_life_by_hand() -> None:
    spells = spells_of([{0, 4, 30}], [10.0], as_of=50)
    assert listed(spells) == [
        (0, "active", 0, 9),
        (0, "at_risk", 9, 14),
        (0, "hibernating", 14, 24),
        (0, "lost", 24, 30),
        (0, "active", 30, 35),
        (0, "at_risk", 35, 40),
        (0, "hibernating", 40, 50),
        (0, "lost", 50, STILL),
    ]
    assert days_since_return(spells, 50, 1).tolist() == [20.0]


def test_orders_in_time_keep_one_spell_going() -> None:
    assert listed(spells_of([{0, 4, 8, 12}], [10.0], as_of=14)) == [(0, "active", 0, STILL)]
    assert listed(spells_of([{0, 4, 8, 12}], [10.0], as_of=17)) == [
        (0, "active", 0, 17),
        (0, "at_risk", 17, STILL),
    ]


def test_an_order_on_the_very_day_saves_from_the_next_pool() -> None:
    assert listed(spells_of([{0, 5}], [10.0], as_of=6)) == [(0, "active", 0, STILL)]
    assert listed(spells_of([{0, 6}], [10.0], as_of=6)) == [
        (0, "active", 0, 5),
        (0, "at_risk", 5, 6),
        (0, "active", 6, STILL),
    ]


def test_leaving_at_risk_is_no_return() -> None:
    spells = spells_of([{0, 8}, {0, 12}, {3}], [10.0, 10.0, 10.0], as_of=12)
    np.testing.assert_array_equal(days_since_return(spells, 12, 3), [np.nan, 0.0, np.nan])


def test_orders_after_the_as_of_day_are_unknown() -> None:
    assert listed(spells_of([{0, 90}, {80}], [10.0, 10.0], as_of=3)) == [(0, "active", 0, STILL)]
    assert len(spells_of([], [], as_of=3)) == 0


@st.composite
def lives(draw: st.DrawFn) -> tuple[Days, list[float]]:
    days = draw(st.lists(st.sets(st.integers(0, 60), min_size=1, max_size=12), min_size=1, max_size=5))
    thresholds = draw(st.lists(st.floats(0.3, 30), min_size=len(days), max_size=len(days)))
    return days, thresholds


def pool_asked_on(day: int, mine: set[int], threshold: float) -> int:
    past = [order for order in mine if order <= day]
    if not past:
        return NO_POOL
    return int(pool_of(np.array([day - max(past)], dtype=np.float64), np.array([threshold]))[0])


@given(lives())
@settings(max_examples=150, deadline=None)
def test_equals_asking_every_day(life: tuple[Days, list[float]]) -> None:
    days, thresholds = life
    spells = spells_of(days, thresholds, as_of=60)
    for day in range(0, 61, 3):
        expected = [pool_asked_on(day, mine, t) for mine, t in zip(days, thresholds, strict=True)]
        assert pools_on(spells, day, len(days)).tolist() == expected


@given(lives())
@settings(max_examples=150, deadline=None)
def test_spells_cut_the_time_from_first_order_to_as_of_without_holes(life: tuple[Days, list[float]]) -> None:
    days, thresholds = life
    spells = spells_of(days, thresholds, as_of=60)
    for customer, mine in enumerate(days):
        rows = spells.customer == customer
        entered, left, pool = spells.entered_on[rows], spells.left_on[rows], spells.pool[rows]
        assert entered[0] == min(mine)
        assert left[-1] == STILL
        assert (left[:-1] == entered[1:]).all()
        assert (entered[1:] > entered[:-1]).all()
        assert (pool[1:] != pool[:-1]).all()


@given(lives(), st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_flows_keep_everybody(life: tuple[Days, list[float]], one: int, other: int) -> None:
    days, thresholds = life
    spells = spells_of(days, thresholds, as_of=60)
    before, after = (pools_on(spells, day, len(days)) for day in sorted((one, other)))
    table = flows(before, after)
    assert table.sum() == len(days)
    assert table.sum(axis=1).tolist() == [(before == p).sum() for p in (0, 1, 2, 3, NO_POOL)]
    assert table.sum(axis=0).tolist() == [(after == p).sum() for p in (0, 1, 2, 3, NO_POOL)]


def test_who_entered_a_pool_in_a_week() -> None:
    spells = spells_of([{0}, {5}, {0, 19}], [10.0, 10.0, 10.0], as_of=60)
    assert entered_between(spells, LOST, 20, 26).tolist() == [0, 1]
    assert entered_between(spells, HIBERNATING, 10, 29).tolist() == [0, 1, 2]
    assert entered_between(spells, ACTIVE, 19, 19).tolist() == [2]
