"""Who moved from pool to pool between two days, straight from the spells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from django.db import connection


class FlowRow(TypedDict):
    """As kept in a run's summary."""

    before: str
    after: str
    customers: int


@dataclass(frozen=True)
class Flow:
    """Customers who were in `before` ("" = not yet customers) at the end of one day and in `after` at another's."""

    before: str
    after: str
    customers: int


def flows_between(first: date, last: date) -> list[Flow]:
    """All flows from the end of `first` to the end of `last`, those who stayed included; largest first."""
    return [Flow(**row) for row in flow_matrix(first, last)]


def flow_matrix(first: date, last: date) -> list[FlowRow]:
    """The same as plain rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(b.pool, ''), a.pool, count(*)
            FROM scoring_poolspell a
            LEFT JOIN scoring_poolspell b ON b.customer_id = a.customer_id
                 AND b.entered_on <= %(first)s AND (b.left_on IS NULL OR b.left_on > %(first)s)
            WHERE a.entered_on <= %(last)s AND (a.left_on IS NULL OR a.left_on > %(last)s)
            GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2""",
            {"first": first, "last": last},
        )
        return [FlowRow(before=before, after=after, customers=count) for before, after, count in cursor.fetchall()]
