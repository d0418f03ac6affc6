"""Shares with published intervals; a difference over strata is not fooled by their mix."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.scoring.science.returns import Came, stratified_difference


@pytest.mark.parametrize(
    ("came", "interval"),
    [
        (Came(263, 81), (0.2553, 0.3662)),  # Newcombe (1998), "Two-sided confidence intervals …", table I, method 3
        (Came(148, 15), (0.0624, 0.1605)),
        (Came(20, 0), (0.0, 0.1611)),
        (Came(29, 1), (0.0061, 0.1718)),
    ],
)
def test_wilson_as_published(came: Came, interval: tuple[float, float]) -> None:
    assert came.interval == pytest.approx(interval, abs=5e-5)


def test_nobody_says_nothing() -> None:
    assert (Came(0, 0).share, Came(0, 0).interval) == (0.0, (0.0, 1.0))
    assert stratified_difference([]) is None
    assert stratified_difference([(Came(0, 0), Came(9, 3)), (Came(9, 3), Came(0, 0))]) is None
    assert Came(3, 1) + Came(4, 2) == Came(7, 3)


def test_one_stratum_is_the_plain_difference() -> None:
    found = stratified_difference([(Came(100, 40), Came(300, 60))])
    assert found is not None and found.value == pytest.approx(0.2)
    plain = 1.959964 * np.sqrt(0.4 * 0.6 / 100 + 0.2 * 0.8 / 300)
    assert found.interval[1] - found.value == pytest.approx(plain, rel=0.02)


def test_equal_shares_in_each_stratum_show_no_difference_whatever_the_mix() -> None:
    """In all, 42 % against 18 %: only because those with a sign are mostly just at risk."""
    found = stratified_difference([(Came(900, 450), Came(100, 50)), (Came(100, 10), Came(900, 90))])
    assert found is not None and found.value == pytest.approx(0.0)
    low, high = found.interval
    assert low < 0 < high


def test_the_interval_holds_the_truth_nineteen_times_in_twenty() -> None:
    dice, truth, inside = np.random.default_rng(5), 0.15, 0
    for _ in range(2000):
        pairs = []
        for n, m, base in ((80, 400, 0.3), (40, 300, 0.15), (30, 600, 0.05)):
            pairs.append((Came(n, int(dice.binomial(n, base + truth))), Came(m, int(dice.binomial(m, base)))))
        found = stratified_difference(pairs)
        assert found is not None
        inside += found.interval[0] <= truth <= found.interval[1]
    assert 0.93 < inside / 2000 < 0.97


@given(st.lists(st.tuples(*[st.integers(0, 50)] * 4), min_size=1, max_size=5))
def test_bounds_hold_the_value(rows: list[tuple[int, int, int, int]]) -> None:
    pairs = [(Came(n, min(a, n)), Came(m, min(b, m))) for n, a, m, b in rows]
    found = stratified_difference(pairs)
    if found is not None:
        assert -1 <= found.interval[0] <= found.value + 1e-12 and found.value <= found.interval[1] + 1e-12 <= 1 + 1e-9
