"""One SQL text for the running state: at ingest, on rebuild and, by scoring, as of any past date.

Definitions: DEFINITIONS §1 and the docstring of :class:`~retention.customers.models.CustomerState`. Windows count both
ends: "365 d up to D" is D−364…D. A refund has no date of its own; it belongs to the version of its order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

STATE_COLUMNS = (
    "customer_id",
    "first_order_on",
    "last_order_on",
    "order_days",
    "net_revenue",
    "repeat_revenue",
    "year_order_days",
    "year_revenue",
    "main_category_id",
    "main_category_last_on",
    "first_login_on",
    "last_login_on",
    "login_days",
    "first_seen_on",
    "last_seen_on",
)


@dataclass(frozen=True)
class IdRange:
    """Customers with ``low <= id < high``: a shard."""

    low: int
    high: int


@dataclass(frozen=True)
class IdList:
    """These customers."""

    ids: Sequence[int]


@dataclass(frozen=True)
class IdTable:
    """The customers in the column `customer_id` of a temporary table (a name of ours, never a person's text)."""

    name: str


Restriction = IdRange | IdList | IdTable

WHO_COUNTS = "c.kind = 'person' AND c.merged_into_id IS NULL AND c.erased_at IS NULL"
"""Each merged customer once; no staff, test or robot profiles. `c` is customers_customer."""


def in_force(fact: str, *, known_at: datetime | None) -> str:
    """The condition under which a version of `fact` (an alias) holds; uses the parameter ``known_at`` when given."""
    if known_at is None:
        return f"{fact}.superseded_at IS NULL AND NOT {fact}.withdrawn"
    return (
        f"{fact}.recorded_at <= %(known_at)s AND ({fact}.superseded_at IS NULL OR {fact}.superseded_at > %(known_at)s)"
        f" AND NOT {fact}.withdrawn"
    )


def restriction_sql(customers: Restriction | None) -> tuple[str, dict[str, Any]]:
    """``AND …`` on customers_customer `c`, with its parameters."""
    match customers:
        case IdRange(low, high):
            return " AND c.id >= %(low)s AND c.id < %(high)s", {"low": low, "high": high}
        case IdList(ids):
            return " AND c.id = ANY(%(ids)s)", {"ids": list(ids)}
        case IdTable(name):
            return f" AND c.id IN (SELECT customer_id FROM {name})", {}
    return "", {}


def state_query(
    *, as_of: date | None = None, known_at: datetime | None = None, customers: Restriction | None = None
) -> tuple[str, dict[str, Any]]:
    """(SQL, parameters) that give STATE_COLUMNS, one row for each customer who counts, also those without facts.

    `as_of` leaves out what occurred on a later local day, `known_at` what was recorded later.
    """
    limit, params = restriction_sql(customers)
    if known_at is not None:
        params["known_at"] = known_at
    if as_of is not None:
        params["as_of"] = as_of
    sql = _QUERY.format(
        who=WHO_COUNTS + limit,
        order_in_force=in_force("o", known_at=known_at),
        event_in_force=in_force("e", known_at=known_at),
        order_until="" if as_of is None else " AND o.ordered_on <= %(as_of)s",
        event_until="" if as_of is None else " AND e.occurred_on <= %(as_of)s",
    )
    return sql, params


# No join of one sub-query with another: right after a large import the planner knows nothing of the new rows and
# would join them by nested loops. Windows and one last GROUP BY do the same in a sort.
_QUERY = """
WITH who AS MATERIALIZED (
    SELECT c.id AS customer_id FROM customers_customer c WHERE {who}
), facts AS (
    SELECT o.id, o.customer_id, o.ordered_on, o.amount, o.refunded, o.status = 'paid' AS paid,
           o.status = 'paid' AND o.amount >= 0 AND NOT (o.refunded > 0 AND o.refunded >= o.amount) AS purchase
    FROM customers_order o JOIN who USING (customer_id)
    WHERE {order_in_force}{order_until}
), placed AS MATERIALIZED (
    SELECT f.*, max(ordered_on) FILTER (WHERE purchase) OVER (PARTITION BY customer_id) AS last_on FROM facts f
), days AS (
    SELECT customer_id, last_on, ordered_on, bool_or(purchase) AS purchase, sum(amount - refunded) AS value
    FROM placed WHERE paid GROUP BY customer_id, last_on, ordered_on
), shares AS (
    SELECT p.customer_id, l.category_id,
           count(DISTINCT p.ordered_on) FILTER (WHERE p.purchase AND l.amount >= 0) AS days,
           max(p.ordered_on) FILTER (WHERE p.purchase AND l.amount >= 0) AS last_on,
           sum(CASE WHEN p.refunded = 0 OR p.amount = 0 THEN l.amount
                    ELSE round(l.amount * (p.amount - p.refunded) / p.amount, 4) END) AS net
    FROM placed p JOIN customers_orderline l ON l.order_id = p.id
    WHERE p.paid AND l.category_id IS NOT NULL AND p.ordered_on > p.last_on - 730 AND p.ordered_on <= p.last_on
    GROUP BY p.customer_id, l.category_id
), parts AS (
    SELECT customer_id, NULL::date AS first_order_on, NULL::date AS last_order_on, NULL::bigint AS order_days,
           NULL::numeric AS net_revenue, NULL::numeric AS repeat_revenue, NULL::bigint AS year_order_days,
           NULL::numeric AS year_revenue, NULL::bigint AS main_category_id, NULL::date AS main_category_last_on,
           NULL::date AS first_login_on, NULL::date AS last_login_on, NULL::bigint AS login_days,
           NULL::date AS first_seen_on, NULL::date AS last_seen_on
    FROM who
    UNION ALL
    SELECT customer_id, min(ordered_on) FILTER (WHERE purchase), last_on, count(*) FILTER (WHERE purchase),
           sum(value),
           sum(value) FILTER (WHERE purchase) - (array_agg(value ORDER BY ordered_on) FILTER (WHERE purchase))[1],
           count(*) FILTER (WHERE purchase AND ordered_on > last_on - 365),
           sum(value) FILTER (WHERE ordered_on > last_on - 365 AND ordered_on <= last_on),
           NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM days GROUP BY customer_id, last_on
    UNION ALL
    (SELECT DISTINCT ON (s.customer_id) s.customer_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, s.category_id,
            s.last_on, NULL, NULL, NULL, NULL, NULL
     FROM shares s JOIN customers_category k ON k.id = s.category_id
     WHERE s.days > 0
     ORDER BY s.customer_id, s.days DESC, s.net DESC, k.code COLLATE "C")
    UNION ALL
    SELECT customer_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           min(ordered_on), max(ordered_on)
    FROM placed GROUP BY customer_id
    UNION ALL
    SELECT e.customer_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           min(e.occurred_on) FILTER (WHERE b.behaviour = 'log_in'),
           max(e.occurred_on) FILTER (WHERE b.behaviour = 'log_in'),
           count(DISTINCT e.occurred_on) FILTER (WHERE b.behaviour = 'log_in'),
           min(e.occurred_on), max(e.occurred_on)
    FROM customers_event e JOIN who USING (customer_id) LEFT JOIN customers_eventbehaviour b ON b.name = e.name
    WHERE {event_in_force}{event_until}
    GROUP BY e.customer_id
)
SELECT customer_id,
       max(first_order_on) AS first_order_on,
       max(last_order_on) AS last_order_on,
       coalesce(max(order_days), 0) AS order_days,
       coalesce(max(net_revenue), 0) AS net_revenue,
       coalesce(max(repeat_revenue), 0) AS repeat_revenue,
       coalesce(max(year_order_days), 0) AS year_order_days,
       coalesce(max(year_revenue), 0) AS year_revenue,
       max(main_category_id) AS main_category_id,
       max(main_category_last_on) AS main_category_last_on,
       max(first_login_on) AS first_login_on,
       max(last_login_on) AS last_login_on,
       coalesce(max(login_days), 0) AS login_days,
       min(first_seen_on) AS first_seen_on,
       max(last_seen_on) AS last_seen_on
FROM parts GROUP BY customer_id
"""
