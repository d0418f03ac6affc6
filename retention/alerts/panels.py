"""Alerts on the pages of customers and accounts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from retention.alerts.models import Alert
from retention.alerts.selectors.lists import shown
from retention.customers.models import Account, Contact, Customer
from retention.customers.panels import Panel, register, register_account

MOST = 10


def _of_customer(customer: Customer, as_of: date) -> dict[str, Any] | None:
    alerts = Alert.objects.filter(customer=customer)
    return {"alerts": shown(alerts)[:MOST]} if alerts.exists() else None


def _of_account(account: Account, as_of: date) -> dict[str, Any] | None:
    people = Contact.objects.filter(account=account, withdrawn=False).values("customer")
    alerts = Alert.objects.filter(Q(account=account) | Q(customer__in=people))
    return {"alerts": shown(alerts)[:MOST]} if alerts.exists() else None


register(Panel("alerts", _("Alerts"), 5, "alerts.view", "alerts/_panel.html", _of_customer, place="side"))
register_account(Panel("alerts", _("Alerts"), 5, "alerts.view", "alerts/_panel.html", _of_account, place="side"))
