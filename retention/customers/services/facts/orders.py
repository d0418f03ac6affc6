"""Orders in, as a set. An order is the sum of its lines; an id that comes again with other lines is a newer version.

A relation of heads has order_id, customer_id, account_id, ordered_at, amount, refunded, status, coupon, properties,
digest, withdrawn, each order_id once. A relation of lines has order_id, ordinal, product, category (codes), quantity,
price, amount, properties. Names come from code, never from a person. A withdrawal may leave all but the id out.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from retention.common.ids import UUID7_SQL

_HEAD = (
    "public_id, external_id, version, customer_id, account_id, ordered_at, ordered_on, amount, refunded, status,"
    " coupon, properties, digest, source, recorded_at, withdrawn"
)
_LINE = "order_id, ordinal, product_id, category_id, quantity, price, amount, properties"


def create_goods(lines: str, params: dict[str, Any]) -> None:
    """Create the categories and products that the lines name and nobody has."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO customers_category (code, name) SELECT DISTINCT category, '' FROM {lines} AS l
            WHERE category IS NOT NULL AND NOT EXISTS (SELECT FROM customers_category k WHERE k.code = l.category)
            ORDER BY category ON CONFLICT (code) DO NOTHING
            """,
            params,
        )
        cursor.execute(
            f"""
            INSERT INTO customers_product (code, name, category_id)
            SELECT DISTINCT ON (l.product) l.product, '', k.id
            FROM {lines} AS l LEFT JOIN customers_category k ON k.code = l.category
            WHERE l.product IS NOT NULL AND NOT EXISTS (SELECT FROM customers_product p WHERE p.code = l.product)
            ORDER BY l.product, k.id ON CONFLICT (code) DO NOTHING
            """,
            params,
        )


def insert_new_orders(heads: str, lines: str, params: dict[str, Any]) -> int:
    """Insert the orders whose id is not known, with their lines; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH made AS (
                INSERT INTO customers_order ({_HEAD})
                SELECT {UUID7_SQL}, s.order_id, 1, s.customer_id, s.account_id, s.ordered_at,
                       (s.ordered_at AT TIME ZONE %(zone)s)::date, s.amount, s.refunded, s.status, s.coupon,
                       s.properties, s.digest, %(source)s, %(now)s, s.withdrawn
                FROM {heads} AS s
                WHERE s.customer_id IS NOT NULL AND s.ordered_at IS NOT NULL AND s.amount IS NOT NULL
                ON CONFLICT (external_id) WHERE superseded_at IS NULL DO NOTHING
                RETURNING id, external_id
            ), filled AS ({_insert_lines(lines)})
            SELECT count(*) FROM made
            """,
            params,
        )
        count: int = cursor.fetchone()[0]
        return count


def replace_changed_orders(
    heads: str, lines: str, params: dict[str, Any], *, compare: tuple[str, ...] = ("digest",)
) -> tuple[int, list[int]]:
    """A newer version for each order in force that differs; (how many, the customers whom the old ones were of).

    `compare` names what tells a changed order: the digest of its rows, for events also what they add to it.

    A withdrawal that names the id alone takes the rest over from the version before, bar the lines.
    """
    ours, theirs = (", ".join(f"{alias}.{name}" for name in compare) for alias in "os")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH old AS (
                UPDATE customers_order o SET superseded_at = %(now)s
                FROM {heads} AS s
                WHERE o.external_id = s.order_id AND o.superseded_at IS NULL
                  AND (o.withdrawn <> s.withdrawn OR (({ours}) IS DISTINCT FROM ({theirs}) AND NOT s.withdrawn))
                RETURNING o.external_id AS order_id, o.version, o.customer_id, o.account_id, o.ordered_at, o.amount
            ), made AS (
                INSERT INTO customers_order ({_HEAD})
                SELECT {UUID7_SQL}, s.order_id, old.version + 1, coalesce(s.customer_id, old.customer_id),
                       CASE WHEN s.customer_id IS NULL THEN old.account_id ELSE s.account_id END,
                       coalesce(s.ordered_at, old.ordered_at),
                       (coalesce(s.ordered_at, old.ordered_at) AT TIME ZONE %(zone)s)::date,
                       coalesce(s.amount, old.amount), s.refunded, s.status, s.coupon, s.properties, s.digest,
                       %(source)s, %(now)s, s.withdrawn
                FROM old JOIN {heads} AS s USING (order_id)
                RETURNING id, external_id
            ), filled AS ({_insert_lines(lines)})
            SELECT count(*), array_agg(DISTINCT customer_id) FROM old
            """,
            params,
        )
        count, displaced = cursor.fetchone()
        return count, displaced or []


def _insert_lines(lines: str) -> str:
    """Lines of the orders in `made`; a line without a category is of its product's."""
    return f"""
        INSERT INTO customers_orderline ({_LINE})
        SELECT m.id, l.ordinal, p.id, coalesce(k.id, p.category_id), coalesce(l.quantity, 1), l.price, l.amount,
               l.properties
        FROM made m JOIN {lines} AS l ON l.order_id = m.external_id
        LEFT JOIN customers_product p ON p.code = l.product
        LEFT JOIN customers_category k ON k.code = l.category
        WHERE l.amount IS NOT NULL
        """
