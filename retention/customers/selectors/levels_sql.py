"""Levels of all customers as of a day, in one SQL text that segments, texts and pages share.

A customer's level is the one that a membership gives on the day; else the highest of the ladder whose points were
reached in the rolling period on any of the days for which a level is kept. Rolling sums rise on days with points and
on those on which a loss falls out of the period, so these and the first of the kept days are all that need looking at.
"""

from __future__ import annotations

from tenants.policies import policy_values

HELD = "NOT m.withdrawn AND m.since <= %(as_of)s::date AND (m.ends_on IS NULL OR m.ends_on >= %(as_of)s::date)"
"""A membership `m` that holds on the day: neither lapsed nor still to come."""
LADDER = "SELECT code, points_needed FROM customers_level"


def window_and_keep() -> tuple[int, int]:
    """Days over which points add up, and for which a level is kept: the tenant's policies, read at once."""
    values = policy_values()
    window, keep = values["levels.window_days"], values["levels.keep_days"]
    assert isinstance(window, int | float)
    assert isinstance(keep, int | float)
    return int(window), int(keep)


def levels_sql(customers: str = "", *, ladder: str | None = None) -> str:
    """`customer_id`, `level` (a code), `given` (by a membership) and `earned` (points in the rolling period).

    Binds ``%(as_of)s``. `customers` narrows it by SQL that follows a customer's key, as ``= ANY(%(customers)s)`` or,
    in a lateral join, ``= c.id``;
    `ladder` (code, points_needed) is tried in place of the tenant's. Who has neither points nor a membership has the
    lowest level if it needs none, else NULL.
    """
    window, keep = window_and_keep()
    who = f"AND {{key}} {customers}" if customers else ""
    return f"""
    WITH days AS (
        SELECT p.customer_id, p.occurred_on AS day, sum(p.points) AS points FROM customers_pointentry p
        WHERE p.kind <> 'spent' AND p.occurred_on <= %(as_of)s::date
          AND p.occurred_on > %(as_of)s::date - {window + keep} {who.format(key="p.customer_id")}
        GROUP BY p.customer_id, p.occurred_on
    ), marks AS (
        SELECT customer_id, day, points FROM days
        UNION ALL SELECT customer_id, day + {window}, 0 FROM days
        WHERE points < 0 AND day + {window} <= %(as_of)s::date
        UNION ALL SELECT DISTINCT customer_id, %(as_of)s::date - {keep - 1}, 0 FROM days
        UNION ALL SELECT DISTINCT customer_id, %(as_of)s::date, 0 FROM days
    ), rolling AS (
        SELECT customer_id, day, sum(points) OVER (
            PARTITION BY customer_id ORDER BY day - date '2000-01-01'
            RANGE BETWEEN {window - 1} PRECEDING AND CURRENT ROW) AS points
        FROM marks
    ), peaks AS (
        SELECT customer_id, max(points) AS peak, max(points) FILTER (WHERE day = %(as_of)s::date) AS earned
        FROM rolling WHERE day > %(as_of)s::date - {keep} GROUP BY customer_id
    ), given AS (
        SELECT DISTINCT ON (m.customer_id) m.customer_id, m.level FROM customers_membership m
        WHERE {HELD} {who.format(key="m.customer_id")} ORDER BY m.customer_id, m.since DESC, m.id DESC
    ), ladder AS (
        SELECT code, points_needed, lead(points_needed) OVER (ORDER BY points_needed) AS next_needed
        FROM ({ladder or LADDER}) v
    )
    SELECT w.id AS customer_id, coalesce(g.level, l.code) AS level, g.level IS NOT NULL AS given,
           coalesce(k.earned, 0) AS earned
    FROM customers_customer w LEFT JOIN peaks k ON k.customer_id = w.id LEFT JOIN given g ON g.customer_id = w.id
    LEFT JOIN ladder l ON l.points_needed <= greatest(coalesce(k.peak, 0), 0)
     AND (l.next_needed IS NULL OR l.next_needed > greatest(coalesce(k.peak, 0), 0))
    WHERE TRUE {who.format(key="w.id")}"""
