"""What one customer may bring: the interval holds what simulated customers did bring, and knows its limits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from retention.scoring.science.bg_nbd import BgNbdParameters, fit_bg_nbd
from retention.scoring.science.gamma_gamma import GammaGammaParameters, fit_gamma_gamma, mean_order_value
from retention.scoring.science.lifetime_value import NEXT_12_MONTHS, Horizon, lifetime_value, outlook
from retention.scoring.science.mbg_nbd import MbgNbdParameters, fit_mbg_nbd
from retention.scoring.science.purchases import PurchaseHistory, PurchaseSummary
from retention.scoring.science.simulation import simulate_orders
from retention.scoring.science.value_interval import ValueModels, ValueRanges
from tests.scoring.science.conftest import day_number

SPEND = GammaGammaParameters(6.25, 3.74, 15.44)
NONE2 = tuple((0.0,) * 4 for _ in range(4))
NONE3 = tuple((0.0,) * 3 for _ in range(3))


class Base:
    """Customers of a known truth: what the shop knows of them by a day, and what they bring in the year after."""

    def __init__(self, truth: BgNbdParameters, size: int, seed: int) -> None:
        dice = np.random.default_rng(seed)
        age = dice.integers(60, 500, size)
        customer, day = simulate_orders(truth, age + 365, dice)
        rate = dice.gamma(SPEND.q, 1 / SPEND.v, size)
        keys, place = np.unique(customer * 10_000 + day, return_inverse=True)
        amount = np.bincount(place, dice.gamma(SPEND.p, 1 / rate[customer]), len(keys))  # a day is one purchase
        buyer, when = np.divmod(keys, 10_000)
        past = when <= age[buyer]
        frequency = np.bincount(buyer[past], minlength=size) - 1
        last = np.zeros(size, dtype=np.int64)
        last[buyer[past]] = when[past]
        self.history = PurchaseHistory(frequency, last, age)
        repeat = past & (when > 0)
        spent = np.bincount(buyer[repeat], amount[repeat], size)
        self.monetary_value = np.divide(spent, frequency, out=np.zeros(size), where=frequency > 0)
        ahead = ~past & (when <= age[buyer] + 365)
        step = np.ceil((when - age[buyer]) / (365 / 12))
        self.brought = np.bincount(buyer[ahead], (amount / 1.01**step)[ahead], size)


@pytest.mark.parametrize(
    ("truth", "fit"),
    [
        (BgNbdParameters(0.8, 6.0, 0.8, 3.0), fit_bg_nbd),
        (MbgNbdParameters(0.8, 6.0, 0.8, 3.0), fit_mbg_nbd),
    ],
    ids=["bg_nbd", "mbg_nbd"],
)
def test_it_holds_what_95_of_100_customers_bring(truth: BgNbdParameters, fit: object) -> None:
    """Where 0 lies in the interval nothing can fall below it, so that only 2.5 of 100 miss: 95 to 97.5 are held."""
    base = Base(truth, 6_000, 3)
    bought = fit(base.history)  # type: ignore[operator]
    spent = fit_gamma_gamma(base.history.frequency, base.monetary_value)
    models = ValueModels(bought.parameters, bought.covariance, spent.parameters, spent.covariance)
    found = ValueRanges(models, NEXT_12_MONTHS).of(base.history, base.monetary_value)
    held = (found.low <= base.brought) & (base.brought <= found.high)
    groups = [base.history.frequency == x for x in range(5)] + [base.history.frequency >= 8, held | True]
    for group in groups:
        give = 3 * np.sqrt(0.95 * 0.05 / group.sum())
        assert 0.95 - give <= held[group].mean() <= 0.975 + give


def test_its_middle_is_the_expected_value() -> None:
    """The mean over many draws is the very number that the run stores."""
    truth = BgNbdParameters(0.8, 6.0, 0.8, 3.0)
    history = PurchaseHistory(np.array([0, 2, 9]), np.array([0, 150, 300]), np.array([200, 200, 310]))
    value = np.array([0.0, 30.0, 50.0])
    ranges = ValueRanges(ValueModels(truth, NONE2, SPEND, NONE3), NEXT_12_MONTHS, draws=200_000)
    ahead = outlook(truth, history)
    expected = lifetime_value(ahead.discounted_purchases[1], mean_order_value(SPEND, history.frequency, value))
    drawn = [
        ahead.p_alive[row] * (SPEND.v + x * value[row]) * ranges._draws.of_kind(x, age).mean()
        * ahead.discounted_purchases[1][row] / ahead.expected_purchases[1][row]
        for row, (x, age) in enumerate([(0, 200), (2, 200), (9, 310)])
    ]  # fmt: skip
    assert drawn == pytest.approx(expected.tolist(), rel=0.02)


def test_who_may_well_be_gone_may_bring_nothing() -> None:
    truth = BgNbdParameters(5.0, 4.0, 0.2, 20.0)  # frequent buyers who seldom leave
    history = PurchaseHistory(np.array([40, 40]), np.array([120, 399]), np.array([400, 400]))
    ranges = ValueRanges(ValueModels(truth, NONE2, SPEND, NONE3), NEXT_12_MONTHS)
    found = ranges.of(history, np.array([40.0, 40.0]))
    assert found.low[0] == found.high[0] == 0.0
    assert 0 < found.low[1] < found.high[1]


def test_it_scales_with_money_and_doesnt_depend_on_company() -> None:
    truth = BgNbdParameters(0.8, 6.0, 0.8, 3.0)
    models = ValueModels(truth, NONE2, SPEND, NONE3)
    history = PurchaseHistory(np.array([0, 3, 5]), np.array([0, 100, 290]), np.array([200, 150, 300]))
    value = np.array([0.0, 25.0, 60.0])
    whole = ValueRanges(models, NEXT_12_MONTHS, margin=0.3).of(history, value)
    for row in range(3):
        alone = ValueRanges(models, NEXT_12_MONTHS).of(history.take(slice(row, row + 1)), value[row : row + 1])
        assert (0.3 * alone.low[0], 0.3 * alone.high[0]) == pytest.approx((whole.low[row], whole.high[row]))


def test_what_the_fit_doesnt_know_widens_it() -> None:
    truth = BgNbdParameters(0.8, 6.0, 0.8, 3.0)
    unsure = tuple(tuple(0.25 if i == j else 0.0 for j in range(4)) for i in range(4))
    history = PurchaseHistory(np.array([3]), np.array([100]), np.array([110]))
    value = np.array([30.0])
    sure = ValueRanges(ValueModels(truth, NONE2, SPEND, NONE3), NEXT_12_MONTHS).of(history, value)
    wide = ValueRanges(ValueModels(truth, unsure, SPEND, NONE3), NEXT_12_MONTHS).of(history, value)
    assert wide.high[0] > sure.high[0]


@pytest.mark.data
def test_it_holds_what_cdnow_customers_brought(cdnow: PurchaseSummary, cdnow_orders: pd.DataFrame) -> None:
    """Nine months that no fit has seen: real customers, of whom the models know nothing but their past."""
    history, value = cdnow.history, cdnow.monetary_value
    bought, spent = fit_bg_nbd(history), fit_gamma_gamma(history.frequency, value)
    models = ValueModels(bought.parameters, bought.covariance, spent.parameters, spent.covariance)
    days = day_number("1998-06-30") - day_number("1997-09-30")
    found = ValueRanges(models, Horizon(days, 9, 0.0)).of(history, value)
    later = cdnow_orders[cdnow_orders["day"] > day_number("1997-09-30")]
    brought = later.groupby("customer")["amount"].sum().reindex(cdnow.customer, fill_value=0).to_numpy()
    held = (found.low <= brought) & (brought <= found.high)
    assert held.mean() == pytest.approx(0.957, abs=0.005)
    assert min(held[history.frequency == x].mean() for x in range(4)) > 0.92
