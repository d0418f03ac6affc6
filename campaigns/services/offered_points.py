"""Growth points as an offer: given when the message was accepted, once, and taken back when it bounced.

The ledger is the customer record's own, so that levels, balances and segments see them like any other points.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from tenants.context import current_tenant


def give_offered(messages: Collection[int], *, now: datetime) -> int:
    """Give the points of these accepted messages; how many customers got some. They last the offer's days."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_pointentry (customer_id, kind, points, reason, source_key, made_by, occurred_at,
                                              occurred_on, expires_on, recorded_at)
            SELECT m.customer_id, 'granted', o.value::integer, left(o.name, 120), 'offer:' || m.public_id, 'campaigns',
                   %(now)s, %(today)s, %(today)s::date + o.valid_days, %(now)s
            FROM campaigns_message m
            JOIN campaigns_step s ON s.id = m.step_id
            JOIN campaigns_offer o ON o.id = s.offer_id
            WHERE m.id = ANY(%(messages)s) AND o.kind = 'points' AND o.value >= 1
            ORDER BY m.customer_id, m.id
            ON CONFLICT DO NOTHING""",
            {"messages": list(messages), "now": now, "today": now.astimezone(current_tenant().zone).date()},
        )
        return cursor.rowcount


def take_offered_back(messages: Collection[int], *, now: datetime) -> int:
    """Take back what came with these messages, which reached nobody: a further entry, once."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_pointentry (customer_id, kind, points, reason, source_key, revision, made_by,
                                              occurred_at, occurred_on, expires_on, recorded_at)
            SELECT p.customer_id, p.kind, -p.points, p.reason, p.source_key, 2, p.made_by, %(now)s, %(today)s,
                   p.expires_on, %(now)s
            FROM customers_pointentry p JOIN campaigns_message m ON p.source_key = 'offer:' || m.public_id
            WHERE m.id = ANY(%(messages)s) AND p.revision = 1
            ORDER BY p.customer_id, p.id
            ON CONFLICT DO NOTHING""",
            {"messages": list(messages), "now": now, "today": now.astimezone(current_tenant().zone).date()},
        )
        return cursor.rowcount
