"""Real purchases and published figures for the science tests."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from retention.scoring.science.purchases import PurchaseSummary, summarise_purchases


def day_number(date: str) -> int:
    return int(np.datetime64(date, "D").astype(np.int64))


@pytest.fixture(scope="session")
def cdnow_orders(data_dir: Path) -> pd.DataFrame:
    """customer (the second column), day (a whole number), amount; 6,919 rows."""
    columns = ["master", "customer", "date", "discs", "amount"]
    path = data_dir / "cdnow" / "CDNOW_sample.txt"
    orders = pd.read_csv(path, sep=r"\s+", header=None, names=columns, dtype={"date": str})
    orders["day"] = pd.to_datetime(orders["date"]).to_numpy().astype("datetime64[D]").astype(np.int64)
    return orders


@pytest.fixture(scope="session")
def cdnow(cdnow_orders: pd.DataFrame) -> PurchaseSummary:
    """The calibration period: everything up to 1997-09-30."""
    return summarise_purchases(
        cdnow_orders["customer"].to_numpy(np.int64),
        cdnow_orders["day"].to_numpy(np.int64),
        cdnow_orders["amount"].to_numpy(np.float64),
        day_number("1997-09-30"),
    )


@pytest.fixture(scope="session")
def cdnow_later(cdnow_orders: pd.DataFrame, cdnow: PurchaseSummary) -> np.ndarray:
    """Purchase days of each calibration customer in weeks 40–78, both ends included."""
    holdout = cdnow_orders[
        cdnow_orders["day"].between(day_number("1997-10-01"), day_number("1998-06-30"))
    ].drop_duplicates(["customer", "day"])
    return holdout.groupby("customer").size().reindex(cdnow.customer, fill_value=0).to_numpy(np.int64)


@pytest.fixture(scope="session")
def household_days(data_dir: Path) -> pd.DataFrame:
    """Complete Journey in UTC: distinct household × day × category, `day` a whole number."""
    path = data_dir / "complete-journey" / "household_basket_category.parquet"
    lines = pd.read_parquet(path, columns=["household_id", "day", "product_category"])
    lines = lines.dropna(subset=["product_category"]).drop_duplicates()
    lines["day"] = lines["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    return lines
