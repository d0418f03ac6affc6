"""Rules and levels for tests, and what the facts should earn, worked out by plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from retention.customers.models import Customer, EarnRule, Event, EventBehaviour, Level, Membership, Order, PointEntry
from tenants.context import current_tenant

LONG_AGO = date(2020, 1, 1)
Key = tuple[str, str, date]
"""Customer, rule, day."""


def make_rule(code: str, kind: str, points: str, **fields: Any) -> EarnRule:
    """A rule that has held for long."""
    values = {"name": code.title(), "starts_on": LONG_AGO, "recorded_at": datetime(2020, 1, 1).astimezone(), **fields}
    return EarnRule.objects.create(code=code, kind=kind, points=Decimal(points), **values)


def make_levels(*needed: int, **fields: Any) -> list[Level]:
    """V1, V2 …, each reached by so many points."""
    rungs = [Level(code=f"V{number}", points_needed=points, **fields) for number, points in enumerate(needed, 1)]
    return Level.objects.bulk_create(rungs)


def hold(customer: Customer, level: str, since: date, ends_on: date | None = None, **fields: Any) -> Membership:
    """A membership."""
    at = datetime(2020, 1, 1).astimezone()
    return Membership.objects.create(
        customer=customer, level=level, since=since, ends_on=ends_on, recorded_at=at, **fields
    )


def earned() -> dict[Key, int]:
    """What the ledger says was earned, by customer, rule and day; nothing where it adds up to nothing."""
    rows = PointEntry.objects.filter(kind="earned").order_by().values_list(
        "customer__external_id", "rule", "occurred_on"
    )  # fmt: skip
    return {(who, rule, day): total for who, rule, day, total in rows.annotate(total=Sum("points")) if total}


def expected() -> dict[Key, int]:
    """What it should say, a fact at a time."""
    found: dict[Key, int] = defaultdict(int)
    for rule in EarnRule.objects.all():
        for (who, day), each in _worth(rule).items():
            gained = sum(points for points in each if points > 0)
            lost = sum(points if rule.cap_per_day is None else max(points, -rule.cap_per_day)
                       for points in each if points < 0)  # fmt: skip
            found[who, rule.code, day] += (
                gained if rule.cap_per_day is None else min(gained, rule.cap_per_day)
            ) + lost
    return {key: points for key, points in found.items() if points}


def _worth(rule: EarnRule) -> dict[tuple[str, date], list[int]]:
    found: dict[tuple[str, date], list[int]] = defaultdict(list)
    for order in Order.objects.filter(superseded_at=None, withdrawn=False, status="paid").select_related("customer"):
        if not _holds(rule, order.ordered_on):
            continue
        place = (order.customer.external_id, order.ordered_on)
        if rule.kind == "spend":
            raw = (order.amount - order.refunded) * rule.points
            found[place].append(int(raw * _times(rule, order.customer, order.ordered_on)))
        purchase = order.amount >= 0 and not (order.refunded > 0 and order.refunded >= order.amount)
        if rule.kind == "order_day" and purchase and place not in found:
            found[place].append(int(rule.points * _times(rule, order.customer, order.ordered_on)))
    means = dict(EventBehaviour.objects.values_list("name", "behaviour"))
    for event in Event.objects.filter(superseded_at=None, withdrawn=False).select_related("customer"):
        assert event.customer is not None
        named = rule.event == event.name if rule.event else rule.behaviour == means.get(event.name, "other")
        if rule.kind == "event" and named and _holds(rule, event.occurred_on):
            points = rule.points * _times(rule, event.customer, event.occurred_on)
            found[event.customer.external_id, event.occurred_on].append(int(points))
    return found


def _holds(rule: EarnRule, day: date) -> bool:
    return rule.starts_on <= day and (rule.ends_on is None or day <= rule.ends_on)


def _times(rule: EarnRule, customer: Customer, day: date) -> Decimal:
    if not rule.multiplied:
        return Decimal(1)
    held = [m for m in customer.memberships.filter(withdrawn=False) if m.since <= day and (m.ends_on or day) >= day]
    latest = max(held, key=lambda m: (m.since, m.pk), default=None)
    level = Level.objects.filter(code=latest.level).first() if latest else None
    return level.multiplier if level else Decimal(1)


def sums_by_source() -> Counter[tuple[str, str, date, date | None]]:
    """Each source's points by day and expiry: what a rebuild must give again."""
    rows = PointEntry.objects.filter(kind="earned").order_by()
    keys = ("customer__external_id", "source_key", "occurred_on", "expires_on")
    found: Counter[tuple[str, str, date, date | None]] = Counter()
    for who, source, day, expires_on, points in rows.values_list(*keys, "points"):
        found[who, source, day, expires_on] += points
    return Counter({key: points for key, points in found.items() if points})


def local_day(at: datetime) -> date:
    """The day in the tenant's zone."""
    return at.astimezone(current_tenant().zone).date()


def days_before(day: date, days: int) -> date:
    """So many days earlier."""
    return day - timedelta(days=days)
