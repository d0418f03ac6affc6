"""Is the data whole? A feed far below its last four same weekdays is missing: what reads it is not judged."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.db import connection

WEEKS = 4
_FEEDS = """
SELECT 'orders' AS feed, o.ordered_on AS day, count(*) FROM customers_order o
WHERE o.superseded_at IS NULL AND NOT o.withdrawn AND o.ordered_on = ANY(%(days)s) GROUP BY 2
UNION ALL
SELECT b.behaviour, e.occurred_on, count(*)
FROM customers_event e JOIN customers_eventbehaviour b ON b.name = e.name
WHERE e.superseded_at IS NULL AND NOT e.withdrawn AND e.occurred_on = ANY(%(days)s) GROUP BY 1, 2
"""


@dataclass(frozen=True)
class MissingFeed:
    """A feed ("orders", or a behaviour) that brought `came` on the day where `usual` are usual."""

    feed: str
    came: int
    usual: float


def missing_feeds(as_of: date, *, share: float) -> list[MissingFeed]:
    """The feeds under `share` of the median of their last four same weekdays."""
    days = [as_of - timedelta(weeks=week) for week in range(WEEKS + 1)]
    with connection.cursor() as cursor:
        cursor.execute(_FEEDS, {"days": days})
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
