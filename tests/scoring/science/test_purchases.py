"""Orders become (x, t_x, T, m) exactly as lifetimes' own summary does."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifetimes.utils import summary_data_from_transaction_data

from retention.scoring.science.purchases import PurchaseHistory, PurchaseSummary, summarise_purchases


def history(frequency: list[int], recency: list[int], age: list[int]) -> PurchaseHistory:
    return PurchaseHistory(*(np.array(values, dtype=np.int64) for values in (frequency, recency, age)))


def summarise(rows: list[tuple[int, int, float]], as_of: int) -> PurchaseSummary:
    customer, day, amount = (np.array(column) for column in zip(*rows, strict=True))
    return summarise_purchases(customer.astype(np.int64), day.astype(np.int64), amount.astype(np.float64), as_of)


def test_purchases_on_one_day_merge_and_the_first_day_stays_out_of_the_value() -> None:
    summary = summarise([(7, 10, 5.0), (7, 3, 40.0), (7, 3, 2.0), (7, 10, 1.0), (7, 12, 0.0)], as_of=20)
    assert summary.frame().reset_index().to_dict("records") == [
        {"customer": 7, "frequency": 2, "recency": 9, "T": 17, "monetary_value": 3.0}
    ]


def test_orders_after_the_as_of_day_and_customers_who_came_later_are_unknown() -> None:
    summary = summarise([(1, 3, 4.0), (1, 9, 4.0), (2, 10, 4.0)], as_of=8)
    assert summary.customer.tolist() == [1]
    assert summary.frame()[["frequency", "recency", "T"]].to_numpy().tolist() == [[0, 0, 5]]
    assert summary.monetary_value.tolist() == [0.0]


def test_no_orders_is_an_empty_summary() -> None:
    summary = summarise([(1, 30, 4.0)], as_of=8)
    assert len(summary.customer) == len(summary.history) == len(summary.monetary_value) == 0


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 40), st.integers(0, 900)), min_size=1, max_size=60),
    st.integers(40, 60),
)
@settings(max_examples=60, deadline=None)
def test_equals_a_row_by_row_count(rows: list[tuple[int, int, int]], as_of: int) -> None:
    expected = []
    for customer in sorted({row[0] for row in rows}):
        days: dict[int, int] = {}
        for _, day, cents in (row for row in rows if row[0] == customer):
            days[day] = days.get(day, 0) + cents
        first, last = min(days), max(days)
        again = [cents for day, cents in days.items() if day != first]
        mean = sum(again) / len(again) if again else 0.0
        expected.append([customer, len(again), last - first, as_of - first, pytest.approx(mean, abs=1e-9)])
    frame = summarise([(c, d, float(m)) for c, d, m in rows], as_of).frame()
    assert frame.reset_index().to_numpy().tolist() == expected


@pytest.mark.data
def test_equals_the_lifetimes_summary_on_real_orders(cdnow_orders: pd.DataFrame, cdnow: PurchaseSummary) -> None:
    dated = cdnow_orders.assign(date=pd.to_datetime(cdnow_orders["date"]))
    theirs = summary_data_from_transaction_data(
        dated, "customer", "date", monetary_value_col="amount", observation_period_end="1997-09-30"
    )
    ours = cdnow.frame()
    assert ours.index.tolist() == theirs.index.tolist()
    np.testing.assert_array_equal(ours[["frequency", "recency", "T"]], theirs[["frequency", "recency", "T"]])
    # lifetimes takes a day's zero for missing money; a zero amount counts as a purchase here.
    np.testing.assert_allclose(ours["monetary_value"], theirs["monetary_value"].fillna(0), atol=1e-9)


@pytest.mark.parametrize(
    ("frequency", "recency", "age", "complaint"),
    [
        ([1], [5], [4], "after the as-of date"),
        ([-1], [0], [4], "negative"),
        ([3], [2], [4], "more repeat purchase days"),
        ([1, 2], [5], [9], "equally long"),
    ],
)
def test_an_impossible_history_is_refused(
    frequency: list[int], recency: list[int], age: list[int], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        history(frequency, recency, age)
