"""Every list and page of the customer record, whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from retention.customers.models import (
    Account,
    Category,
    Contact,
    Customer,
    CustomerState,
    Event,
    EventBehaviour,
    ImportError,
    ImportJob,
    Membership,
    Order,
)
from tenants.models import Tenant
from tests.customers.api.conftest import Program, results
from tests.customers.facts import make_customer, make_event, make_order

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
STAMP = "2026-03-01T09:00:00Z"


@pytest.fixture
def lee(tenant: Tenant) -> Customer:
    return make_customer(
        "c-1", AT, name="Ann Lee", email="ann.lee@mail.example", phone="+8613800112345", traits={"size": "M"}
    )


@pytest.fixture
def initech(tenant: Tenant) -> Account:
    return Account.objects.create(external_id="a-1", name="Initech", csm="carl@example.com",
                                  recorded_at=AT, updated_at=AT)  # fmt: skip


def test_a_customer_is_shown_with_state_and_masked(lee: Customer, program: Program) -> None:
    CustomerState.objects.create(
        customer=lee, first_order_on=date(2026, 1, 2), order_days=3, net_revenue=Decimal("12.50"),
        main_category=Category.objects.create(code="milk"),
    )  # fmt: skip
    shown = {
        "id": str(lee.public_id),
        "external_id": "c-1",
        "name": "Ann Lee",
        "email": "a•••@mail.example",
        "phone": "+861•••45",
        "language": "",
        "timezone": "",
        "birthday": None,
        "kind": "person",
        "source": "",
        "created_at": None,
        "traits": {"size": "M"},
        "merged_into": None,
        "state": {
            "first_order_on": "2026-01-02",
            "last_order_on": None,
            "order_days": 3,
            "net_revenue": "12.50",
            "main_category": "milk",
            "first_login_on": None,
            "last_login_on": None,
            "login_days": 0,
            "first_seen_on": None,
            "last_seen_on": None,
        },
        "recorded_at": STAMP,
        "updated_at": STAMP,
    }
    client = program("customers.view")
    assert client.get("/api/v1/customers/").json() == {"next": None, "previous": None, "results": [shown]}
    assert client.get(f"/api/v1/customers/{lee.public_id}/").json() == shown


def test_a_merged_profile_names_the_one_that_took_it_in(lee: Customer, program: Program) -> None:
    old = make_customer("c-0", AT, merged_into=lee)
    make_customer("c-gone", AT, erased_at=AT)
    client = program("customers.view")
    assert [row["external_id"] for row in results(client, "customers/")] == ["c-1"]
    assert client.get(f"/api/v1/customers/{old.public_id}/").json()["merged_into"] == str(lee.public_id)


def test_an_order_is_shown_with_its_lines(lee: Customer, initech: Account, program: Program) -> None:
    order = make_order(lee, "o-1", AT, [("milk", "3.00"), ("", "2.00")], account=initech, coupon="SPRING")
    line = {"product": None, "quantity": "1.000", "price": None}
    shown = {
        "id": str(order.public_id),
        "order_id": "o-1",
        "version": 1,
        "customer": "c-1",
        "customer_id": str(lee.public_id),
        "account": "a-1",
        "account_id": str(initech.public_id),
        "ordered_at": STAMP,
        "ordered_on": "2026-03-01",
        "amount": "5.00",
        "refunded": "0.00",
        "currency": "USD",
        "status": "paid",
        "coupon": "SPRING",
        "properties": {},
        "lines": [
            {"ordinal": 0, "category": "milk", "amount": "3.00", **line},
            {"ordinal": 1, "category": None, "amount": "2.00", **line},
        ],
        "source": "",
        "recorded_at": STAMP,
        "superseded_at": None,
        "withdrawn": False,
    }
    client = program("customers.view")
    assert results(client, "orders/") == [shown]
    assert client.get(f"/api/v1/orders/{order.public_id}/").json() == shown


def test_an_event_is_shown_with_its_behaviour(lee: Customer, program: Program) -> None:
    EventBehaviour.objects.update_or_create(name="Hatched", defaults={"behaviour": "community"})
    make_event(lee, "e-1", "Hatched", AT, properties={"page": 1})
    assert results(program("customers.view"), "events/") == [
        {
            "event_id": "e-1",
            "version": 1,
            "customer": "c-1",
            "customer_id": str(lee.public_id),
            "account": None,
            "account_id": None,
            "event": "Hatched",
            "behaviour": "community",
            "occurred_at": STAMP,
            "occurred_on": "2026-03-01",
            "properties": {"page": 1},
            "source": "",
            "recorded_at": STAMP,
            "superseded_at": None,
            "withdrawn": False,
        }
    ]


def test_an_account_and_its_contacts_are_shown(lee: Customer, initech: Account, program: Program) -> None:
    Contact.objects.create(account=initech, customer=lee, role="champion", recorded_at=AT)
    client = program("accounts.view")
    account: dict[str, Any] = {
        "id": str(initech.public_id),
        "external_id": "a-1",
        "name": "Initech",
        "csm": "carl@example.com",
        "consultant": "",
        "consultant_since": None,
        "parent": None,
        "created_at": None,
        "traits": {},
        "recorded_at": STAMP,
        "updated_at": STAMP,
    }
    assert results(client, "accounts/") == [account]
    assert client.get(f"/api/v1/accounts/{initech.public_id}/").json() == account
    assert results(client, "contacts/?account=a-1&customer=c-1&role=champion") == [
        {
            "account": "a-1",
            "account_id": str(initech.public_id),
            "customer": "c-1",
            "customer_id": str(lee.public_id),
            "role": "champion",
            "ended_on": None,
            "recorded_at": STAMP,
            "withdrawn": False,
        }
    ]


def test_a_membership_and_a_category_are_shown(lee: Customer, program: Program) -> None:
    Membership.objects.create(
        customer=lee, level="V3", since=AT.date(), recorded_at=AT, cancelled=True, cancelled_on=AT.date()
    )
    food = Category.objects.create(code="food", name="Food")
    Category.objects.create(code="milk", parent=food, clock="visit")
    client = program("customers.view")
    assert results(client, "memberships/") == [
        {
            "customer": "c-1",
            "customer_id": str(lee.public_id),
            "level": "V3",
            "since": "2026-03-01",
            "ends_on": None,
            "auto_renew": None,
            "cancelled": True,
            "cancelled_on": "2026-03-01",
            "amount": None,
            "recorded_at": STAMP,
            "withdrawn": False,
        }
    ]
    assert results(client, "categories/?parent=food") == [
        {"code": "milk", "name": "", "parent": "food", "clock": "visit"}
    ]


def test_an_import_is_shown_with_its_refused_rows(tenant: Tenant, program: Program) -> None:
    job = ImportJob.objects.create(kind="orders", file_name="orders.csv", status="done", progress=1, read=3, kept=1,
                                   unchanged=1, refused=1, created_at=AT, finished_at=AT)  # fmt: skip
    ImportError.objects.create(job=job, line=2, column="amount", value="x", reason="Not a number.", mend="Digits.")
    client = program("customers.import")
    shown = {
        "id": str(job.public_id),
        "kind": "orders",
        "file_name": "orders.csv",
        "dry_run": False,
        "status": "done",
        "progress": 1.0,
        "read": 3,
        "kept": 1,
        "unchanged": 1,
        "refused": 1,
        "message": "",
        "created_at": STAMP,
        "finished_at": STAMP,
    }
    assert results(client, "imports/") == [shown]
    assert client.get(f"/api/v1/imports/{job.public_id}/").json() == shown
    assert results(client, f"imports/{job.public_id}/errors/") == [
        {"line": 2, "column": "amount", "value": "x", "reason": "Not a number.", "mend": "Digits."}
    ]


def test_only_what_is_in_force_is_listed(lee: Customer, program: Program) -> None:
    make_order(lee, "o-1", AT, [("", "1.00")], superseded_at=AT)
    make_order(lee, "o-1", AT, [("", "2.00")], version=2)
    make_order(lee, "o-2", AT, [("", "3.00")], withdrawn=True)
    make_event(lee, "e-1", "Old", AT, superseded_at=AT)
    make_event(lee, "e-1", "New", AT, version=2)
    make_event(lee, "e-2", "Gone", AT, withdrawn=True)
    Membership.objects.create(customer=lee, level="V1", since=AT.date(), recorded_at=AT, withdrawn=True)
    client = program("customers.view")

    def found(path: str, name: str) -> list[Any]:
        return [row[name] for row in results(client, path)]

    assert found("orders/", "amount") == ["2.00"]
    assert found("orders/?history=true", "amount") == ["1.00", "2.00", "3.00"]
    assert found("events/", "event") == ["New"]
    assert found("events/?history=true", "event") == ["Old", "New", "Gone"]
    assert found("memberships/", "level") == []
    assert found("memberships/?history=true", "level") == ["V1"]
    old = Order.objects.get(superseded_at=AT)
    assert client.get(f"/api/v1/orders/{old.public_id}/").json()["superseded_at"] == STAMP
    assert Event.objects.count() == 3
