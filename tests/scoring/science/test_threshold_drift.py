"""Drift of thresholds: a change that was put in is found, none is said where there is none, growth is no change."""

import numpy as np
import pytest

from retention.scoring.science.gaps import gaps_between
from retention.scoring.science.threshold_drift import DriftPolicy, ThresholdDrift, threshold_drift

WINDOW = 730


def orders(
    mean_before: float, mean_now: float, *, customers: int, seed: int, joined: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Days 1…730 on which each customer ordered; the rhythm changes in the middle, people join over `joined` days."""
    dice = np.random.default_rng(seed)
    at = 1.0 + dice.uniform(0, joined + 1, customers)
    who, when = [], []
    while (at <= WINDOW).any():
        alive = np.flatnonzero(at <= WINDOW)
        who.append(alive)
        when.append(at[alive])
        at[alive] += dice.exponential(np.where(at[alive] <= WINDOW / 2, mean_before, mean_now))
    return np.concatenate(who), np.ceil(np.concatenate(when)).astype(np.int64)


def drift(*categories: tuple[np.ndarray, np.ndarray], share: float = 0.2) -> list[ThresholdDrift]:
    customer = np.concatenate([who for who, _ in categories])
    code = np.repeat(np.arange(len(categories)), [len(who) for who, _ in categories])
    closed, _ = gaps_between(customer, code, np.concatenate([when for _, when in categories]), as_of=WINDOW)
    p90 = np.array([np.quantile(closed.duration[closed.category == one], 0.9) for one in range(len(categories))])
    return threshold_drift(closed, p90, window_days=WINDOW, policy=DriftPolicy(share))


def test_a_rhythm_that_slowed_down_is_said_with_how_much() -> None:
    (found,) = drift(orders(10, 15, customers=300, seed=1))
    assert found.moved and found.change is not None and found.interval is not None
    assert found.change == pytest.approx(0.5, abs=0.12)
    assert found.interval[0] < 0.5 < found.interval[1]


def test_a_real_change_under_the_policys_share_is_not_said() -> None:
    (found,) = drift(orders(10, 11.5, customers=3_000, seed=2), share=0.3)
    assert found.interval is not None and found.interval[0] > 0
    assert not found.moved


def test_a_base_that_grows_does_not_look_like_one_that_slows_down() -> None:
    """Everybody joins during the older half and keeps one slow rhythm."""
    (found,) = drift(orders(60, 60, customers=6_000, seed=3, joined=350))
    assert found.interval is not None and found.interval[0] < 0 < found.interval[1]
    assert not found.moved


def test_among_many_categories_without_a_change_hardly_one_is_said() -> None:
    found = drift(*(orders(20, 20, customers=60, seed=100 + n) for n in range(100)), share=0.01)
    assert sum(one.interval is not None for one in found) == 100
    assert sum(one.moved for one in found) <= 2


def test_too_few_gaps_in_a_half_say_nothing() -> None:
    (found,) = drift(orders(10, 30, customers=8, seed=4))
    assert (found.before, found.now, found.change, found.interval, found.moved) == (None,) * 4 + (False,)
    assert found.gaps_before > 0
