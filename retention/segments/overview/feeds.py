"""Is the data whole? A feed far below its last four same weekdays is missing: what reads it is not judged."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db import connection

from retention.customers.selectors.state_sql import in_force

WEEKS = 4
_FEEDS = """
SELECT 'orders' AS feed, o.ordered_on AS day, count(*) FROM customers_order o
WHERE {orders} AND o.ordered_on = ANY(%(days)s) GROUP BY 2
UNION ALL
SELECT b.behaviour, e.occurred_on, count(*)
FROM customers_event e JOIN customers_eventbehaviour b ON b.name = e.name
WHERE {events} AND e.occurred_on = ANY(%(days)s) GROUP BY 1, 2
"""


@dataclass(frozen=True)
class MissingFeed:
    """A feed ("orders", or a behaviour) that brought `came` on the day where `usual` are usual."""

    feed: str
    came: int
    usual: float


def missing_feeds(as_of: date, *, share: float, known_at: datetime | None = None) -> list[MissingFeed]:
    """The feeds under `share` of the median of their last four same weekdays; `known_at` as in a past run."""
    sql = _FEEDS.format(orders=in_force("o", known_at=known_at), events=in_force("e", known_at=known_at))
    days = [as_of - timedelta(weeks=week) for week in range(WEEKS + 1)]
    with connection.cursor() as cursor:
        cursor.execute(sql, {"days": days, "known_at": known_at})
        rows = cursor.fetchall()
    counts: dict[str, dict[date, int]] = defaultdict(dict)
    for feed, day, count in rows:
        counts[feed][day] = count
    found = []
    for feed, by_day in sorted(counts.items()):
        usual = median(by_day.get(day, 0) for day in days[1:])
        if by_day.get(as_of, 0) < share * usual:
            found.append(MissingFeed(feed, by_day.get(as_of, 0), usual))
    return found
