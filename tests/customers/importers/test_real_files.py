"""Real files come in as they are, and a second time nothing changes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django.db.models import Sum

from retention.customers.models import Account, Customer, CustomerState, Event, Order
from retention.customers.services.imports import import_file
from tenants.models import Tenant
from tests.customers.importers.conftest import NOW, counts

pytestmark = [pytest.mark.data, pytest.mark.usefixtures("patient")]

CDNOW_MAP = {
    "format": {"delimiter": " ", "header": ["master", "sample", "date", "n", "amount"]},
    "columns": {"sample": "customer", "date": "ordered_at", "n": "quantity", "master": ""},
}


def bring(kind: str, path: Path, file_map: dict[str, Any]) -> tuple[int, int, int]:
    return counts(import_file(kind=kind, path=path, file_map=file_map, now=NOW)[1])


def test_cdnow(tenant: Tenant, data_dir: Path) -> None:
    path = data_dir / "cdnow" / "CDNOW_sample.txt"
    assert bring("orders", path, CDNOW_MAP) == (6919, 0, 0)
    assert bring("orders", path, CDNOW_MAP) == (0, 6919, 0)
    assert Order.objects.aggregate(total=Sum("amount"))["total"] == Decimal("244091.94")
    assert Customer.objects.order_by("external_id").first().external_id == "0001"  # type: ignore[union-attr]
    assert_states_equal_pandas(path)


def assert_states_equal_pandas(path: Path) -> None:
    """Days, sums and windows of every customer, by another road."""
    frame = pd.read_csv(path, sep=r"\s+", header=None, names=["m", "who", "day", "n", "amount"], dtype={"who": str})
    frame["day"] = pd.to_datetime(frame["day"], format="%Y%m%d")
    days = frame.assign(cents=(frame["amount"] * 100).round().astype(int)).groupby(["who", "day"])["cents"].sum()
    table = days.reset_index()
    last = table.groupby("who")["day"].transform("max")
    first = table.groupby("who")["day"].transform("min")
    table["year"] = table["day"] > last - pd.Timedelta(days=365)
    table["repeat"] = table["day"] > first
    by_who = table.groupby("who")
    expected = pd.DataFrame(
        {
            "first": by_who["day"].min().dt.date,
            "last": by_who["day"].max().dt.date,
            "days": by_who.size(),
            "revenue": by_who["cents"].sum(),
            "repeat": table[table["repeat"]].groupby("who")["cents"].sum(),
            "year_days": by_who["year"].sum(),
            "year": table[table["year"]].groupby("who")["cents"].sum(),
        }
    ).fillna({"repeat": 0})
    stored = {
        state.customer.external_id: (
            state.first_order_on,
            state.last_order_on,
            state.order_days,
            state.net_revenue * 100,
            state.repeat_revenue * 100,
            state.year_order_days,
            state.year_revenue * 100,
        )
        for state in CustomerState.objects.select_related("customer")
    }
    assert len(stored) == 2357
    assert stored == {row.Index: tuple(row)[1:] for row in expected.itertuples()}


def test_a_packed_click_stream(tenant: Tenant, data_dir: Path) -> None:
    path = data_dir / "retentioneering-ecom" / "ecom.csv.gz"
    file_map = {"columns": {"user_id": "customer", "timestamp": "occurred_at"}}
    assert bring("events", path, file_map) == (31106, 0, 0)
    assert bring("events", path, file_map) == (0, 31106, 0)
    assert (Event.objects.values("name").distinct().count(), Customer.objects.count()) == (19, 600)
    assert CustomerState.objects.filter(first_seen_on__isnull=False).count() == 600


def test_accounts_of_another_tool(tenant: Tenant, data_dir: Path) -> None:
    path = data_dir / "ravenstack" / "ravenstack_accounts.csv"
    file_map = {"columns": {"account_id": "external_id", "account_name": "name", "signup_date": "created_at"}}
    assert bring("accounts", path, file_map) == (500, 0, 0)
    assert bring("accounts", path, file_map) == (0, 500, 0)
    assert Account.objects.filter(traits__seats__gt=10, traits__is_trial=False).exists()


def test_groceries_in_parquet(tenant: Tenant, data_dir: Path, tmp_path: Path) -> None:
    """One household in twenty of the panel: the whole of it is brought in by the bench."""
    frame = pd.read_parquet(data_dir / "complete-journey" / "household_basket_category.parquet")
    frame = frame[frame["household_id"] % 20 == 0]
    path = tmp_path / "panel.parquet"
    frame.to_parquet(path)
    file_map = {
        "columns": {
            "household_id": "customer",
            "day": "ordered_at",
            "basket_id": "order_id",
            "product_category": "category",
            "sales_value": "amount",
        }
    }
    assert bring("orders", path, file_map) == (len(frame), 0, 0)
    assert bring("orders", path, file_map) == (0, len(frame), 0)
    assert Order.objects.count() == frame["basket_id"].nunique()
    days = frame.groupby("household_id")["day"].nunique()
    assert dict(CustomerState.objects.values_list("customer__external_id", "order_days")) == {
        str(household): count for household, count in days.items()
    }
