"""What the facts in force earn under the rules: one SQL text, for some customers or for all.

A fact earns by the rule that held on its local day. Spend: net amount times points, cut to whole points; a return
takes as much back. An order day: once, on the day's first purchase. An event: each, up to the most of a day. What a
level multiplies by is also that of the day: the kept one that held on it, else the ladder's.
"""

from __future__ import annotations

_HELD = "{f} >= r.starts_on AND (r.ends_on IS NULL OR {f} <= r.ends_on)"
_RULE = "r.code AS rule, r.cap_per_day, r.expires_months, r.multiplied"
_PAID = "NOT o.withdrawn AND o.status = 'paid'"
_PURCHASE = f"{_PAID} AND o.amount >= 0 AND NOT (o.refunded > 0 AND o.refunded >= o.amount)"

EARNED = f"""
    SELECT o.customer_id, {_RULE}, 'order:' || r.code || ':' || o.external_id AS source_key, o.ordered_at AS at,
           o.ordered_on AS day, CASE WHEN {_PAID} THEN (o.amount - o.refunded) * r.points ELSE 0 END AS raw,
           o.recorded_at
    FROM customers_order o JOIN who USING (customer_id)
    JOIN customers_earnrule r ON r.kind = 'spend' AND {_HELD.format(f="o.ordered_on")}
    WHERE o.superseded_at IS NULL
    UNION ALL
    SELECT o.customer_id, {_RULE}, 'day:' || r.code || ':' || o.ordered_on, min(o.ordered_at), o.ordered_on,
           CASE WHEN bool_or({_PURCHASE}) THEN r.points ELSE 0 END, max(o.recorded_at)
    FROM customers_order o JOIN who USING (customer_id)
    JOIN customers_earnrule r ON r.kind = 'order_day' AND {_HELD.format(f="o.ordered_on")}
    WHERE o.superseded_at IS NULL
    GROUP BY o.customer_id, o.ordered_on, r.id
    UNION ALL
    SELECT e.customer_id, {_RULE}, 'event:' || r.code || ':' || e.event_id, e.occurred_at, e.occurred_on,
           CASE WHEN e.withdrawn THEN 0 ELSE r.points END, e.recorded_at
    FROM customers_event e JOIN who USING (customer_id)
    LEFT JOIN customers_eventbehaviour b ON b.name = e.name
    JOIN customers_earnrule r ON r.kind = 'event' AND {_HELD.format(f="e.occurred_on")}
     AND (r.event = e.name OR (r.event = '' AND r.behaviour = coalesce(b.behaviour, 'other')))
    WHERE e.superseded_at IS NULL"""
"""Withdrawn and cancelled facts come with nothing: what takes the points back was recorded when they were."""

WANTED = f"""
, done AS ({EARNED}
), worth AS (
    SELECT d.*, trunc(least(greatest(
        d.raw * CASE WHEN d.multiplied THEN coalesce(h.multiplier, 1) ELSE 1 END, -1e9), 1e9))::integer AS points
    FROM done d LEFT JOIN LATERAL (
        SELECT coalesce((SELECT w.multiplier FROM customers_levelmultiplier w
                         WHERE w.code = m.level AND w.ends_on >= d.day ORDER BY w.ends_on LIMIT 1),
                        v.multiplier) AS multiplier
        FROM customers_membership m LEFT JOIN customers_level v ON v.code = m.level
        WHERE d.multiplied AND m.customer_id = d.customer_id AND NOT m.withdrawn AND m.since <= d.day
          AND (m.ends_on IS NULL OR m.ends_on >= d.day)
        ORDER BY m.since DESC, m.id DESC LIMIT 1
    ) h ON TRUE
), counted AS (
    SELECT w.*, sum(greatest(w.points, 0)) OVER (
        PARTITION BY w.customer_id, w.rule, w.day ORDER BY w.at, w.source_key ROWS UNBOUNDED PRECEDING) AS so_far
    FROM worth w
), wanted AS (
    SELECT customer_id, rule, source_key, at, day, recorded_at,
           (day + make_interval(months => expires_months))::date AS expires_on,
           CASE WHEN cap_per_day IS NULL THEN points
                WHEN points < 0 THEN greatest(points, -cap_per_day)
                ELSE greatest(0, least(points, cap_per_day - (so_far - points))) END AS points
    FROM counted
)"""
"""Continues ``WITH who AS (…)``; gives `wanted`, one row for each fact and rule, also those of zero points."""

MISSING = f"""
WITH who AS MATERIALIZED (SELECT c.id AS customer_id FROM customers_customer c WHERE true{{limit}}){WANTED}
, both_sides AS (
    SELECT customer_id, source_key, rule, at, day, expires_on, recorded_at, points, 0 AS revision FROM wanted
    UNION ALL
    SELECT p.customer_id, p.source_key, p.rule, p.occurred_at, p.occurred_on, p.expires_on, p.recorded_at,
           -p.points, p.revision
    FROM customers_pointentry p JOIN who USING (customer_id) WHERE p.kind = 'earned'
), differing AS (
    SELECT customer_id, source_key, rule, at, day, expires_on, sum(points) AS points, max(revision) AS revision,
           max(recorded_at) AS recorded_at
    FROM both_sides GROUP BY customer_id, source_key, rule, at, day, expires_on
), numbered AS (
    SELECT d.*, max(d.revision) OVER (PARTITION BY d.customer_id, d.source_key) + row_number() OVER (
        PARTITION BY d.customer_id, d.source_key, d.points = 0 ORDER BY d.points, d.at, d.expires_on) AS next_revision
    FROM differing d
)
INSERT INTO customers_pointentry (customer_id, kind, points, rule, source_key, revision, occurred_at, occurred_on,
                                  expires_on, recorded_at)
SELECT customer_id, 'earned', points, rule, source_key, next_revision, at, day, expires_on, recorded_at
FROM numbered WHERE points <> 0"""
"""Appends to the ledger what it lacks of `wanted`, and takes back what no fact in force gives."""
