"""What a rule would have given, by the very statement that gives: it is put in force for a moment and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from retention.customers.models import EarnRule
from retention.customers.selectors.points_sql import WANTED
from retention.customers.services.points.rules import FIELDS, RuleDraft, check_rule
from retention.customers.services.state import planned_for_sets

DAYS = 90
_TRIED = "\N{MIDDLE DOT}tried"
"""No slug: no rule of a person has this code."""


@dataclass(frozen=True)
class Tried:
    """Points and customers of the last `days` days."""

    points: int
    customers: int
    days: int = DAYS


def try_rule(*, draft: RuleDraft, today: date, now: datetime) -> Tried:
    """What `draft` would have given in the DAYS up to `today`; nothing is kept. DomainError where it says nothing."""
    check_rule(draft)
    values = {name: getattr(draft, name) for name in FIELDS}
    since = today - timedelta(days=DAYS - 1)
    with transaction.atomic(), connection.cursor() as cursor:
        EarnRule.objects.create(code=_TRIED, starts_on=since, ends_on=today, recorded_at=now, **values)
        with planned_for_sets():
            cursor.execute(
                f"WITH who AS MATERIALIZED (SELECT c.id AS customer_id FROM customers_customer c){WANTED}"
                " SELECT coalesce(sum(points), 0), count(DISTINCT customer_id) FROM wanted"
                " WHERE rule = %s AND points <> 0",
                [_TRIED],
            )
            points, customers = cursor.fetchone()
        transaction.set_rollback(True)
    return Tried(int(points), customers)
