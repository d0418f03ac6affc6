"""Ends of terms: when an account's contract runs out."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Min

from retention.customers.models import Account
from retention.success.enums import ContractStatus
from retention.success.models import Contract
from tenants.context import current_tenant


def term_of(account: Account, *, now: datetime) -> date | None:
    """The next last day of a contract in force; None where none is known."""
    today = now.astimezone(current_tenant().zone).date()
    running = Contract.objects.filter(account=account, withdrawn=False, status=ContractStatus.ACTIVE)
    found: date | None = running.filter(ends_on__gte=today).aggregate(first=Min("ends_on"))["first"]
    return found
