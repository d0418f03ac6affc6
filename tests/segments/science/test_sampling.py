"""A share of a sample as a number of everyone, with its interval."""

from __future__ import annotations

import numpy as np
import pytest

from retention.segments.science.sampling import scale_up


def test_the_interval_is_wilson_s() -> None:
    """81 of 263: 0.2553 to 0.3662 (Newcombe 1998, Statistics in Medicine 17, table I, method 3)."""
    found = scale_up(81, 263, 100_000)
    assert (found.about, found.asked, found.everyone) == (30_798, 263, 100_000)
    assert (round(found.low / 1e5, 4), round(found.high / 1e5, 4)) == (0.2553, 0.3662)


@pytest.mark.parametrize(("hits", "asked", "low", "high"), [(0, 20, 0, 16_113), (20, 20, 83_887, 100_000)])
def test_none_and_all_have_an_interval_too(hits: int, asked: int, low: int, high: int) -> None:
    found = scale_up(hits, asked, 100_000)
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(("hits", "asked"), [(0, 0), (3, 2), (-1, 2)])
def test_what_is_no_sample_is_refused(hits: int, asked: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        scale_up(hits, asked, 10)


def test_the_truth_lies_within_in_about_95_of_100_samples() -> None:
    generator = np.random.default_rng(7)
    inside = 0
    for truth in (0.02, 0.3, 0.7):
        for hits in generator.binomial(400, truth, size=1000):
            found = scale_up(int(hits), 400, 1_000_000)
            inside += found.low <= truth * 1_000_000 <= found.high
    assert 0.94 <= inside / 3000 <= 0.97
