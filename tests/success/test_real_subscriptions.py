"""Subscriptions of two public sets, through the door for contracts: what is counted, fitted and refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from retention.customers.services.imports import import_file
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.services.renewals import fit_renewals, renewals_by_term
from tests.success.conftest import NOW

pytestmark = [pytest.mark.data, pytest.mark.usefixtures("tenant", "patient")]
TERMS = {"Month-to-month": "month", "One year": "year", "Two year": "two_years"}


def bring(rows: pd.DataFrame, folder: Path) -> None:
    path = folder / "contracts.csv"
    rows.to_csv(path, index=False)
    _job, result = import_file(kind="contracts", path=path, now=NOW)
    assert (result.read, result.refused) == (len(rows), 0)


def test_telco(data_dir: Path, tmp_path: Path) -> None:
    """Tenure in whole months up to a day: who left, left at the end of the last one."""
    seen = pd.read_csv(data_dir / "telco-churn" / "Telco-Customer-Churn.csv")
    seen = seen[seen["tenure"] > 0]
    day, left = pd.Timestamp("2025-12-31"), seen["Churn"] == "Yes"
    starts = [day + pd.Timedelta(days=1) - pd.DateOffset(months=int(months)) for months in seen["tenure"]]
    bring(
        pd.DataFrame(
            {
                "contract_id": seen["customerID"],
                "customer": seen["customerID"],
                "starts_on": [start.date() for start in starts],
                "ends_on": np.where(left, day.date().isoformat(), ""),
                "amount": seen["MonthlyCharges"],
                "term": seen["Contract"].map(TERMS),
            }
        ),
        tmp_path,
    )
    fits = fit_renewals(Moment(date(2026, 1, 31), "UTC"), rules_in_force())  # the grace is over
    monthly, choice = fits["monthly"]
    assert int(monthly.left.sum() + monthly.open.sum()) == int((seen["Contract"] == "Month-to-month").sum())
    assert int(monthly.left.sum()) == int((left & (seen["Contract"] == "Month-to-month")).sum())
    assert (choice.model, choice.fit.identified) == ("sbg", True)
    assert (choice.fit.parameters.alpha, choice.fit.parameters.beta) == pytest.approx((0.423, 7.39), rel=0.01)
    refused = {name: fits[name][1].fit.reason for name in ("yearly", "two_yearly")}
    assert refused == {
        "yearly": "too few contracts ended (16 of 30)",  # the others left within a term: not asked yet
        "two_yearly": "too few contracts ended (5 of 30)",
    }


def test_ravenstack(data_dir: Path, tmp_path: Path) -> None:
    """Every subscription says how it is billed; taken as its term, none is left out."""
    seen = pd.read_csv(data_dir / "ravenstack" / "ravenstack_subscriptions.csv")
    names = {"subscription_id": "contract_id", "account_id": "account", "start_date": "starts_on"}
    rows = seen.rename(columns={**names, "end_date": "ends_on", "mrr_amount": "amount", "billing_frequency": "term"})
    rows["product"] = seen["subscription_id"]  # several run side by side
    bring(rows[["contract_id", "account", "product", "starts_on", "ends_on", "amount", "term"]], tmp_path)
    found = renewals_by_term(Moment(date(2024, 12, 31), "UTC"), rules_in_force())
    assert list(found) == ["monthly", "yearly"]
    sizes = {name: int(one.left.sum() + one.open.sum()) for name, one in found.items()}
    assert sizes == {"monthly": 2539, "yearly": 2461}
    assert 0 < int(found["monthly"].left.sum()) <= int(seen["end_date"].notna().sum())
