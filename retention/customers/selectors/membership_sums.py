"""Membership in sums as of a day: customers by level, renewals of paid terms, and what points were given and used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from retention.customers.selectors.levels_sql import levels_sql
from retention.customers.selectors.state_sql import WHO_COUNTS
from retention.customers.selectors.terms_sql import paid_term
from tenants.policies import policy_number

MONTHS = 12


@dataclass(frozen=True)
class Renewals:
    """Paid terms that ended, and how many of them were renewed. `of` is a level or the first day of a month."""

    of: str
    ended: int
    renewed: int

    @property
    def rate(self) -> float | None:
        """Renewed ÷ ended; None under the policy's minimum."""
        return self.renewed / self.ended if self.ended >= least_ends() else None


@dataclass(frozen=True)
class PointsFlow:
    """Points of the days up to `as_of`, and what of all points may still be spent."""

    given: int
    spent: int
    expired: int
    outstanding: int


def least_ends() -> int:
    """Ended terms under which no rate is told."""
    return int(policy_number("memberships.renewal_minimum"))


def customers_by_level(as_of: date, ladder: Sequence[tuple[str, int]] | None = None) -> dict[str | None, int]:
    """Customers who count, by level's code; None for those without. `ladder` (code, points) is tried instead."""
    params: dict[str, Any] = {"as_of": as_of}
    tried = None
    if ladder is not None:
        tried = "SELECT * FROM unnest(%(codes)s::text[], %(needs)s::integer[]) AS v (code, points_needed)"
        params |= {"codes": [code for code, _needs in ladder], "needs": [needs for _code, needs in ladder]}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT h.level, count(*) FROM ({levels_sql(ladder=tried)}) h"
            f" JOIN customers_customer c ON c.id = h.customer_id WHERE {WHO_COUNTS} GROUP BY h.level",
            params,
        )
        return dict(cursor.fetchall())


def moved_levels(as_of: date, ladder: Sequence[tuple[str, int]]) -> list[tuple[str | None, str | None, int]]:
    """Level now, level with `ladder`, and how many customers would move so."""
    tried = "SELECT * FROM unnest(%(codes)s::text[], %(needs)s::integer[]) AS v (code, points_needed)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT a.level, b.level, count(*) FROM ({levels_sql()}) a
            JOIN ({levels_sql(ladder=tried)}) b USING (customer_id)
            JOIN customers_customer c ON c.id = a.customer_id
            WHERE {WHO_COUNTS} AND a.level IS DISTINCT FROM b.level
            GROUP BY a.level, b.level ORDER BY count(*) DESC, a.level, b.level""",
            {"as_of": as_of, "codes": [code for code, _n in ladder], "needs": [needs for _c, needs in ladder]},
        )
        return cursor.fetchall()


def renewals_by_level(as_of: date) -> list[Renewals]:
    """Of the terms that ended in the last twelve months."""
    return _renewals("m.level", as_of, as_of - timedelta(days=365))


def renewals_by_month(as_of: date) -> list[Renewals]:
    """Of the terms that ended in each of the last MONTHS months."""
    first = as_of.year * 12 + as_of.month - MONTHS
    return _renewals("to_char(m.ends_on, 'YYYY-MM')", as_of, date(first // 12, first % 12 + 1, 1) - timedelta(days=1))


def _renewals(by: str, as_of: date, after: date) -> list[Renewals]:
    """A paid term ended when its last day is past by the days within which a renewal counts. It was renewed when a
    later paid term of the same customer begins at most so many days after it, and lasts longer."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {by}, count(*), count(*) FILTER (WHERE EXISTS (
                SELECT FROM customers_membership n
                WHERE n.customer_id = m.customer_id AND {paid_term("n")} AND n.since > m.since
                  AND n.since <= m.ends_on + %(grace)s AND n.since <= %(as_of)s
                  AND (n.ends_on IS NULL OR n.ends_on > m.ends_on)))
            FROM customers_membership m JOIN customers_customer c ON c.id = m.customer_id
            WHERE {WHO_COUNTS} AND {paid_term("m")}
              AND m.ends_on > %(after)s AND m.ends_on + %(grace)s <= %(as_of)s
            GROUP BY 1 ORDER BY 1""",
            {"as_of": as_of, "after": after, "grace": int(policy_number("memberships.renewal_days"))},
        )
        return [Renewals(*row) for row in cursor.fetchall()]


def points_flow(as_of: date, days: int = 30) -> PointsFlow:
    """The points of the last `days` days, of those who count. What returns took back comes off what was given."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT coalesce(sum(p.points) FILTER (WHERE p.occurred_on > %(since)s AND p.kind <> 'spent'), 0),
                   coalesce(-sum(p.points) FILTER (WHERE p.occurred_on > %(since)s AND p.kind = 'spent'), 0),
                   coalesce(greatest(0, sum(p.points) FILTER (
                       WHERE p.expires_on >= %(since)s AND p.expires_on < %(as_of)s)), 0),
                   coalesce(sum(p.points) FILTER (WHERE p.expires_on IS NULL OR p.expires_on >= %(as_of)s), 0)
            FROM customers_pointentry p JOIN customers_customer c ON c.id = p.customer_id
            WHERE {WHO_COUNTS} AND p.occurred_on <= %(as_of)s""",
            {"as_of": as_of, "since": as_of - timedelta(days=days)},
        )
        return PointsFlow(*cursor.fetchone())
