"""Contracts, renewals and who is in charge: a customer's own, and those of the accounts behind."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from retention.customers.models import Contact, Customer
from retention.success.models import Assignment, Renewal
from tests.segments.fields.everything import ask
from tests.segments.world import D, World, at
from tests.success.conftest import make_account
from tests.success.test_ends import contract


@pytest.fixture
def world(tenant: object) -> World:
    return World()


@pytest.fixture
def someone(world: World) -> Customer:
    """Acts for account a-1 in two roles."""
    customer = world.customer("c")
    account = make_account(csm="carl@example.com", consultant="iris@example.com")
    for role in ("decision_maker", "user"):
        Contact.objects.create(account=account, customer=customer, role=role, recorded_at=at(0))
    return customer


def test_contracts_in_force_are_counted_once(someone: Customer) -> None:
    account = someone.contacts.all()[0].account
    contract("own", 200, customer=someone, amount=100, product="Suite")
    contract("of the account", 90, account=account, amount=1000, product="Portal")
    contract("over", -1, account=account, amount=7)
    contract("draft", 90, account=account, amount=7, status="draft")
    names = ("contracts", "contract_amount", "renews_on")
    assert [ask(name, someone) for name in names] == [2, Decimal("1100.00"), D + timedelta(days=90)]
    assert sorted(ask("contract_products", someone)) == ["Portal", "Suite"]


def test_what_became_of_renewals_lately(someone: Customer) -> None:
    for n, (status, day) in enumerate([("lost", 10), ("renewed", 400), ("contracted", -1), ("open", None)]):
        Renewal.objects.create(
            contract=contract(f"k{n}", 90, customer=someone), ends_on=D, status=status,
            decided_at=None if day is None else at(day),
        )  # fmt: skip
    assert ask("renewals_decided", someone) == ["lost"]
    assert sorted(ask("renewals_decided", someone, days=401)) == ["lost", "renewed"]


def test_who_is_in_charge_on_a_day(world: World, someone: Customer) -> None:
    assert (ask("in_charge", someone), ask("in_charge", someone, role="delivers")) == (
        ["carl@example.com"],
        ["iris@example.com"],
    )
    account = someone.contacts.all()[0].account
    for n, (staff, begins, until) in enumerate([("anna", 300, 100), ("bob", 100, None)]):
        Assignment.objects.create(
            key=f"k{n}", account=account, staff=staff, role="cares", starts_on=D - timedelta(days=begins),
            until=None if until is None else D - timedelta(days=until), recorded_at=at(0),
        )  # fmt: skip
    assert [ask("in_charge", someone, D - timedelta(days=n)) for n in (0, 100, 101, 301)] == [
        ["bob"],
        ["bob"],
        ["anna"],
        [],
    ]
    assert world.matching({"field": "in_charge", "op": "any", "value": ["bob", "else"]}) == ["c"]
