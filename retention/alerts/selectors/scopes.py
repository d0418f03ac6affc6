"""Whose alerts a person sees: those about the whole business, and those of the people and accounts in their scope."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from retention.alerts.models import Alert
from retention.customers.models import Account, Customer
from retention.customers.selectors.scopes import visible_accounts, visible_customers
from tenants.people.scopes import scope_of


def visible_alerts(alerts: QuerySet[Alert], user: object) -> QuerySet[Alert]:
    """Those of `alerts` that `user` may see."""
    if not scope_of(user).is_limited:
        return alerts
    customers = visible_customers(Customer.objects.all(), user)
    accounts = visible_accounts(Account.objects.all(), user)
    return alerts.filter(
        Q(customer=None, account=None) | Q(customer__in=customers.values("pk")) | Q(account__in=accounts.values("pk"))
    )
