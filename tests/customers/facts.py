"""Write facts straight into the tables, and work out by plain Python what state they should give."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from retention.customers.models import (
    Category,
    Customer,
    CustomerState,
    Event,
    EventBehaviour,
    Order,
    OrderLine,
    PointEntry,
)
from retention.customers.selectors.state_sql import STATE_COLUMNS
from tenants.context import current_tenant

Lines = list[tuple[str, str]]  # (category, amount)


def make_customer(external_id: str, at: datetime, **fields: Any) -> Customer:
    return Customer.objects.create(external_id=external_id, recorded_at=at, updated_at=at, **fields)


def make_order(customer: Customer, external_id: str, at: datetime, lines: Lines, **fields: Any) -> Order:
    """An order with lines, recorded when it was made unless `recorded_at` says otherwise."""
    order = Order.objects.create(
        customer=customer,
        external_id=external_id,
        ordered_at=at,
        ordered_on=at.astimezone(current_tenant().zone).date(),
        amount=sum(Decimal(amount) for _, amount in lines),
        digest=hashlib.md5(external_id.encode()).digest(),
        **{"recorded_at": at, **fields},
    )
    for ordinal, (code, amount) in enumerate(lines):
        category = Category.objects.get_or_create(code=code)[0] if code else None
        OrderLine.objects.create(order=order, ordinal=ordinal, category=category, amount=Decimal(amount))
    return order


def make_event(customer: Customer | None, event_id: str, name: str, at: datetime, **fields: Any) -> Event:
    return Event.objects.create(
        customer=customer,
        event_id=event_id,
        name=name,
        occurred_at=at,
        occurred_on=at.astimezone(current_tenant().zone).date(),
        digest=b"",
        **{"recorded_at": at, **fields},
    )


def make_points(customer: Customer, points: int, at: datetime, **fields: Any) -> PointEntry:
    """Points given or, below zero, spent; known by their place in the ledger."""
    return PointEntry.objects.create(
        customer=customer,
        points=points,
        occurred_at=at,
        occurred_on=at.astimezone(current_tenant().zone).date(),
        **{
            "kind": "granted" if points > 0 else "spent",
            "source_key": f"made:{PointEntry.objects.count()}",
            "recorded_at": at,
            **fields,
        },
    )


def stored_states() -> dict[str, dict[str, Any]]:
    """The running states as they are, by external id of the customer."""
    columns = [name.replace("main_category_id", "main_category__code") for name in STATE_COLUMNS[1:]]
    rows = CustomerState.objects.values("customer__external_id", *columns)
    return {row.pop("customer__external_id"): row for row in rows}


def expected_states(as_of: date = date.max) -> dict[str, dict[str, Any]]:
    """What the states should be, from the facts in force, worked out one customer at a time."""
    logins = set(EventBehaviour.objects.filter(behaviour="log_in").values_list("name", flat=True))
    people = Customer.objects.filter(kind="person", merged_into=None, erased_at=None)
    return {customer.external_id: _expected_state(customer, logins, as_of) for customer in people}


def _expected_state(customer: Customer, logins: set[str], as_of: date) -> dict[str, Any]:
    orders = [
        order
        for order in customer.orders.filter(superseded_at=None, withdrawn=False).prefetch_related("lines__category")
        if order.ordered_on <= as_of
    ]
    events = [e for e in customer.events.filter(superseded_at=None, withdrawn=False) if e.occurred_on <= as_of]
    paid = [order for order in orders if order.status == "paid"]
    purchases = [o for o in paid if o.amount >= 0 and not (o.refunded > 0 and o.refunded >= o.amount)]
    value: dict[date, Decimal] = defaultdict(Decimal)
    for order in paid:
        value[order.ordered_on] += order.amount - order.refunded
    days = sorted({order.ordered_on for order in purchases})
    last = days[-1] if days else date.min
    year_start = last - timedelta(days=364) if days else date.max
    category, category_last = _main_category(paid, purchases, last)
    login_days = sorted({event.occurred_on for event in events if event.name in logins})
    seen = sorted([o.ordered_on for o in orders] + [e.occurred_on for e in events])
    return {
        "first_order_on": days[0] if days else None,
        "last_order_on": days[-1] if days else None,
        "order_days": len(days),
        "net_revenue": sum(value.values(), Decimal()),
        "repeat_revenue": sum((value[day] for day in days[1:]), Decimal()),
        "year_order_days": sum(day >= year_start for day in days),
        "year_revenue": sum((v for day, v in value.items() if year_start <= day <= last), Decimal()),
        "main_category__code": category,
        "main_category_last_on": category_last,
        "first_login_on": login_days[0] if login_days else None,
        "last_login_on": login_days[-1] if login_days else None,
        "login_days": len(login_days),
        "first_seen_on": seen[0] if seen else None,
        "last_seen_on": seen[-1] if seen else None,
    }


def _main_category(paid: list[Order], purchases: list[Order], last: date) -> tuple[str | None, date | None]:
    """Most order days in the 730 days up to the last order; ties: net revenue, then code."""
    if not purchases:
        return None, None
    days: dict[str, set[date]] = defaultdict(set)
    net: dict[str, Decimal] = defaultdict(Decimal)
    for order in paid:
        if not (last - timedelta(days=730) < order.ordered_on <= last):
            continue
        for line in order.lines.all():
            if line.category is None:
                continue
            if order in purchases and line.amount >= 0:
                days[line.category.code].add(order.ordered_on)
            kept = order.amount - order.refunded
            share = line.amount if not order.refunded or not order.amount else line.amount * kept / order.amount
            net[line.category.code] += share.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    if not days:
        return None, None
    code = min(days, key=lambda code: (-len(days[code]), -net[code], code))
    return code, max(days[code])
