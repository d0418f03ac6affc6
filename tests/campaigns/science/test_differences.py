"""Differences of means and shares, on published figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.science.differences import compare, wilson
from campaigns.science.sums import Sums


def sums_of(values: list[float]) -> Sums:
    return Sums(len(values), sum(values), sum(value * value for value in values))


def test_welch_on_student_sleep_data() -> None:
    """R's ``t.test(extra ~ group, data = sleep)``: t −1.8608, p .07939, interval −3.3654832 … 0.2054832."""
    first = sums_of([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    second = sums_of([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    found = compare(second, first)
    assert found.difference == pytest.approx(-1.58)
    assert found.interval == pytest.approx((-3.3654832, 0.2054832), abs=1e-7)
    assert found.p_value == pytest.approx(0.07939414, abs=1e-8)


@pytest.mark.parametrize(
    ("arm", "control", "interval"),
    [
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0000)),
    ],
)
def test_newcombe_where_there_are_few(
    arm: tuple[int, int], control: tuple[int, int], interval: tuple[float, float]
) -> None:
    """Newcombe 1998, table II, method 10."""
    sides = [Sums(n, hits, hits, binary=True) for hits, n in (control, arm)]
    assert compare(*sides).interval == pytest.approx(interval, abs=5e-5)


def test_fisher_where_there_are_few() -> None:
    """The tea-tasting lady: 3 of 4 against 1 of 4, p .4857."""
    assert compare(Sums(4, 1, 1, binary=True), Sums(4, 3, 3, binary=True)).p_value == pytest.approx(0.4857, abs=1e-4)


def test_wilson() -> None:
    """Newcombe 1998: 81 of 263 gives .2553 … .3662."""
    assert wilson(Sums(263, 81, 81)) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_nothing_is_told_of_too_few() -> None:
    assert compare(Sums(1, 1, 1), Sums(5, 2, 2)).interval is None
    found = compare(Sums(5, 0, 0), Sums(5, 10, 20))
    assert (found.difference, found.interval, found.p_value) == (2.0, None, None)
    assert math.isnan(Sums(0, 0, 0).mean)


def test_values_however_small_have_an_interval() -> None:
    """The shape of Welch's interval doesn't change with the unit, down to units whose squares vanish."""
    large = compare(sums_of([0.0, 0.0, 1.0]), sums_of([0.0, 1.0, 1.0]))
    small = compare(sums_of([0.0, 0.0, 1e-100]), sums_of([0.0, 1e-100, 1e-100]))
    assert large.interval and small.interval
    assert [bound * 1e100 for bound in small.interval] == pytest.approx(large.interval)
    assert small.p_value == pytest.approx(large.p_value)


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30),
    st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30),
)
def test_sums_say_what_the_values_say(first: list[float], second: list[float]) -> None:
    """The interval is around the difference, turns over with the sides, and p < .05 exactly when it leaves out 0."""
    for values in (first, second):
        assert sums_of(values).variance == pytest.approx(float(np.var(values, ddof=1)), abs=1e-5)
    there, back = compare(sums_of(first), sums_of(second)), compare(sums_of(second), sums_of(first))
    assert there.difference == -back.difference
    if there.interval and back.interval and there.p_value is not None:
        assert there.interval == pytest.approx((-back.interval[1], -back.interval[0]))
        assert there.interval[0] <= there.difference <= there.interval[1]
        if abs(there.p_value - 0.05) > 1e-9:
            assert (there.p_value < 0.05) == (there.interval[0] > 0 or there.interval[1] < 0)
