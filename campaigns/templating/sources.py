"""The statements behind the variables: each has at most one row for each of `customers`, as of `now`."""

from __future__ import annotations

from retention.customers.carts import ADDED, EMPTIED, REMOVED
from retention.customers.selectors.levels_sql import levels_sql

_PRODUCT = "COALESCE(e.properties ->> 'product_id', e.properties ->> 'product', e.properties ->> 'sku')"
_ITEM = "COALESCE(NULLIF(p.name, ''), NULLIF(e.properties ->> 'name', ''))"
_EVENT = (
    "e.customer_id = ANY(%(customers)s) AND e.superseded_at IS NULL AND NOT e.withdrawn AND e.occurred_at <= %(now)s"
)
_ORDER = (
    "o.customer_id = ANY(%(customers)s) AND o.superseded_at IS NULL AND NOT o.withdrawn AND o.status = 'paid'"
    " AND o.amount >= 0 AND o.ordered_at <= %(now)s"
)

PERSON = """
SELECT c.id AS customer_id, COALESCE(NULLIF(c.traits ->> 'nickname', ''), c.name) AS nickname,
       c.traits ->> %(trait)s AS born, COALESCE(c.joined_at::date, s.first_order_on) AS since
FROM customers_customer c LEFT JOIN customers_customerstate s ON s.customer_id = c.id
WHERE c.id = ANY(%(customers)s)"""

ACCOUNT = """
SELECT DISTINCT ON (k.customer_id) k.customer_id, a.name AS account_name,
       COALESCE(NULLIF(u.name, ''), NULLIF(a.csm, ''), a.consultant) AS adviser
FROM customers_contact k
JOIN customers_account a ON a.id = k.account_id
LEFT JOIN people_user u ON lower(u.email) = lower(a.csm)
WHERE k.customer_id = ANY(%(customers)s) AND NOT k.withdrawn AND (k.ended_on IS NULL OR k.ended_on > %(now)s)
ORDER BY k.customer_id, k.role = 'decision_maker' DESC, k.id DESC"""

BOUGHT = f"""
SELECT DISTINCT ON (o.customer_id) o.customer_id, NULLIF(p.name, '') AS item,
       COALESCE(NULLIF(g.name, ''), g.code) AS category
FROM customers_order o
JOIN customers_orderline l ON l.order_id = o.id AND l.amount >= 0
LEFT JOIN customers_product p ON p.id = l.product_id
LEFT JOIN customers_category g ON g.id = COALESCE(l.category_id, p.category_id)
WHERE {_ORDER}
ORDER BY o.customer_id, o.ordered_at DESC, o.id DESC, l.amount DESC, l.ordinal"""

VIEWED = f"""
SELECT DISTINCT ON (e.customer_id) e.customer_id, {_ITEM} AS item
FROM customers_event e LEFT JOIN customers_product p ON p.code = {_PRODUCT}
WHERE {_EVENT} AND e.name IN (SELECT b.name FROM customers_eventbehaviour b WHERE b.behaviour = 'browse')
  AND {_ITEM} IS NOT NULL
ORDER BY e.customer_id, e.occurred_at DESC, e.id DESC"""

CART = f"""
SELECT DISTINCT ON (e.customer_id) e.customer_id, {_ITEM} AS item
FROM customers_event e LEFT JOIN customers_product p ON p.code = {_PRODUCT}
WHERE {_EVENT} AND e.name IN {ADDED} AND {_ITEM} IS NOT NULL AND COALESCE(p.on_sale, TRUE)
  AND NOT EXISTS (
      SELECT 1 FROM customers_event r
      WHERE r.customer_id = e.customer_id AND r.superseded_at IS NULL AND NOT r.withdrawn
        AND r.occurred_at >= e.occurred_at AND r.occurred_at <= %(now)s
        AND (r.name IN {EMPTIED} OR r.name IN {REMOVED} AND
             COALESCE(r.properties ->> 'product_id', r.properties ->> 'product', r.properties ->> 'sku') = {_PRODUCT}))
  AND NOT EXISTS (SELECT 1 FROM customers_order o WHERE {_ORDER} AND o.customer_id = e.customer_id
                  AND o.ordered_at >= e.occurred_at)
ORDER BY e.customer_id, e.occurred_at DESC, e.id DESC"""

