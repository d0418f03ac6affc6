"""The customers of a segment as a file. No mail and no phone: whoever needs these asks for them one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TextIO

from django.db import transaction
from django.db.models import QuerySet

from retention.common.tabular import write_csv
from retention.customers.models import Customer
from retention.scoring.models import CustomerScore
from retention.segments.models import Segment
from tenants.governance.services.audit import record_act

HEADER = (
    "external_id", "name", "pool", "tier", "health", "last_order_on", "last_login_on", "net_revenue",
)  # fmt: skip
CHUNK = 2_000


def export_members(
    *,
    segment: Segment,
    members: QuerySet[Customer],
    stream: TextIO,
    actor: object,
    now: datetime,
    as_of: date,
    what: Mapping[str, str] | None = None,
) -> int:
    """Write `members` of `segment` to `stream` as CSV and keep in the audit log who took how many; returns that.

    `what` tells the log which of its customers, where these are not those who are in.
    """
    with transaction.atomic():
        count = write_csv(stream, HEADER, _rows(members))
        detail = {"customers": count, "as_of": as_of.isoformat(), **(what or {})}
        record_act(actor=actor, action="segment.export", target=f"segment:{segment.code}", detail=detail, at=now)
    return count


def _rows(members: QuerySet[Customer]) -> Iterator[tuple[object, ...]]:
    """Rows in order of id, some thousand customers and their scores at a time."""
    last = 0
    while chunk := list(members.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        scores = {score.customer_id: score for score in CustomerScore.current.filter(customer__in=chunk)}
        for customer in chunk:
            yield _row(customer, scores.get(customer.pk))
        last = chunk[-1].pk


def _row(customer: Customer, score: CustomerScore | None) -> tuple[object, ...]:
    state = getattr(customer, "state", None)
    return (
        customer.external_id,
        customer.name,
        score.pool if score else "",
        score.tier if score else "",
        "" if score is None or score.health is None else round(score.health, 1),
        state.last_order_on if state else None,
        state.last_login_on if state else None,
        state.net_revenue if state else None,
    )
