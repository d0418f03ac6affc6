"""Product leads: customers counted once, their revenue with them; links once; shipped with its moment."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from feedback.enums import LeadStatus
from feedback.models import FeedbackItem, LeadLink, ProductLead
from feedback.selectors.leads import board, staked_leads
from feedback.services.leads import create_lead, link_item, plan_lead
from retention.common.errors import DomainError
from retention.customers.models import Customer
from retention.customers.services.state import refresh_states
from tenants.context import find_tenant, use_tenant
from tenants.governance.models import AuditEntry
from tenants.people.models import User
from tests.customers.facts import make_customer, make_order

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("tenant")


def said(name: str, customer: Customer | None) -> FeedbackItem:
    return FeedbackItem.objects.create(
        feedback_id=name, text=name, customer=customer, received_at=NOW, recorded_at=NOW, updated_at=NOW
    )


def test_each_customer_counts_once_with_their_revenue(sue: User) -> None:
    ann, ben = make_customer("ann", NOW), make_customer("ben", NOW)
    make_order(ann, "o-1", NOW - timedelta(days=10), [("tea", "120.00")])
    make_order(ben, "o-2", NOW - timedelta(days=20), [("tea", "30.00")])
    refresh_states([ann.pk, ben.pk])
    lead = create_lead(title="Bulk export", item=said("one", ann), actor=sue, now=NOW)
    for name, customer in (("two", ann), ("three", ben), ("four", None)):
        assert link_item(lead=lead, item=said(name, customer), actor=sue, now=NOW)
    create_lead(title="Nobody's", item=None, actor=sue, now=NOW)
    found = staked_leads(NOW.date()).order_by("pk").values_list("title", "voices", "customers", "revenue")
    assert list(found) == [("Bulk export", 4, 2, Decimal("150.00")), ("Nobody's", 0, 0, None)]


def test_a_voice_is_put_to_a_lead_once(sue: User) -> None:
    item = said("one", None)
    lead = create_lead(title="Export", item=item, actor=sue, now=NOW)
    assert not link_item(lead=lead, item=item, actor=sue, now=NOW)
    assert (LeadLink.objects.count(), AuditEntry.objects.filter(action="lead.linked").count()) == (1, 1)


def test_from_idea_to_shipped(sue: User, ada: User) -> None:
    lead = create_lead(title="Export", item=None, actor=sue, now=NOW)
    plan = {"lead": lead, "summary": "CSV", "owner": ada, "department": "Product", "due_on": date(2026, 5, 1)}
    for status in (LeadStatus.BUILDING, LeadStatus.SHIPPED, LeadStatus.SHIPPED, LeadStatus.BUILDING):
        at = NOW + timedelta(hours=1)
        kept = plan_lead(title="Export", status=status, actor=ada, now=at, **plan)  # type: ignore[arg-type]
        assert kept.shipped_at == (at if status == LeadStatus.SHIPPED else None)
    assert [(column.status, len(column.leads)) for column in board(NOW.date()) if column.leads] == [("building", 1)]
    with pytest.raises(IntegrityError), transaction.atomic():
        ProductLead.objects.update(status="shipped")


def test_a_lead_needs_a_title(sue: User) -> None:
    with pytest.raises(DomainError):
        create_lead(title=" ", item=None, actor=sue, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_four_who_link_at_once_make_one_link(sue: User) -> None:
    item, lead = said("one", None), create_lead(title="Export", item=None, actor=sue, now=NOW)
    made: list[bool] = []

    def link() -> None:
        with use_tenant(find_tenant("acme")):
            made.append(link_item(lead=lead, item=item, actor=sue, now=NOW))
        connection.close()

    threads = [threading.Thread(target=link) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(made), LeadLink.objects.count()) == ([False, False, False, True], 1)
