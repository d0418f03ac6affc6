"""Variables hold what is known of each customer, in their language, by as many statements for many as for one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.templating.values import age_in_words, values_of
from retention.customers.models import Account, Category, Contact, EventBehaviour, Membership, Product
from retention.customers.services.state import refresh_states
from tenants.models import Tenant
from tenants.people.models import User
from tests.customers.facts import make_customer, make_event, make_order, make_points

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def test_all_that_is_known_of_one(tenant: Tenant, carl: User) -> None:
    who = make_customer("c1", ago(800), name="Lin Yue", joined_at=ago(800),
                        traits={"nickname": "小林", "baby_birthday": "2025-07-20"})  # fmt: skip
    make_customer("c2", ago(800), name="Other", traits={"nickname": "leaked"})
    milk = Category.objects.create(code="milk", name="Dairy")
    product = Product.objects.create(code="p1", name="Whole milk", category=milk)
    Product.objects.create(code="p2", name="Formula")
    Product.objects.create(code="p3", name="Sold out", on_sale=False)
    for number, days in enumerate((500, 60, 40)):
        order = make_order(who, f"o{number}", ago(days), [("milk", "5")])
        order.lines.update(product=product)
    EventBehaviour.objects.update_or_create(name="Product Viewed", defaults={"behaviour": "browse"})
    make_event(who, "e1", "Product Viewed", ago(9), properties={"product_id": "p1"})
    make_event(who, "e2", "Product Viewed", ago(8), properties={"product_id": "p2"})
    make_event(who, "e3", "Product Added", ago(7), properties={"product_id": "p2"})
    make_event(who, "e4", "Product Added", ago(6), properties={"product_id": "p1"})
    make_event(who, "e5", "Product Removed", ago(5), properties={"product_id": "p1"})
    make_event(who, "e6", "Product Added", ago(4), properties={"product_id": "p3"})
    make_event(who, "e7", "Product Viewed", NOW + timedelta(days=1), properties={"product_id": "p1"})
    make_points(who, 1500, ago(9))
    make_points(who, -220, ago(8))
    Membership.objects.create(customer=who, level="V3", since=date(2025, 1, 1), recorded_at=NOW)
    Membership.objects.create(customer=who, level="V9", since=date(2026, 5, 1), recorded_at=NOW)
    account = Account.objects.create(
        external_id="a1", name="Northwind", csm=carl.email, recorded_at=NOW, updated_at=NOW
    )
    Contact.objects.create(account=account, customer=who, recorded_at=NOW)
    refresh_states(None)
    english = {
        "nickname": "小林", "stage": "8 months old", "year_since": "January 2024", "account_name": "Northwind",
        "adviser": "Carl", "last_item": "Whole milk", "last_category": "Dairy", "viewed_item": "Formula",
        "cart_item": "Formula", "points": "1,280", "tier": "V3", "year_orders": "2 orders", "year_items": "1 item",
        "year_favourite": "Dairy", "shop_name": "Acme", "next_item": "Whole milk", "restock_date": "7 October",
    }  # fmt: skip
    assert values_of({who.pk: "en"}, now=NOW) == {who.pk: english}
    chinese = english | {
        "stage": "8 个月大",
        "year_since": "2024年1月",
        "year_orders": "2 笔订单",
        "year_items": "1 件商品",
        "restock_date": "10月7日",
    }
    assert values_of({who.pk: "zh-hans"}, now=NOW) == {who.pk: chinese}


def test_nothing_known_is_no_entry_and_only_what_is_asked_is_worked_out(tenant: Tenant) -> None:
    who = make_customer("c1", NOW)
    assert values_of({who.pk: "en"}, now=NOW) == {who.pk: {"shop_name": "Acme"}}
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert values_of({who.pk: "en"}, now=NOW, names={"nickname"}) == {who.pk: {}}
    assert len([q for q in asked if "customers_" in q["sql"]]) == 1


@pytest.mark.parametrize("count", [1, 3, 40])
def test_as_many_statements_for_many_as_for_one(tenant: Tenant, count: int) -> None:
    made = [make_customer(f"c{number}", NOW, name=f"N{number}") for number in range(count)]
    with CaptureQueriesContext(connection) as asked:
        found = values_of({customer.pk: "en" for customer in made}, now=NOW)
    assert {pk: values["nickname"] for pk, values in found.items()} == {c.pk: c.name for c in made}
    assert len([q for q in asked if "customers_" in q["sql"]]) == 10
    assert len([q for q in asked if "governance_policy" in q["sql"]]) <= 12


@pytest.mark.parametrize(
    ("bought", "expected"),
    [
        ({"milk": [70, 40, 10]}, {"next_item": "milk", "restock_date": "20 April"}),  # every 30 days, 10 ago
        ({"milk": [70, 40, 10], "soap": [100, 80, 60, 40]}, {"next_item": "soap"}),  # overdue: no date to come
        ({"milk": [70, 40, 10], "soap": [400, 390, 380]}, {"next_item": "milk", "restock_date": "20 April"}),  # left
        ({"milk": [70, 40, 10], "gone": [40, 20]}, {"next_item": "milk", "restock_date": "20 April"}),  # not on sale
        ({"milk": [70, 40, 10], "": [40, 20]}, {"next_item": "milk", "restock_date": "20 April"}),  # without a name
        ({"milk": [900, 800]}, {}),  # too long ago
        ({"milk": [10]}, {}),  # once is no rhythm
        ({"milk": [10, 10]}, {}),  # nor is twice on one day
    ],
)
def test_what_is_due_next_by_ones_own_rhythm(
    tenant: Tenant, bought: dict[str, list[int]], expected: dict[str, str]
) -> None:
    who, other = make_customer("c1", ago(999)), make_customer("c2", ago(999))
    for name, days in bought.items():
        product = Product.objects.create(code=name or "nameless", name=name, on_sale=name != "gone")
        for place, day in enumerate(days):
            order = make_order(who, f"{name}-{place}-{day}", ago(day), [("", "5")])
            order.lines.update(product=product)
    tea = Product.objects.create(code="tea", name="tea")
    for day in (60, 30, 1):
        make_order(other, f"tea-{day}", ago(day), [("", "5")]).lines.update(product=tea)
    found = values_of({who.pk: "en"}, now=NOW, names={"next_item", "restock_date"})
    assert found == {who.pk: expected}


@pytest.mark.parametrize(
    ("born", "words"),
    [
        ("2026-03-10", "newborn"),
        ("2026-02-28", "1 month old"),
        ("2024-04-01", "23 months old"),
        ("2023-03-31", "3 years old"),
        ("2026-04-01", ""),
    ],
)
def test_ages(born: str, words: str) -> None:
    assert age_in_words(date.fromisoformat(born), date(2026, 3, 31)) == words


def test_a_trait_that_is_no_date_is_left_out(tenant: Tenant) -> None:
    who = make_customer("c1", NOW, traits={"baby_birthday": "soon", "nickname": ""}, name="Ann")
    assert values_of({who.pk: "en"}, now=NOW, names={"stage", "nickname"}) == {who.pk: {"nickname": "Ann"}}
