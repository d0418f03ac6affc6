"""Customers by ranges of their keys: how big work is cut."""

from __future__ import annotations

from django.db import connection

from retention.customers.selectors.state_sql import IdRange


def ranges_of_customers(size: int) -> list[IdRange]:
    """Ranges of customers' keys with at most `size` customers each."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT min(customer_id), max(customer_id) + 1 FROM (
                SELECT customer_id, (row_number() OVER (ORDER BY customer_id) - 1) / %s AS piece
                FROM customers_customerstate
            ) AS pieces GROUP BY piece ORDER BY piece""",
            [size],
        )
        return [IdRange(low, high) for low, high in cursor.fetchall()]
