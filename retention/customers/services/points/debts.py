"""Points that were spent and then taken away again are a debt: it is moved to the points that the customer holds.

A spend carries the last day of use of the points it took. Where those get another last day (a corrected order), or go
(a return), their bucket (points of one last day) is left below zero, and once that day is over the debt would be
forgotten. So whoever appends to the ledger settles: the debt moves to the buckets that hold points, the first to
expire first, and what is left of it to the one that never expires, until points are earned again. Thus no bucket that
expires is ever below zero, and a balance never exceeds what was given minus what was spent.
"""

from __future__ import annotations

from django.db import connection

from retention.customers.selectors.state_sql import Restriction, restriction_sql
from tenants.context import current_tenant

_SETTLE = """
WITH who AS MATERIALIZED (SELECT c.id AS customer_id FROM customers_customer c WHERE true{limit}
), buckets AS (
    SELECT p.customer_id, p.expires_on, sum(p.points) AS points, max(p.recorded_at) AS recorded_at
    FROM customers_pointentry p JOIN who USING (customer_id) GROUP BY p.customer_id, p.expires_on
), owing AS (
    SELECT customer_id, expires_on, points, sum(greatest(-points, 0)) OVER whose AS debt,
           max(recorded_at) OVER whose AS at
    FROM buckets WINDOW whose AS (PARTITION BY customer_id)
), holding AS (
    SELECT o.*, CASE WHEN expires_on IS NULL OR expires_on >= (at AT TIME ZONE %(zone)s)::date
                THEN greatest(points, 0) ELSE 0 END AS held
    FROM owing o WHERE debt > 0
), taking AS (
    SELECT h.*, least(held, greatest(0, debt + held - sum(held) OVER (
        PARTITION BY customer_id ORDER BY expires_on NULLS LAST ROWS UNBOUNDED PRECEDING))) AS taken
    FROM holding h
), moved AS (
    SELECT customer_id, at, expires_on, greatest(-points, 0) - taken AS points FROM taking
    UNION ALL
    SELECT customer_id, max(at), NULL, sum(taken) - max(debt) FROM taking GROUP BY customer_id
), entries AS (
    SELECT customer_id, 'moved:' || customer_id AS source_key, max(at) AS at, expires_on, sum(points) AS points
    FROM moved GROUP BY customer_id, expires_on HAVING sum(points) <> 0
)
INSERT INTO customers_pointentry (customer_id, kind, points, source_key, revision, occurred_at, occurred_on,
                                  expires_on, recorded_at)
SELECT customer_id, 'moved', points, source_key,
       coalesce((SELECT max(k.revision) FROM customers_pointentry k
                 WHERE k.source_key = e.source_key AND k.kind <> 'earned'), 0)
       + row_number() OVER (PARTITION BY customer_id ORDER BY points DESC, expires_on),
       at, (at AT TIME ZONE %(zone)s)::date, expires_on, at
FROM entries e"""
"""Dated by the latest entry of the customer's ledger: what made the debt, or what pays it. Entries sum to nothing."""


def settle_debts(customers: Restriction) -> int:
    """Move debts to the points that are held; how many entries. The caller holds the customers' rows."""
    limit, params = restriction_sql(customers)
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE.format(limit=limit), params | {"zone": current_tenant().timezone})
        return cursor.rowcount
