"""Pools over time, from the days on which customers entered and left them: a few rows, however many customers."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from retention.scoring.enums import Pool
from retention.scoring.models import PoolFlow

SILENT = ("hibernating", "lost")


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
    """Customers in each pool, *gone for good* among them, at the end of any day up to the run's."""

    pools: dict[str, Line]
    entered_lost: dict[date, int]

    def pool(self, pool: str, day: date) -> int:
        """Customers in `pool` at the end of `day`; who is gone for good is in no other pool."""
        return self.pools[pool].at(day) if pool in self.pools else 0

    def everybody(self, day: date) -> int:
        """Customers ever active up to `day`, bar gone for good."""
        return sum(line.at(day) for pool, line in self.pools.items() if pool != Pool.GONE)

    def silent(self, day: date) -> int:
        """Customers whose whole threshold had passed, bar gone for good."""
        return sum(self.pool(pool, day) for pool in SILENT)


def read_ledger(as_of: date) -> Ledger:
    """The ledger up to `as_of`, from the books that each run carries on."""
    changes: dict[str, Counter[date]] = defaultdict(Counter)
    entered: Counter[date] = Counter()
    rows = PoolFlow.objects.filter(day__lte=as_of).order_by("day")
    for day, came_from, pool, count in rows.values_list("day", "came_from", "pool", "customers"):
        changes[pool][day] += count
        if came_from:
            changes[came_from][day] -= count
        if pool == Pool.LOST and came_from != Pool.GONE:  # back from gone is no entry: the silence went on
            entered[day] += count
    return Ledger({pool: _line(change) for pool, change in changes.items()}, dict(entered))


def _line(changes: Counter[date]) -> Line:
    days = sorted(changes)
    return Line(tuple(days), tuple(accumulate(changes[day] for day in days)))
