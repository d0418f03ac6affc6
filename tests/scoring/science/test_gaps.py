"""Gaps from order days: merging, the window, the tree of categories, order statistics."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.scoring.science.gaps import Gaps, SortedGaps, distinct_customers, gaps_between, up_the_tree

Row = tuple[int, int, int]  # customer, category, day


def between(rows: list[Row], as_of: int, window_days: int = 730) -> tuple[Gaps, Gaps]:
    columns = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    return gaps_between(*columns, as_of=as_of, window_days=window_days)


def listed(gaps: Gaps) -> list[tuple[int, int, int]]:
    return sorted(zip(gaps.customer.tolist(), gaps.category.tolist(), gaps.duration.tolist(), strict=True))


def test_one_customer_two_categories_by_hand() -> None:
    rows = [(1, 0, 10), (1, 0, 3), (1, 0, 10), (1, 0, 30), (1, 1, 5), (2, 0, 40), (2, 0, 200)]
    closed, still_open = between(rows, as_of=100)
    assert listed(closed) == [(1, 0, 7), (1, 0, 20)]
    assert listed(still_open) == [(1, 0, 70), (1, 1, 95), (2, 0, 60)]


def test_only_days_of_the_window_count() -> None:
    closed, still_open = between([(1, 0, 70), (1, 0, 71), (1, 0, 80), (1, 0, 101)], as_of=100, window_days=30)
    assert listed(closed) == [(1, 0, 9)]
    assert listed(still_open) == [(1, 0, 20)]
    assert [len(gaps) for gaps in between([(1, 0, 5)], as_of=100, window_days=30)] == [0, 0]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(1, 60)), min_size=1, max_size=80))
@settings(max_examples=100, deadline=None)
def test_gaps_tile_the_time_from_first_order_to_as_of(rows: list[Row]) -> None:
    closed, still_open = between(rows, as_of=60)
    assert len(still_open) == len({row[:2] for row in rows})
    assert len(closed) + len(still_open) == len(set(rows))
    for customer, category, silence in listed(still_open):
        days = [day for who, what, day in rows if (who, what) == (customer, category)]
        mine = (closed.customer == customer) & (closed.category == category)
        assert closed.duration[mine].sum() + silence == 60 - min(days)
    assert (closed.duration > 0).all()


def test_an_order_day_counts_for_every_ancestor_and_the_tenant() -> None:
    parent = np.array([-1, 0, 1])  # 2 in 1 in 0
    customer, category, day = up_the_tree(np.array([7, 8, 9]), np.array([2, 0, -1]), np.array([5, 6, 4]), parent)
    rows = sorted(zip(customer.tolist(), category.tolist(), day.tolist(), strict=True))
    assert rows == [(7, 0, 5), (7, 1, 5), (7, 2, 5), (7, 3, 5), (8, 0, 6), (8, 3, 6), (9, 3, 4)]


def test_a_circle_of_parents_ends() -> None:
    _, category, _ = up_the_tree(np.array([1]), np.array([0]), np.array([5]), np.array([1, 0]))
    assert set(category.tolist()) == {0, 1, 2}


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 300)), min_size=1, max_size=120))
@settings(max_examples=100, deadline=None)
def test_quantiles_are_numpy_linear_ones_in_every_category(rows: list[tuple[int, int]]) -> None:
    category, duration = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    ordered = SortedGaps.of(Gaps(duration, np.zeros_like(category), category), 4)
    for q in (0.5, 0.9):
        expected = [np.quantile(duration[category == c], q) if (category == c).any() else np.nan for c in range(4)]
        np.testing.assert_allclose(ordered.quantile(q), expected, atol=1e-9)


def test_the_interval_holds_the_true_quantile_as_often_as_it_says() -> None:
    generator = np.random.default_rng(12)
    trials, size = 2_000, 150
    durations = generator.geometric(1 / 400, trials * size)
    gaps = Gaps(durations, np.zeros(trials * size, np.int64), np.repeat(np.arange(trials), size))
    low, high = SortedGaps.of(gaps, trials).interval(0.9)
    truth = np.log(0.1) / np.log(1 - 1 / 400)
    covered = ((low <= truth) & (truth <= high)).mean()
    assert 0.94 < covered < 0.985


def test_too_few_gaps_have_no_interval() -> None:
    gaps = Gaps(np.arange(20), np.zeros(20, np.int64), np.zeros(20, np.int64))
    low, high = SortedGaps.of(gaps, 2).interval(0.9)
    assert np.isnan([low[0], high[0], low[1], high[1]]).tolist() == [True] * 4


def test_customers_are_counted_once() -> None:
    gaps = Gaps(np.ones(5, np.int64), np.array([1, 1, 2, 9, 9]), np.array([0, 0, 0, 2, 2]))
    assert distinct_customers(gaps, 3).tolist() == [2, 0, 1]


@pytest.mark.parametrize("duration", [[-1, 2], [1]])
def test_impossible_gaps_are_refused(duration: list[int]) -> None:
    with pytest.raises(ValueError, match=r"gap|equally"):
        Gaps(np.array(duration), np.array([1, 2]), np.array([0, 0]))
