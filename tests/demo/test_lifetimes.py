"""The shop's customers leave as those of CDNOW do, and every model of lifetimes finds them again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from retention.demo.generators.lifetimes import BETA_WEEKS, ESTABLISHED, S, days_left
from retention.demo.generators.shop import ZONE, ShopData
from retention.demo.services.demo_clock import START
from retention.scoring.science import bg_nbd, pareto_nbd
from retention.scoring.science.arrays import FloatArray
from retention.scoring.science.gamma_gamma import fit_gamma_gamma, frequency_value_correlation
from retention.scoring.science.mbg_nbd import fit_mbg_nbd
from retention.scoring.science.model_fit import ModelFit
from retention.scoring.science.pareto_nbd import fit_pareto_nbd
from retention.scoring.science.purchases import PurchaseSummary, summarise_purchases
from retention.scoring.science.validation import auc

TODAY = (START.date() - pd.Timestamp("2017-01-01").date()).days - 1


@pytest.fixture(scope="module")
def days(shop: ShopData) -> pd.DataFrame:
    """Order days: customer (a code), day (0 is New Year's Day), amount."""
    day = shop.orders["ordered_at"].dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()
    days = shop.orders.assign(
        customer=pd.factorize(shop.orders["customer"])[0], day=(day - pd.Timestamp("2017-01-01")).dt.days
    )
    return days.groupby(["customer", "day"], as_index=False).agg(amount=("amount", "sum"))


def summary(days: pd.DataFrame, until: int) -> PurchaseSummary:
    columns = (days["customer"].to_numpy(np.int64), days["day"].to_numpy(np.int64), days["amount"].to_numpy())
    return summarise_purchases(*columns, until)


@pytest.mark.data
def test_the_law_of_leaving_is_that_of_cdnow(data_dir: Path) -> None:
    names = ["master", "customer", "day", "count", "amount"]
    bought = pd.read_csv(data_dir / "cdnow" / "CDNOW_sample.txt", sep=r"\s+", header=None, names=names)
    first = pd.Timestamp("1997-01-01")
    bought["day"] = (pd.to_datetime(bought["day"].astype(str)) - first).dt.days
    found = fit_pareto_nbd(summary(bought, (pd.Timestamp("1997-09-30") - first).days).history).parameters
    assert (found.s, found.beta) == pytest.approx((S, BETA_WEEKS), abs=0.005)


def test_who_has_stayed_for_long_stays_longer() -> None:
    chance = np.linspace(0.001, 0.999, 999)
    fresh, faithful = (days_left(chance, np.full(999, weeks)) / 7 for weeks in (0.0, 104.0))
    assert (fresh > 38).mean() == pytest.approx((BETA_WEEKS / (BETA_WEEKS + 38)) ** S, abs=0.002)
    assert (faithful > 38).mean() > 0.8


def test_customers_join_and_leave_all_year(days: pd.DataFrame) -> None:
    seen = days.groupby("customer")["day"].agg(["min", "max"])
    assert (seen["min"] > 90).mean() == pytest.approx((1 - ESTABLISHED) * 0.75, abs=0.08)
    gone = TODAY - seen.loc[seen["min"] <= TODAY, "max"] > 68
    assert 0.2 < gone.mean() < 0.4
    by_quarter = np.histogram(seen["max"][seen["max"] < 270], [0, 90, 180, 270])[0]
    assert by_quarter.min() > 100


def test_every_model_of_the_shop_is_identified(days: pd.DataFrame) -> None:
    known = summary(days, TODAY)
    fits: list[ModelFit[Any]] = [fit(known.history) for fit in (bg_nbd.fit_bg_nbd, fit_mbg_nbd, fit_pareto_nbd)]
    fits.append(fit_gamma_gamma(known.history.frequency, known.monetary_value))
    assert [fit.reason for fit in fits] == [""] * 4
    assert all(fit.identified for fit in fits)
    assert abs(frequency_value_correlation(known.history.frequency, known.monetary_value)) < 0.1


def test_the_forecast_of_the_last_quarter_holds(days: pd.DataFrame) -> None:
    known, later = summary(days, TODAY - 90), days[(days["day"] > TODAY - 90) & (days["day"] <= TODAY)]
    bought = np.bincount(later["customer"], minlength=days["customer"].max() + 1)[known.customer]
    models: tuple[tuple[Callable[..., ModelFit[Any]], Callable[..., FloatArray]], ...] = (
        (bg_nbd.fit_bg_nbd, bg_nbd.expected_purchases),
        (fit_mbg_nbd, bg_nbd.expected_purchases),
        (fit_pareto_nbd, pareto_nbd.expected_purchases),
    )
    for fit, forecast in models:
        expected = forecast(fit(known.history).parameters, known.history, 90)
        assert expected.sum() == pytest.approx(bought.sum(), rel=0.1)
        assert auc(expected, bought > 0) > 0.85
