"""Whose rows a person sees: all, or those of the accounts that name them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from retention.customers.models import Account, Contact, Customer
from tenants.people.scopes import scope_of


def visible_accounts(accounts: QuerySet[Account], user: object) -> QuerySet[Account]:
    """Those of `accounts` that `user` may see: limited to own ones, where they are CSM or consultant."""
    scope = scope_of(user)
    if scope.csm is None:
        return accounts
    return accounts.filter(Q(csm__iexact=scope.csm) | Q(consultant__iexact=scope.csm))


def visible_customers(customers: QuerySet[Customer], user: object) -> QuerySet[Customer]:
    """Those of `customers` that `user` may see: limited to own accounts, the people of these."""
    if not scope_of(user).is_limited:
        return customers
    accounts = visible_accounts(Account.objects.all(), user)
    own = Contact.objects.filter(customer=OuterRef("pk"), withdrawn=False, account__in=accounts)
    return customers.filter(Exists(own))
