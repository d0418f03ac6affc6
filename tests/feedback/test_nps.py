"""The score and its interval, worked out by hand."""

from __future__ import annotations

import math

import pytest

from feedback.science.nps import Nps


def test_points_and_interval() -> None:
    found = Nps(promoters=50, passives=30, detractors=20)
    up, down, n = 50.75 / 103, 20.75 / 103, 103
    half = 1.959963984540054 * math.sqrt((up + down - (up - down) ** 2) / n)
    assert found.score == 30.0
    assert found.interval == pytest.approx((100 * (up - down - half), 100 * (up - down + half)))


def test_nobody_has_no_score() -> None:
    assert (Nps(0, 0, 0).score, Nps(0, 0, 0).interval) == (None, None)


@pytest.mark.parametrize(("counts", "score"), [((3, 0, 0), 100.0), ((0, 0, 3), -100.0), ((0, 3, 0), 0.0)])
def test_an_interval_stays_within_what_can_be_and_is_never_a_point(counts: tuple[int, int, int], score: float) -> None:
    found = Nps(*counts)
    assert found.score == score
    assert found.interval is not None
    low, high = found.interval
    assert -100 <= low < high <= 100
