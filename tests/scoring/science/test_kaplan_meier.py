"""Kaplan–Meier by hand, by brute force, and without censoring."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.scoring.science.kaplan_meier import kaplan_meier_quantiles

Row = tuple[int, bool, int]  # duration, closed, group


def quantiles(rows: list[Row], groups: int, *q: float) -> np.ndarray:
    duration, closed, group = (np.array(column) for column in zip(*rows, strict=True))
    return kaplan_meier_quantiles(duration.astype(np.int64), closed.astype(bool), group.astype(np.int64), groups, q)


def by_hand(rows: list[Row], group: int, q: float) -> float:
    mine = [(d, closed) for d, closed, g in rows if g == group]
    survival = 1.0
    for when in sorted({d for d, closed in mine if closed}):
        at_risk = sum(1 for d, _ in mine if d >= when)
        ended = sum(1 for d, closed in mine if d == when and closed)
        survival *= 1 - ended / at_risk
        if survival <= 1 - q + 1e-9:
            return float(when)
    return float("nan")


def test_the_remission_times_of_freireich() -> None:
    """6-MP arm of Freireich et al. (1963): median remission 23 weeks, the textbook example."""
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    lasting = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    rows = [(d, True, 0) for d in ended] + [(d, False, 0) for d in lasting]
    assert quantiles(rows, 1, 0.5, 0.25, 0.9)[0].tolist() == [23.0, 13.0, pytest.approx(np.nan, nan_ok=True)]


@given(
    st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(0, 3)), min_size=1, max_size=60),
    st.sampled_from([0.25, 0.5, 0.9]),
)
@settings(max_examples=150, deadline=None)
def test_equals_brute_force_in_every_group(rows: list[Row], q: float) -> None:
    found = quantiles(rows, 4, q)[:, 0]
    expected = np.array([by_hand(rows, group, q) for group in range(4)])
    np.testing.assert_array_equal(found, expected)


def test_without_open_gaps_it_is_the_plain_quantile() -> None:
    durations = np.random.default_rng(1).integers(1, 200, 999)
    found = kaplan_meier_quantiles(durations, np.ones(999, dtype=bool), np.zeros(999, np.int64), 1, (0.5, 0.9))
    expected = [np.quantile(durations, q, method="inverted_cdf") for q in (0.5, 0.9)]
    assert found[0].tolist() == expected


def test_a_group_whose_gaps_all_last_reaches_nothing_and_disturbs_nobody() -> None:
    rows = [(5, True, 0), (9, True, 0), (400, False, 1), (500, False, 1), (3, True, 2), (4, True, 2)]
    found = quantiles(rows, 4, 0.5)[:, 0]
    np.testing.assert_array_equal(found, [5.0, np.nan, 3.0, np.nan])


def test_many_groups_that_close_entirely_keep_their_precision() -> None:
    rows = [(d, True, g) for g in range(2_000) for d in (1, 2, 3, 4)]
    assert np.unique(quantiles(rows, 2_000, 0.5)).tolist() == [2.0]


def test_no_gaps_at_all() -> None:
    nothing = np.empty(0, np.int64)
    assert np.isnan(kaplan_meier_quantiles(nothing, nothing.astype(bool), nothing, 2, (0.5,))).all()
