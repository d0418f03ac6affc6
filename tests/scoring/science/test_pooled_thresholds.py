"""Pooled thresholds: published numbers, simulated truth recovered better than by each alone, and the edges."""

import numpy as np
import pytest

from retention.scoring.science.gaps import Gaps, SortedGaps
from retention.scoring.science.pooled_thresholds import between_variance, pool_thresholds
from retention.scoring.science.quantile_errors import design_effect, log_errors

NO_LIMITS = (0.0, 10_000.0)
FLAT = np.full


def test_the_variance_between_is_that_of_dersimonian_and_laird() -> None:
    """The seven trials of aspirin after infarction (Fleiss 1993, Stat. Methods Med. Res. 2): Q = 9.95, and
    τ² = (9.95 − 6) ÷ (Σw − Σw² ÷ Σw) by hand from the same weights."""
    y = np.array([0.329, 0.385, 0.220, 0.222, 0.226, -0.125, 0.111])
    variance = np.array([0.0389, 0.0412, 0.0205, 0.0648, 0.0352, 0.0096, 0.0015])
    weight = 1 / variance
    q = float((weight * (y - (weight * y).sum() / weight.sum()) ** 2).sum())
    assert q == pytest.approx(9.95, abs=0.4)  # published values are rounded
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    assert between_variance(y, variance, np.zeros(7, np.int64), 1) == pytest.approx((q - 6) / scale)


def test_categories_that_differ_by_chance_alone_get_their_common_mean() -> None:
    y, errors = np.log([30.0, 31.0, 29.5, 30.5]), np.full(4, 0.2)
    found = pool_thresholds(y, errors, FLAT(4, -1), NO_LIMITS)
    assert [one is not None and (round(one.days, 1), one.own_share) for one in found] == [(30.2, 0.0)] * 4


def test_the_thinner_the_closer_to_its_neighbours() -> None:
    y, errors = np.log([20.0, 40.0, 80.0, 80.0]), np.array([0.05, 0.05, 0.05, 0.8])
    found = pool_thresholds(y, errors, FLAT(4, -1), NO_LIMITS)
    sure, thin = found[2], found[3]
    assert sure is not None and thin is not None
    assert sure.own_share > 0.98 > 0.5 > thin.own_share
    assert thin.level_days < thin.days < sure.days < 80
    assert thin.interval[0] < thin.days < thin.interval[1]


def test_a_department_is_its_own_and_an_unknown_category_gets_its_mean() -> None:
    """0 = baby (1–4), 5 = tools (6–8): the parents' own figures, of gaps in any of theirs, draw nobody."""
    y = np.log([5.0, 30, 33, 28, np.nan, 60, 200, 210, 190])
    errors = np.full(9, 0.04)
    parent = np.array([-1, 0, 0, 0, 0, -1, 5, 5, 5])
    found = pool_thresholds(y, errors, parent, NO_LIMITS)
    unknown, hammer = found[4], found[6]
    assert unknown is not None and hammer is not None
    assert (round(unknown.level_days), unknown.own_share, unknown.neighbours) == (30, 0.0, 3)
    assert 195 < hammer.days < 205
    assert found[0] is None  # two departments are too few to say how departments differ


def test_fewer_than_three_figures_pool_nothing_and_limits_hold() -> None:
    nothing = np.full(3, np.nan)
    assert pool_thresholds(nothing, nothing, FLAT(3, -1), NO_LIMITS) == [None] * 3
    found = pool_thresholds(np.log([2.0, 3.0, 4.0]), FLAT(3, 0.01), FLAT(3, -1), (7.0, 540.0))
    assert [one is not None and (one.days, one.interval) for one in found] == [(7.0, (7.0, 7.0))] * 3


def test_pooling_errs_less_than_each_alone_and_its_intervals_hold() -> None:
    """Simulated truth: 300 categories whose rhythm is lognormal, a third of them with 40–60 gaps."""
    dice = np.random.default_rng(8)
    mean = 30 * np.exp(dice.normal(0, 0.3, 300))
    size = np.where(np.arange(300) % 3 == 0, dice.integers(40, 60, 300), 400)
    category = np.repeat(np.arange(300), size)
    gaps = Gaps(np.ceil(dice.exponential(mean[category])).astype(np.int64), np.arange(len(category)), category)
    y, errors = log_errors(gaps, SortedGaps.of(gaps, 300), 0.9)
    truth = np.ceil(mean * np.log(10))
    found = [one for one in pool_thresholds(y, errors, FLAT(300, -1), NO_LIMITS) if one is not None]
    thin = size < 100
    pooled = np.log([one.days for one in found])
    assert np.mean((pooled - np.log(truth))[thin] ** 2) < 0.8 * np.mean((y - np.log(truth))[thin] ** 2)
    held = [one.interval[0] <= true <= one.interval[1] for one, true in zip(found, truth, strict=True)]
    assert 0.92 <= np.mean(held) <= 0.99


def test_gaps_of_one_customer_are_one_voice() -> None:
    """Ten customers, half always quick and half always slow: a hundred gaps each say no more than one."""
    customer = np.repeat(np.arange(10), 100)
    gaps = Gaps(np.where(customer % 2, 10, 50), customer, np.zeros(1000, np.int64))
    assert design_effect(gaps, np.array([10.0])) == pytest.approx([100])
    assert design_effect(Gaps(gaps.duration, np.arange(1000), gaps.category), np.array([10.0])) == pytest.approx([1])
