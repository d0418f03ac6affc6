"""What the customer record shows of the facts: each a small read over one customer's or account's index."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, F, Prefetch, QuerySet, Sum
from django.db.models.functions import TruncMonth, TruncWeek

from retention.customers.enums import Behaviour, OrderStatus
from retention.customers.models import (
    Account,
    ConsentEntry,
    Customer,
    Event,
    EventBehaviour,
    Order,
    OrderLine,
)

WEEKS = 26
MONTHS = 24


@dataclass(frozen=True)
class Month:
    """Net revenue of a calendar month, by its first day."""

    first: date
    net: Decimal


@dataclass(frozen=True)
class Week:
    """Events of a week by behaviour, by its Monday."""

    first: date
    counts: dict[str, int]


def orders_in_force(as_of: date) -> QuerySet[Order]:
    """Orders that count as facts, up to and including `as_of`."""
    return Order.objects.filter(superseded_at=None, withdrawn=False, ordered_on__lte=as_of)


def events_in_force(as_of: date) -> QuerySet[Event]:
    """Events that count as facts, up to and including `as_of`."""
    return Event.objects.filter(superseded_at=None, withdrawn=False, occurred_on__lte=as_of)


def latest_orders(customer: Customer, as_of: date, limit: int) -> list[Order]:
    """The newest orders with their lines."""
    lines = Prefetch("lines", OrderLine.objects.select_related("product", "category"))
    orders = orders_in_force(as_of).filter(customer=customer).prefetch_related(lines)
    return list(orders.order_by("-ordered_at", "-pk")[:limit])


def revenue_by_month(customer: Customer, as_of: date) -> list[Month]:
    """Net revenue of each of the last MONTHS months, empty ones included, oldest first."""
    firsts = _months_up_to(as_of)
    paid = orders_in_force(as_of).filter(customer=customer, status=OrderStatus.PAID, ordered_on__gte=firsts[0])
    found = dict(
        paid.annotate(first=TruncMonth("ordered_on"))
        .values("first")
        .annotate(net=Sum(F("amount") - F("refunded")))
        .values_list("first", "net")
    )
    return [Month(first, found.get(first, Decimal(0))) for first in firsts]


def _months_up_to(as_of: date) -> list[date]:
    """The first days of the last MONTHS months."""
    last = as_of.year * 12 + as_of.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(last - MONTHS + 1, last + 1)]


def activity_by_week(events: QuerySet[Event], as_of: date) -> list[Week]:
    """`events` of each of the last WEEKS weeks counted by behaviour, empty weeks included, oldest first."""
    monday = as_of - timedelta(days=as_of.weekday())
    firsts = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    counted = (
        events.filter(occurred_on__gte=firsts[0], occurred_on__lte=as_of)
        .order_by()
        .annotate(first=TruncWeek("occurred_on"))
        .values_list("first", "name")
        .annotate(n=Count("pk"))
    )
    means = behaviours()
    found: dict[date, Counter[str]] = defaultdict(Counter)
    for first, name, count in counted:
        found[first][means.get(name, Behaviour.OTHER)] += count
    return [Week(first, dict(found.get(first, {}))) for first in firsts]


def behaviours() -> dict[str, str]:
    """What each event's name means."""
    return dict(EventBehaviour.objects.values_list("name", "behaviour"))


def customer_events(customer: Customer, as_of: date) -> QuerySet[Event]:
    """The customer's own."""
    return events_in_force(as_of).filter(customer=customer)


def account_events(account: Account, as_of: date) -> QuerySet[Event]:
    """What was done in the account's name, by whomever."""
    return events_in_force(as_of).filter(account=account)


def current_consents(customer: Customer) -> list[ConsentEntry]:
    """The latest word for each channel and purpose."""
    entries = ConsentEntry.objects.filter(customer=customer)
    return list(entries.order_by("channel", "purpose", "-occurred_at", "-pk").distinct("channel", "purpose"))
