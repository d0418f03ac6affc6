"""Terms: which contracts are in force on a day, and when an account's next one runs out."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Min, Q

from retention.customers.models import Account
from retention.success.enums import ContractStatus
from retention.success.models import Contract
from tenants.context import current_tenant


def in_force_on(day: date) -> Q:
    """Contracts in force on `day`, their last one too: whoever brings contracts in need not come back to end them."""
    ending = Q(ends_on__gte=day, status__in=(ContractStatus.ACTIVE, ContractStatus.ENDED))
    running_on = Q(ends_on__isnull=True, status=ContractStatus.ACTIVE)
    return Q(withdrawn=False, starts_on__lte=day) & (ending | running_on)


def term_of(account: Account, *, now: datetime) -> date | None:
    """The next last day of a contract in force; None where none is known."""
    today = now.astimezone(current_tenant().zone).date()
    running = Contract.objects.filter(account=account, withdrawn=False, status=ContractStatus.ACTIVE)
    found: date | None = running.filter(ends_on__gte=today).aggregate(first=Min("ends_on"))["first"]
    return found
