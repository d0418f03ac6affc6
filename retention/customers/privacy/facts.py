"""Orders and events: their days and amounts stay, so that every count stays true; what was said in them goes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from retention.customers.models import Customer, Event, Order
from retention.customers.privacy import PrivacyPart, Rows, register
from retention.customers.privacy.properties import emptied

CHUNK = 1000
NO_DIGEST = bytes(16)
"""The digest of a fact's content would let its text be guessed."""


def export_orders(customer: Customer) -> Rows:
    """Every version of every order, with its lines."""
    orders = Order.objects.filter(customer=customer).prefetch_related("lines__product", "lines__category")
    return [
        {
            "order_id": order.external_id,
            "version": order.version,
            "ordered_at": order.ordered_at,
            "amount": order.amount,
            "refunded": order.refunded,
            "status": order.status,
            "coupon": order.coupon,
            "properties": order.properties,
            "recorded_at": order.recorded_at,
            "lines": [
                {
                    "product": line.product and line.product.code,
                    "category": line.category and line.category.code,
                    "quantity": line.quantity,
                    "amount": line.amount,
                }
                for line in order.lines.all()
            ],
        }
        for order in orders.order_by("ordered_at", "pk")
    ]


def export_events(customer: Customer) -> Rows:
    """Every version of every event."""
    fields = ("event_id", "name", "occurred_at", "properties", "source", "recorded_at", "withdrawn")
    return list(Event.objects.filter(customer=customer).order_by("occurred_at", "pk").values(*fields))


def erase_orders(customer: Customer) -> dict[str, int]:
    """Properties go; days, amounts and lines stay."""
    return {"orders_emptied": _empty(Order.objects.filter(customer=customer))}


def erase_events(customer: Customer) -> dict[str, int]:
    """Properties go but for known codes and amounts; names and days stay."""
    return {"events_emptied": _empty(Event.objects.filter(customer=customer))}


def _empty(facts: QuerySet[Any]) -> int:
    """One customer's facts, a chunk at a time."""
    count = 0
    rows = facts.only("pk", "properties").order_by("pk")
    chunk = list(rows[:CHUNK])
    while chunk:
        for fact in chunk:
            fact.properties, fact.digest = emptied(fact.properties), NO_DIGEST
        facts.model.objects.bulk_update(chunk, ["properties", "digest"])
        count += len(chunk)
        chunk = list(rows.filter(pk__gt=chunk[-1].pk)[:CHUNK])
    return count


register(PrivacyPart("orders", export_orders, erase_orders))
register(PrivacyPart("events", export_events, erase_events))
