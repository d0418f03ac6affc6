"""Accounts with people in charge, and what is worked on for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from retention.customers.models import Account, Contact, Customer
from retention.success.models import Task
from retention.success.services.tasks import open_task
from tenants.models import Tenant
from tenants.people.models import User
from tests.customers.facts import make_customer

NOW = datetime(2026, 4, 1, 10, tzinfo=UTC)  # a Wednesday, in working hours
LATER = NOW + timedelta(hours=1)


def make_account(external_id: str = "a-1", **fields: Any) -> Account:
    return Account.objects.create(
        external_id=external_id, recorded_at=NOW, updated_at=NOW, **{"name": external_id.upper(), **fields}
    )


@pytest.fixture
def account(tenant: Tenant, carl: User) -> Account:
    """Carl cares for it."""
    return make_account(csm=carl.email, consultant="iris@example.com")


@pytest.fixture
def boss(account: Account) -> Customer:
    """Who decides at the account."""
    customer = make_customer("c-1", NOW, name="Wang Fang", phone="+8613800112345")
    Contact.objects.create(account=account, customer=customer, role="decision_maker", recorded_at=NOW)
    return customer


def a_task(**given: Any) -> Task:
    """Opened from the source ``test``."""
    values: dict[str, Any] = {
        "title": "Call Wang Fang", "kind": "call", "due_at": NOW, "source": "test", "source_key": "1", "now": NOW,
    }  # fmt: skip
    return open_task(**{**values, **given})
