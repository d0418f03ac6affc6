"""What a product lead puts at stake where customers have contracts: each contract in force once, whoever speaks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from feedback.models import FeedbackItem
from feedback.selectors.leads import staked_leads
from feedback.services.leads import create_lead, link_item
from retention.customers.models import Account, Customer
from retention.customers.services.state import refresh_states
from retention.success.models import Contract
from tenants.people.models import User
from tests.customers.facts import make_customer, make_order
from tests.success.conftest import NOW, make_account


def contract(name: str, amount: int, **given: object) -> None:
    values = {"product": "Suite", "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "status": "active"}
    Contract.objects.create(
        contract_id=name, amount=Decimal(amount), recorded_at=NOW, updated_at=NOW, **{**values, **given}
    )


def said(name: str, *, customer: Customer | None = None, account: Account | None = None) -> FeedbackItem:
    return FeedbackItem.objects.create(
        feedback_id=name, text=name, customer=customer, account=account, received_at=NOW, recorded_at=NOW,
        updated_at=NOW,
    )  # fmt: skip


@pytest.fixture
def lead_of(sue: User) -> object:
    def make(*items: FeedbackItem) -> Decimal | None:
        lead = create_lead(title=f"Lead of {len(items)}", item=None, actor=sue, now=NOW)
        for item in items:
            link_item(lead=lead, item=item, actor=sue, now=NOW)
        revenue: Decimal | None = staked_leads(NOW.date()).values_list("revenue", flat=True).get(pk=lead.pk)
        return revenue

    return make


def test_contracts_of_account_contact_and_customer_count_once(account: Account, boss: Customer, lead_of) -> None:  # type: ignore[no-untyped-def]
    other, ann = make_account("b-1"), make_customer("ann", NOW)
    contract("k-1", 1000, account=account)
    contract("k-2", 200, account=account, status="ended")
    contract("k-3", 400, account=account, withdrawn=True)
    contract("k-4", 30, customer=ann)
    contract("k-5", 5000, account=other)
    contract("k-6", 7, account=account, ends_on=NOW.date() - timedelta(days=1))
    contract("k-7", 9, account=account, starts_on=NOW.date() + timedelta(days=1))
    by_boss, by_account, by_ann = said("one", customer=boss), said("two", account=account), said("three", customer=ann)
    assert lead_of(by_boss) == lead_of(by_account) == lead_of(by_boss, by_account) == Decimal(1000)
    assert lead_of(by_boss, by_account, by_ann) == Decimal(1030)
    assert lead_of() is None
    assert lead_of(said("four")) is None


def test_where_they_order_more_than_they_signed_the_orders_are_at_stake(
    account: Account,
    boss: Customer,
    lead_of,  # type: ignore[no-untyped-def]
) -> None:
    contract("k-1", 100, account=account)
    make_order(boss, "o-1", NOW, [("tea", "700.00")])
    refresh_states([boss.pk])
    assert lead_of(said("one", customer=boss)) == Decimal(700)
