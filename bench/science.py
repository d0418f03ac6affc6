"""P1–P4: lifetime models and the purchase summary against ``lifetimes`` on simulated customers.

A base buys for up to two years by BG/NBD, about eleven order days each; both sides get the same arrays in memory.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter
from lifetimes.utils import summary_data_from_transaction_data

from bench.rounds import Comparison, compare
from retention.scoring.science.bg_nbd import BgNbdParameters, fit_bg_nbd, log_likelihood
from retention.scoring.science.gamma_gamma import (
    GammaGammaLikelihood,
    GammaGammaParameters,
    fit_gamma_gamma,
    mean_order_value,
)
from retention.scoring.science.lifetime_value import Horizon, lifetime_value, outlook
from retention.scoring.science.purchases import PurchaseSummary, summarise_purchases
from retention.scoring.science.simulation import simulate_orders

SIZES = (100_000, 1_000_000)
SEED = 20_260_101
TRUTH = BgNbdParameters(r=1.5, alpha=4.5, a=0.6, b=6.0)
SPENDING = GammaGammaParameters(p=6.25, q=3.74, v=15.44)
MONTH_DAYS = 4.345 * 7  # the month that lifetimes uses for weekly data
HORIZONS = (Horizon(90, 3, 0.01), Horizon(12 * MONTH_DAYS, 12, 0.01))
AS_OF = "2026-01-01"


@dataclass(frozen=True)
class Base:
    """Orders in random order, and the summary that our side makes of them."""

    orders: pd.DataFrame
    summary: PurchaseSummary


def make_base(customers: int) -> Base:
    """A seeded customer base with its orders (customer, date, amount)."""
    generator = np.random.default_rng(SEED)
    age = generator.integers(30, 730, customers)
    customer, day = simulate_orders(TRUTH, age, generator)
    mixed = generator.permutation(len(customer))
    customer, day = customer[mixed], day[mixed]
    level = generator.gamma(SPENDING.q, 1 / SPENDING.v, customers)
    amount = generator.gamma(SPENDING.p, 1 / level[customer]).round(2)
    as_of = np.datetime64(AS_OF, "D")
    date = (as_of - age[customer] + day).astype("datetime64[s]")
    orders = pd.DataFrame({"customer": customer, "date": date, "amount": amount})
    return Base(orders, summarise(orders))


def summarise(orders: pd.DataFrame) -> PurchaseSummary:
    """Our side of P4, from the same frame that lifetimes gets."""
    day = orders["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    as_of = int(np.datetime64(AS_OF, "D").astype(np.int64))
    return summarise_purchases(orders["customer"].to_numpy(), day, orders["amount"].to_numpy(), as_of)


def bench_bg_nbd_fit(base: Base, rounds: int = 5) -> Comparison:
    """P1: the fit, to an equal log-likelihood per customer."""
    history = base.summary.history
    x, recency, age = history.frequency, history.recency_days / 7, history.age_days / 7

    def peer() -> BetaGeoFitter:
        return BetaGeoFitter().fit(x, recency, age)

    ours, theirs = fit_bg_nbd(history), peer().params_
    reached = log_likelihood(
        BgNbdParameters(theirs["r"], theirs["alpha"], theirs["a"], theirs["b"]),
        history,
    )
    _assert_reached(ours.log_likelihood, reached, len(history))
    return compare(lambda: fit_bg_nbd(history), peer, rounds=rounds)


def bench_gamma_gamma_fit(base: Base, rounds: int = 5) -> Comparison:
    """P2: the fit, to an equal log-likelihood per customer."""
    x, value = base.summary.history.frequency, base.summary.monetary_value
    again = x > 0

    def peer() -> GammaGammaFitter:
        return GammaGammaFitter().fit(x[again], value[again])

    theirs = peer().params_
    likelihood = GammaGammaLikelihood(x[again], value[again])
    reached = likelihood(np.array([theirs["p"], theirs["q"], theirs["v"]])).value
    _assert_reached(fit_gamma_gamma(x, value).log_likelihood, reached, len(x))
    return compare(lambda: fit_gamma_gamma(x, value), peer, rounds=rounds)


def bench_outlook(base: Base, rounds: int = 5) -> Comparison:
    """P3: P(alive), purchases in 90 days and discounted value of 12 months, equal to 1e-6 for each customer."""
    history, value = base.summary.history, base.summary.monetary_value
    buying = fit_bg_nbd(history).parameters
    spending = fit_gamma_gamma(history.frequency, value).parameters
    columns = (history.frequency, history.recency_days / 7, history.age_days / 7)
    x, recency, age, money = (pd.Series(column) for column in (*columns, value))
    model, amounts = BetaGeoFitter(), GammaGammaFitter()
    model.params_ = {name: getattr(buying, name) for name in ("r", "alpha", "a", "b")}
    model.predict = model.conditional_expected_number_of_purchases_up_to_time
    amounts.params_ = {name: getattr(spending, name) for name in ("p", "q", "v")}

    def ours() -> list[np.ndarray]:
        ahead = outlook(buying, history, HORIZONS)
        worth = mean_order_value(spending, history.frequency, value)
        return [
            ahead.p_alive,
            ahead.expected_purchases[0],
            lifetime_value(ahead.discounted_purchases[1], worth),
        ]

    def peer() -> list[np.ndarray]:
        return [
            np.asarray(model.conditional_probability_alive(x, recency, age)),
            np.asarray(model.predict(90 / 7, x, recency, age)),
            np.asarray(
                amounts.customer_lifetime_value(model, x, recency, age, money, time=12, discount_rate=0.01, freq="W")
            ),
        ]

    for mine, their in zip(ours(), peer(), strict=True):
        np.testing.assert_allclose(mine, their, rtol=1e-6, atol=1e-6)
    return compare(ours, peer, rounds=rounds)


def bench_summary(base: Base, rounds: int = 5) -> Comparison:
    """P4: frequency, recency, T and mean amount from orders in random order, equal row by row."""
    orders = base.orders

    def peer() -> pd.DataFrame:
        return summary_data_from_transaction_data(
            orders, "customer", "date", monetary_value_col="amount", observation_period_end=AS_OF
        )

    mine, their = summarise(orders).frame(), peer()
    np.testing.assert_array_equal(mine.index, their.index)
    np.testing.assert_allclose(mine.to_numpy(), their[mine.columns].to_numpy(), atol=1e-6)
    return compare(lambda: summarise(orders), peer, rounds=rounds)


def _assert_reached(ours: float, theirs: float, customers: int) -> None:
    """Ours is no lower, per customer, than the peer's top."""
    assert (ours - theirs) / customers > -1e-9, f"{ours} is below {theirs}"


BENCHES: dict[str, Callable[[Base], Comparison]] = {
    "P1": bench_bg_nbd_fit,
    "P2": bench_gamma_gamma_fit,
    "P3": bench_outlook,
    "P4": bench_summary,
}


def run() -> dict[str, object]:
    """Every row at every size: `{"P1": {"100000": …, "1000000": …}, …}`, and how many orders each base has."""
    rows: dict[str, dict[str, object]] = {name: {} for name in BENCHES}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lifetimes warns of its own pandas and numpy habits
        for customers in SIZES:
            base = make_base(customers)
            for name, bench in BENCHES.items():
                rows[name][str(customers)] = {"orders": len(base.orders), **bench(base)}
    return dict(rows)
