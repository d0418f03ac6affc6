"""Customers and accounts as lists: who counts, who is found by a word."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from retention.customers.enums import CustomerKind
from retention.customers.models import Account, Customer


def counted_customers() -> QuerySet[Customer]:
    """Each merged customer once; no staff, test or robot profiles, nobody erased."""
    people = Customer.objects.filter(kind=CustomerKind.PERSON, merged_into=None, erased_at=None)
    return people.select_related("state").order_by("name", "pk")


def found_customers(customers: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    """Those whose name contains `text`, or whose id or mail begins with it; a public id finds its one customer."""
    if (public_id := as_uuid(text)) is not None:
        return customers.filter(public_id=public_id)
    return customers.filter(Q(name__icontains=text) | Q(external_id__istartswith=text) | Q(email__istartswith=text))


def listed_accounts() -> QuerySet[Account]:
    """All accounts, with the number of their people."""
    return Account.objects.select_related("parent").order_by("name", "pk")


def found_accounts(accounts: QuerySet[Account], text: str) -> QuerySet[Account]:
    """Those whose name contains `text`, or whose id or CSM begins with it."""
    if (public_id := as_uuid(text)) is not None:
        return accounts.filter(public_id=public_id)
    return accounts.filter(Q(name__icontains=text) | Q(external_id__istartswith=text) | Q(csm__istartswith=text))


def as_uuid(text: str) -> UUID | None:
    """The UUID that `text` is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None
