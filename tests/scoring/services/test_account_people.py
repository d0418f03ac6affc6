"""What health reads of an account's people: who has two roles acts once, and a past run knows no later talk."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from retention.common.copying import NO_DAY
from retention.customers.models import Account, Contact, EventBehaviour, Touch
from retention.scoring.moment import Moment, day_number
from retention.scoring.rules import rules_in_force
from retention.scoring.services.accounts import account_frame
from tenants.models import Tenant
from tests.customers.facts import make_customer, make_event

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = date(2026, 3, 1)


@pytest.fixture
def ann(tenant: Tenant) -> Contact:
    """Decision maker and champion of one account."""
    account = Account.objects.create(external_id="a", name="A", recorded_at=NOW, updated_at=NOW)
    customer = make_customer("ann", NOW)
    for role in ("decision_maker", "champion"):
        contact = Contact.objects.create(account=account, customer=customer, role=role, recorded_at=NOW)
    return contact


def test_who_has_two_roles_acts_once(ann: Contact) -> None:
    EventBehaviour.objects.update_or_create(name="core_use", defaults={"behaviour": "core_use"})
    for n, name in enumerate(("core_use", "core_use", "milestone_due", "complaint_opened")):
        make_event(ann.customer, f"e{n}", name, NOW - timedelta(days=5))
    frame = account_frame(Moment(DAY, "UTC"), rules_in_force())
    counted = [int(frame[name][0]) for name in ("core_recent", "users_active", "due", "tickets", "sponsors")]
    assert counted == [2, 1, 1, 1, 1]


def test_a_talk_written_down_later_was_not_known(ann: Contact) -> None:
    for days, recorded in ((40, NOW - timedelta(days=40)), (10, NOW)):
        Touch.objects.create(
            customer=ann.customer,
            channel="call",
            purpose="service",
            two_way=True,
            occurred_at=NOW - timedelta(days=days),
            recorded_at=recorded,
        )
    known = NOW - timedelta(days=1)
    then = account_frame(Moment(DAY, "UTC", known), rules_in_force())
    now = account_frame(Moment(DAY, "UTC"), rules_in_force())
    assert [int(frame["sponsor_on"][0]) for frame in (then, now)] == [day_number(DAY) - 40, day_number(DAY) - 10]
    nothing = account_frame(Moment(DAY, "UTC", NOW - timedelta(days=90)), rules_in_force())
    assert nothing["sponsor_on"][0] == NO_DAY
