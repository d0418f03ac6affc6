"""Bars of customers by repeat purchases: each customer is in one, and the last never holds most where it need not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.scoring.science.frequency_bars import MOST_IN_LAST, WIDTHS, FrequencyBars, bars_for


@pytest.mark.parametrize("width", WIDTHS)
def test_everybody_is_between_the_ends_of_their_bar(width: int) -> None:
    bars = FrequencyBars(width=width)
    for frequency, bar in zip(range(900), bars.of(np.arange(900)).tolist(), strict=True):
        assert bars.first(bar) <= frequency
        last = bars.last(bar)
        assert (last is None) == (bar == bars.top)
        assert last is None or frequency <= last
    assert bars.first(bars.top) == bars.last_from


def test_bars_are_single_numbers_where_people_buy_seldom() -> None:
    assert bars_for(np.array([0, 0, 1, 7, 20])).width == 1
    assert [FrequencyBars().first(bar) for bar in range(8)] == list(range(8))


def test_bars_are_wider_where_people_buy_often() -> None:
    bars = bars_for(np.arange(60))
    assert (bars.width, bars.last_from) == (5, 31)


@given(st.lists(st.integers(0, 590), max_size=60))
def test_no_narrower_bars_would_do(frequencies: list[int]) -> None:
    frequency = np.array(frequencies, dtype=np.int64)
    bars = bars_for(frequency)
    assert len(frequency) == 0 or (frequency >= bars.last_from).mean() <= MOST_IN_LAST
    for width in WIDTHS[: WIDTHS.index(bars.width)]:
        assert (frequency >= FrequencyBars(width=width).last_from).mean() > MOST_IN_LAST
