"""Sample ratio, on published figures."""

from __future__ import annotations

import pytest

from campaigns.science.sample_ratio import sample_ratio_p


def test_published() -> None:
    """Kohavi, Tang, Xu (2020), chapter 21: 821,588 against 815,482 users has p 1.8e-6; 50.2 % is no accident."""
    assert sample_ratio_p([821_588, 815_482], [1, 1]) == pytest.approx(1.8e-6, abs=5e-8)


def test_shares_in_any_unit() -> None:
    assert sample_ratio_p([10, 90], [1000, 9000]) == pytest.approx(1.0)
    assert sample_ratio_p([21_306, 21_387, 21_307], [1, 1, 1]) == pytest.approx(0.9036, abs=1e-4)


@pytest.mark.parametrize(
    ("counts", "shares", "p"),
    [([5], [1], None), ([0, 0], [1, 1], None), ([5, 1], [1, 0], 0.0), ([5, 0], [1, 0], None)],
)
def test_edges(counts: list[int], shares: list[int], p: float | None) -> None:
    assert sample_ratio_p(counts, shares) == p
