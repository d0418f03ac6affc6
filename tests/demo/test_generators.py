"""The demo's data: real baskets untouched, who comes and goes and the overlay seeded and in keeping with them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from retention.demo.generators.shop import ShopData, make_shop, real_orders
from retention.demo.generators.software import SoftwareData, make_software
from retention.demo.services.demo_clock import START
from retention.demo.services.files import live_file, loaded_file

OVERLAY_TIMES = pd.Timestamp("2017-01-01"), pd.Timestamp("2018-01-01")


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return real_orders()


def test_the_panel_is_whole(panel: pd.DataFrame) -> None:
    assert panel["customer"].nunique() == 2469
    assert panel["category"].nunique() == 302
    assert panel["order_id"].nunique() == 155_848
    assert round(float(panel["amount"].sum()), 2) == pytest.approx(4_596_039.58, abs=0.01)


@pytest.mark.data
def test_the_panels_purchases_equal_the_public_file(panel: pd.DataFrame, data_dir: Path) -> None:
    public = pd.read_parquet(data_dir / "complete-journey" / "household_basket_category.parquet")
    assert len(public) == len(panel)
    theirs = public.groupby(public["household_id"].astype(str))["sales_value"].sum()
    ours = panel.groupby("customer")["amount"].sum()
    pd.testing.assert_series_equal(
        ours.sort_index(), theirs.sort_index(), check_names=False, check_dtype=False, atol=0.2
    )


def test_every_basket_of_the_shop_is_one_of_the_panel(shop: ShopData, panel: pd.DataFrame) -> None:
    """Whole baskets, those between joining and leaving, of every household; two of three are left."""
    ours, theirs = (rows.groupby("order_id")["amount"].agg(["sum", "size"]) for rows in (shop.orders, panel))
    pd.testing.assert_frame_equal(ours, theirs.loc[ours.index])
    assert set(shop.orders["customer"]) == set(panel["customer"])
    assert 0.6 < len(ours) / len(theirs) < 0.8
    span = shop.orders.groupby("customer")["ordered_at"].agg(["min", "max"])
    between = panel.merge(span, left_on="customer", right_index=True)
    between = between[between["ordered_at"].between(between["min"], between["max"])]
    assert between["order_id"].nunique() == len(ours)


def test_the_same_seed_gives_the_same_shop(shop: ShopData) -> None:
    again = make_shop()
    pd.testing.assert_frame_equal(again.events, shop.events)
    pd.testing.assert_frame_equal(again.customers, shop.customers)


def test_the_same_seed_gives_the_same_vendor(software: SoftwareData) -> None:
    again = make_software()
    pd.testing.assert_frame_equal(again.events, software.events)
    pd.testing.assert_frame_equal(again.accounts, software.accounts)


def test_ids_of_facts_are_unique(shop: ShopData, software: SoftwareData) -> None:
    assert shop.events["event_id"].is_unique
    assert software.events["event_id"].is_unique


def test_every_fact_of_the_overlay_lies_in_the_year(shop: ShopData, software: SoftwareData) -> None:
    first, end = OVERLAY_TIMES
    assert shop.events["occurred_at"].between(first, end, inclusive="left").all()
    assert software.events["occurred_at"].between(first, end, inclusive="left").all()


def test_people_of_the_overlay_are_those_of_the_panel(shop: ShopData) -> None:
    assert set(shop.events["customer"]) <= set(shop.orders["customer"])
    assert set(shop.customers["external_id"]) == set(shop.orders["customer"])
    assert shop.customers["email"].str.endswith("@example.com").all()


def test_a_complaint_closes_only_after_it_was_opened(shop: ShopData) -> None:
    opened = shop.events[shop.events["event"] == "complaint_opened"].set_index("complaint_id")["occurred_at"]
    closed = shop.events[shop.events["event"] == "complaint_closed"].set_index("complaint_id")["occurred_at"]
    assert (closed >= opened.loc[closed.index]).all()


def test_the_vendor_loses_about_a_fifth_of_its_accounts(software: SoftwareData) -> None:
    """Calibration: 110 of 500 accounts end in the public account set."""
    used = software.events[software.events["event"] == "Signed In"]
    late = used[used["occurred_at"] >= "2017-12-01"].groupby("account").size()
    early = used[used["occurred_at"] < "2017-04-01"].groupby("account").size()
    share = late.reindex(early.index, fill_value=0) * 3 < early * 0.3
    assert 0.12 < share.mean() < 0.32


def test_the_vendors_tickets_come_at_four_a_year_and_account(software: SoftwareData) -> None:
    tickets = (software.events["event"] == "complaint_opened").sum() / software.accounts["seats"].count()
    assert 3.4 < tickets < 5.5


@pytest.mark.parametrize(("tenant", "kind"), [("shop", "orders"), ("shop", "events"), ("software", "events")])
def test_loaded_and_live_parts_together_are_the_whole(
    files: Path, shop: ShopData, software: SoftwareData, tenant: str, kind: str
) -> None:
    whole = getattr({"shop": shop, "software": software}[tenant], kind)
    loaded, live = pd.read_parquet(loaded_file(files, tenant, kind)), pd.read_parquet(live_file(files, tenant, kind))
    time = "ordered_at" if kind == "orders" else "occurred_at"
    said = [pd.read_parquet(loaded_file(files, tenant, voice)) for voice in ("feedback", "surveys")]
    assert len(loaded) + len(live) + (sum(map(len, said)) if kind == "events" else 0) == len(whole)
    assert loaded[time].max() < pd.Timestamp(START) <= live[time].min()


def test_every_account_has_a_contract_and_people_one_after_another(software: SoftwareData) -> None:
    assert sorted(software.contracts["account"]) == sorted(software.accounts["external_id"])
    assert (software.contracts["ends_on"] > software.contracts["starts_on"]).all()
    by_account = software.assignments.groupby(["account", "role"]).size()
    assert set(by_account.xs("csm", level="role")) == {1}
    assert set(by_account.xs("consultant", level="role")) == {1, 2}


def test_only_baskets_bought_with_a_coupon_name_one(shop: ShopData) -> None:
    baskets = shop.orders.groupby("order_id")["coupon"].agg(["size", "count"])
    assert set(shop.orders["coupon"].dropna()) == {"coupon"}
    assert (baskets["count"].isin([0]) | (baskets["count"] == baskets["size"])).all()
    assert 0.02 < (baskets["count"] > 0).mean() < 0.4
