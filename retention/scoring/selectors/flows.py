"""Who moved from pool to pool between two days, straight from the spells; *gone for good* as the runs have said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from django.db import connection

from retention.scoring.enums import Pool
from retention.scoring.selectors.current import CURRENT_RUN_SQL


class FlowCount(TypedDict):
    """As kept in a run's summary."""

    before: str
    after: str
    customers: int


@dataclass(frozen=True)
class Flow:
    """Customers who were in `before` ("" = not yet customers) at the end of one day and in `after` at another's.

    `value` is what they may still bring: their lifetime value in the run in force, at whatever day they are looked at.
    """

    before: str
    after: str
    customers: int
    value: float = 0.0


@dataclass(frozen=True)
class Entry:
    """How often customers entered `pool` from `came_from` for a reason, and how many customers that were."""

    came_from: str
    pool: str
    reason: str
    customers: int
    times: int


def standing_sql(day: str) -> str:
    """`customer_id` and `pool` of everybody who had one at the end of the day in the parameter called `day`."""
    return f"""
    SELECT p.customer_id, CASE WHEN g.customer_id IS NULL THEN p.pool ELSE 'gone' END AS pool
    FROM scoring_poolspell p
    LEFT JOIN scoring_gonestay g ON g.customer_id = p.customer_id
         AND g.entered_on <= %({day})s AND (g.left_on IS NULL OR g.left_on > %({day})s)
    WHERE p.entered_on <= %({day})s AND (p.left_on IS NULL OR p.left_on > %({day})s)"""


def flows_between(first: date, last: date) -> list[Flow]:
    """All flows from the end of `first` to the end of `last`, those who stayed included; largest first."""
    join = f"LEFT JOIN scoring_customerscore s ON s.customer_id = a.customer_id AND s.run_id = {CURRENT_RUN_SQL}"
    rows = _flows(first, last, ", coalesce(sum(s.clv), 0)", join)
    return [Flow(before, after, customers, float(value)) for before, after, customers, value in rows]


def flow_counts(first: date, last: date) -> list[FlowCount]:
    """The same without their value, from the books: only who entered a pool in between is looked at one by one.

    What the books hold of a pool at the end of `last`, less those who came, are those who stayed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MOVERS, {"first": first, "last": last, "pools": ["", *_POOLS]})
        counts = Counter({(before, after): customers for before, after, customers in cursor.fetchall()})
        came = Counter[str]()
        for (_before, after), customers in counts.items():
            came[after] += customers
        cursor.execute(_STANDING, {"last": last})
        for pool, customers in cursor.fetchall():
            counts[pool, pool] += customers - came.pop(pool, 0)
    if came or min(counts.values(), default=-1) < 0:  # the books don't fit the spells: nothing may rest on them
        rows = _flows(first, last)
    else:
        rows = [(*ends, customers) for ends, customers in counts.items() if customers]
        rows.sort(key=lambda row: (-row[2], row[0], row[1]))
    return [FlowCount(before=before, after=after, customers=customers) for before, after, customers in rows]


_POOLS = tuple(pool for pool in Pool.values if pool != Pool.GONE)
_MOVERS = """
WITH steps AS (
    SELECT customer_id,
           min((entered_on - %(first)s) * 10 + array_position(%(pools)s::text[], came_from::text)) %% 10 AS before,
           max((entered_on - %(first)s) * 10 + array_position(%(pools)s::text[], pool::text)) %% 10 AS after
    FROM scoring_poolspell WHERE entered_on > %(first)s AND entered_on <= %(last)s GROUP BY customer_id
), gone AS (
    SELECT customer_id, bool_or(entered_on <= %(first)s AND (left_on IS NULL OR left_on > %(first)s)) AS was,
           bool_or(entered_on <= %(last)s AND (left_on IS NULL OR left_on > %(last)s)) AS stays
    FROM scoring_gonestay GROUP BY customer_id
), movers AS (
    SELECT (%(pools)s::text[])[s.before] AS before, (%(pools)s::text[])[s.after] AS after, g.was, g.stays
    FROM steps s LEFT JOIN gone g ON g.customer_id = s.customer_id
    UNION ALL
    SELECT p.pool, p.pool, g.was, g.stays
    FROM gone g JOIN scoring_poolspell p ON p.customer_id = g.customer_id
         AND p.entered_on <= %(last)s AND (p.left_on IS NULL OR p.left_on > %(last)s)
    WHERE g.was <> g.stays AND NOT EXISTS (SELECT FROM steps s WHERE s.customer_id = g.customer_id)
)
SELECT CASE WHEN was AND before <> '' THEN 'gone' ELSE before END, CASE WHEN stays THEN 'gone' ELSE after END, count(*)
FROM movers GROUP BY 1, 2
"""
"""A spell tells the pool before it, so that the first in between says where its customer was and the last where they
are; day and pool are one number, of which the least and the largest need no sorting."""
_STANDING = """
SELECT pool, sum(n)::bigint FROM (
    SELECT pool, customers AS n FROM scoring_poolflow WHERE day <= %(last)s
    UNION ALL
    SELECT came_from, -customers FROM scoring_poolflow WHERE day <= %(last)s AND came_from <> ''
) AS changes GROUP BY pool
"""


def _flows(first: date, last: date, also: str = "", join: str = "") -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT coalesce(b.pool, ''), a.pool, count(*){also}
            FROM ({standing_sql("last")}) a
            LEFT JOIN ({standing_sql("first")}) b ON b.customer_id = a.customer_id
            {join}
            GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2""",
            {"first": first, "last": last},
        )
        return list(cursor.fetchall())


def entries_between(first: date, last: date) -> list[Entry]:
    """What was entered after the end of `first`, up to the end of `last`, with its reason; most customers first.

    Leaving a pool is entering another. *Gone for good* has no reason but its rule, and no pool before it here.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT came_from, pool, reason, count(DISTINCT customer_id), count(*) FROM scoring_poolspell
            WHERE entered_on > %(first)s AND entered_on <= %(last)s GROUP BY 1, 2, 3
            UNION ALL
            SELECT '', 'gone', '', count(DISTINCT customer_id), count(*) FROM scoring_gonestay
            WHERE entered_on > %(first)s AND entered_on <= %(last)s HAVING count(*) > 0
            ORDER BY 4 DESC, 1, 2, 3""",
            {"first": first, "last": last},
        )
        return [Entry(*row) for row in cursor.fetchall()]


def first_day_in_pools() -> date | None:
    """The first day on which anybody was in a pool; None before the first run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(day) FROM scoring_poolflow")
        found: date | None = cursor.fetchone()[0]
    return found