POINTS = """
SELECT t.customer_id, greatest(0, sum(t.points)) AS points FROM customers_pointentry t
WHERE t.customer_id = ANY(%(customers)s) AND t.occurred_on <= %(today)s
  AND (t.expires_on IS NULL OR t.expires_on >= %(today)s)
GROUP BY t.customer_id"""


def tier() -> str:
    """The level that a membership or the points give, by its name where the ladder knows it."""
    held = levels_sql("= ANY(%(customers)s)").replace("%(as_of)s", "%(today)s")
    return f"""
    SELECT h.customer_id, h.level, v.name, v.name_zh FROM ({held}) h
    LEFT JOIN customers_level v ON v.code = h.level WHERE h.level IS NOT NULL"""


TAGS = """
SELECT g.customer_id, array_agg(DISTINCT g.tag::text ORDER BY g.tag::text) AS tags FROM customers_customertag g
WHERE g.customer_id = ANY(%(customers)s) AND g.removed_at IS NULL AND g.added_at <= %(now)s GROUP BY g.customer_id"""

YEAR = f"""
WITH bought AS (
    SELECT o.customer_id, o.id AS order_id, l.product_id, COALESCE(l.category_id, p.category_id) AS category_id
    FROM customers_order o
    JOIN customers_customerstate s ON s.customer_id = o.customer_id
    LEFT JOIN customers_orderline l ON l.order_id = o.id
    LEFT JOIN customers_product p ON p.id = l.product_id
    WHERE {_ORDER} AND o.ordered_on > s.last_order_on - 365
), favourite AS (
    SELECT DISTINCT ON (b.customer_id) b.customer_id, COALESCE(NULLIF(g.name, ''), g.code) AS name
    FROM bought b JOIN customers_category g ON g.id = b.category_id
    GROUP BY b.customer_id, g.id ORDER BY b.customer_id, count(*) DESC, g.id
)
SELECT b.customer_id, count(DISTINCT b.order_id) AS orders, count(DISTINCT b.product_id) AS items,
       min(f.name) AS favourite
FROM bought b LEFT JOIN favourite f ON f.customer_id = b.customer_id
GROUP BY b.customer_id"""

RESTOCK = f"""
WITH days AS (
    SELECT DISTINCT o.customer_id, l.product_id, o.ordered_on
    FROM customers_order o JOIN customers_orderline l ON l.order_id = o.id AND l.amount >= 0
    WHERE {_ORDER} AND o.ordered_on > %(today)s::date - 730 AND l.product_id IS NOT NULL
), rhythm AS (
    SELECT d.customer_id, d.product_id, max(d.ordered_on) AS last_on, count(*) AS times,
           (max(d.ordered_on) - min(d.ordered_on))::float / (count(*) - 1) AS gap
    FROM days d GROUP BY 1, 2 HAVING count(*) > 1
)
SELECT DISTINCT ON (r.customer_id) r.customer_id, p.name AS item, r.last_on + round(r.gap)::integer AS due_on
FROM rhythm r JOIN customers_product p ON p.id = r.product_id
WHERE COALESCE(p.on_sale, TRUE) AND p.name <> '' AND %(today)s::date - r.last_on <= 3 * r.gap
ORDER BY r.customer_id, (%(today)s::date - r.last_on) / r.gap DESC, r.times DESC, r.product_id"""
"""What they buy again and again, and is most due by their own rhythm: the mean gap between the days on which they
bought it, over two years. What they have left alone for three such gaps they buy no more."""
