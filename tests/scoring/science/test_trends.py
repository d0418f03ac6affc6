"""Trends from sums: by hand, at their limits, under their minimum, and with the error they claim."""

import numpy as np
import pytest

from retention.scoring.science.trends import (
    Month,
    Silence,
    WeekPairs,
    arppu,
    daily_churn,
    login_decay,
    silent_share,
    too_few,
)


def weeks(a: np.ndarray, b: np.ndarray) -> WeekPairs:
    return WeekPairs(len(a), a.sum(), b.sum(), float(a @ a), float(a @ b), float(b @ b))


def test_log_ins_by_hand() -> None:
    a, b = np.tile([2.0, 4.0], 100), np.tile([4.0, 4.0], 100)
    reading = login_decay(weeks(a, b))
    assert reading.value == pytest.approx(-0.25)
    error = np.sqrt(((a - 0.75 * b) ** 2).sum()) / b.sum()
    assert reading.standard_error == pytest.approx(error)
    assert reading.fires


def test_everybody_falling_alike_leaves_no_error() -> None:
    assert login_decay(weeks(np.full(200, 2.0), np.full(200, 4.0))).standard_error == 0


def test_a_fall_that_may_be_chance_does_not_fire() -> None:
    a, b = np.zeros(110), np.zeros(110)
    b[:60], a[50:] = 7.0, 5.8  # other people each week: the fall of 17 % says little
    reading = login_decay(weeks(a, b))
    assert reading.value is not None
    assert reading.value < -0.15
    assert not reading.fires


def test_a_fall_of_fifteen_percent_is_not_more_than_fifteen() -> None:
    this_week = np.repeat([3.0, 4.0], [120, 80])  # 680 against 800
    assert not login_decay(weeks(this_week, np.full(200, 4.0))).fires
    this_week[-1] = 3.0
    assert login_decay(weeks(this_week, np.full(200, 4.0))).fires


@pytest.mark.parametrize(
    ("customers", "days", "words"), [(99, 7, "too few (99 of 100)"), (150, 2, "too few (300 of 400)")]
)
def test_too_few_log_ins_are_not_judged(customers: int, days: int, words: str) -> None:
    reading = login_decay(weeks(np.zeros(customers), np.full(customers, float(days))))
    assert (reading.value, reading.fires, reading.too_few) == (None, False, words)


def test_the_standard_error_is_the_spread_of_repeated_samples() -> None:
    generator = np.random.default_rng(5)
    habit = generator.gamma(2, 1, (2_000, 300))
    a, b = generator.poisson(habit), generator.poisson(habit)
    ratios = a.sum(axis=1) / b.sum(axis=1)
    claimed = login_decay(weeks(a[0].astype(float), b[0].astype(float))).standard_error
    assert claimed == pytest.approx(ratios.std(), rel=0.15)


@pytest.mark.parametrize(
    ("values", "fires"),
    [
        ((100, 99, 97), True),
        ((100, 99, 98), True),
        ((100, 99, 98.5), False),
        ((100, 90, 95), False),
        ((100, 100, 90), False),
    ],
)
def test_arppu_fires_on_two_falls(values: tuple[float, float, float], fires: bool) -> None:
    oldest, middle, latest = (Month(200 * value, 200) for value in values)
    reading = arppu((oldest, middle, latest))
    assert (reading.value, reading.before, reading.fires) == (values[2], values[0], fires)


def test_arppu_needs_payers_each_month() -> None:
    reading = arppu((Month(900, 300), Month(700, 99), Month(10, 300)))
    assert (reading.value, reading.fires, reading.too_few) == (None, False, "too few (99 of 100)")


@pytest.mark.parametrize(("silent", "fires"), [(129, False), (130, True), (60, False)])
def test_silent_share_fires_three_points_up(silent: int, fires: bool) -> None:
    reading = silent_share(Silence(silent, 1_000), Silence(50, 500))
    assert (reading.value, reading.before, reading.fires) == (silent / 1_000, 0.1, fires)


def test_silent_share_needs_customers_on_both_days() -> None:
    assert silent_share(Silence(9, 1_000), Silence(9, 199)).too_few == "too few (199 of 200)"
    assert silent_share(Silence(0, 0), Silence(0, 0), least=0).too_few == "too few (0 of 1)"


@pytest.mark.parametrize(("entered", "fires"), [(30, False), (31, True), (20, False)])
def test_daily_churn_fires_above_three_percent(entered: int, fires: bool) -> None:
    reading = daily_churn(entered, 1_000)
    assert (reading.value, reading.fires) == (entered / 1_000, fires)


@pytest.mark.parametrize(
    ("entered", "base", "words"), [(19, 600, "too few (19 of 20)"), (400, 499, "too few (499 of 500)")]
)
def test_daily_churn_needs_a_base_and_entries(entered: int, base: int, words: str) -> None:
    reading = daily_churn(entered, base)
    assert (reading.value, reading.fires, reading.too_few) == (None, False, words)


def test_without_minimums_one_customer_is_still_needed() -> None:
    assert daily_churn(1, 1, least_base=0, least_entered=0).value == 1
    assert daily_churn(0, 0, least_base=0, least_entered=0).too_few == "too few (0 of 1)"


def test_too_few_names_the_first_shortage() -> None:
    assert too_few((5, 5), (3, 4), (1, 9)) == "too few (3 of 4)"
    assert too_few((5, 5)) == ""
