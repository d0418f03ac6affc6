"""Pools over time, from the days on which customers entered and left them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from django.db import connection

SILENT = ("hibernating", "lost")
_MOVES = """
SELECT pool, entered_on AS day, count(*) FROM scoring_poolspell WHERE entered_on <= %(as_of)s GROUP BY 1, 2
UNION ALL
SELECT pool, left_on, -count(*) FROM scoring_poolspell WHERE left_on <= %(as_of)s GROUP BY 1, 2
"""
_GONE = """
WITH steps AS (
    SELECT h.customer_id, h.as_of, h.pool, lag(h.pool) OVER (PARTITION BY h.customer_id ORDER BY h.as_of) AS was
    FROM scoring_scorehistory h
    WHERE h.as_of <= %(as_of)s
      AND h.customer_id IN (SELECT g.customer_id FROM scoring_scorehistory g WHERE g.pool = 'gone')
)
SELECT CASE WHEN s.was IS NULL THEN LEAST(s.as_of, p.entered_on + %(gone_after)s) ELSE s.as_of END, count(*)
FROM steps s
LEFT JOIN scoring_poolspell p ON p.customer_id = s.customer_id AND p.pool = 'lost' AND p.entered_on <= s.as_of
     AND (p.left_on IS NULL OR p.left_on > s.as_of)
WHERE s.pool = 'gone' AND s.was IS DISTINCT FROM 'gone' GROUP BY 1
UNION ALL
SELECT s.as_of, -count(*) FROM steps s WHERE s.pool <> 'gone' AND s.was = 'gone' GROUP BY 1
"""
"""A run writes what changed. Who was gone in the very first run is taken to be so since the rule first allowed it."""


@dataclass(frozen=True)
class Line:
    """A count that changes on `days`; `totals` are what it is from each of them on."""

    days: tuple[date, ...]
    totals: tuple[int, ...]

    def at(self, day: date) -> int:
        """The count at the end of `day`."""
        place = bisect_right(self.days, day)
        return self.totals[place - 1] if place else 0


@dataclass(frozen=True)
class Ledger:
    """Customers in each pool, and gone for good, at the end of any day up to the run's. The gone are in *lost* too."""

    pools: dict[str, Line]
    gone: Line
    entered_lost: dict[date, int]

    def pool(self, pool: str, day: date) -> int:
        """Customers in `pool` at the end of `day`; *lost* without those who are gone for good."""
        count = self.pools[pool].at(day) if pool in self.pools else 0
        return count - self.gone.at(day) if pool == "lost" else count

    def everybody(self, day: date) -> int:
        """Customers ever active up to `day`, bar gone for good."""
        return sum(line.at(day) for line in self.pools.values()) - self.gone.at(day)

    def silent(self, day: date) -> int:
        """Customers whose whole threshold had passed, bar gone for good."""
        return sum(self.pool(pool, day) for pool in SILENT)


def read_ledger(as_of: date, *, gone_after: int) -> Ledger:
    """The ledger up to `as_of`, in two passes over the history of pools. Lost customers can be gone after
    `gone_after` days."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVES, {"as_of": as_of})
        moves = cursor.fetchall()
        cursor.execute(_GONE, {"as_of": as_of, "gone_after": gone_after})
        gone: Counter[date] = Counter()
        for day, count in cursor.fetchall():
            gone[day] += count
    changes: dict[str, Counter[date]] = defaultdict(Counter)
    entered: Counter[date] = Counter()
    for pool, day, count in moves:
        changes[pool][day] += count
        if pool == "lost" and count > 0:
            entered[day] += count
    return Ledger({pool: _line(change) for pool, change in changes.items()}, _line(gone), dict(entered))


def _line(changes: Counter[date]) -> Line:
    days = sorted(changes)
    return Line(tuple(days), tuple(accumulate(changes[day] for day in days)))
