"""The trends over time as charts read them: a few rows of the books, whatever the number of customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from retention.scoring.enums import Pool
from retention.scoring.models import CohortMonth, TrendDay
from retention.scoring.science.trends import WeekPairs
from retention.scoring.selectors.trends import month_starts

POOL_FIELDS = ("active", "at_risk", "hibernating", "lost", "gone")
SUM_FIELDS = ("customers", "a", "b", "aa", "ab", "bb")


@dataclass(frozen=True)
class DayCounts:
    """A day's end: customers by pool, who entered *lost* on it, and the two log-in weeks (None: not looked back)."""

    day: date
    pools: dict[str, int]
    entered_lost: int
    weeks: WeekPairs | None

    @property
    def silent(self) -> int:
        """Customers whose whole threshold had passed, bar gone for good."""
        return self.pools[Pool.HIBERNATING] + self.pools[Pool.LOST]

    @property
    def ever_active(self) -> int:
        """Everybody, bar gone for good."""
        return sum(self.pools.values()) - self.pools[Pool.GONE]


@dataclass(frozen=True)
class CohortCell:
    """Of the customers who joined in the month `cohort`, those with an order or log-in in `month`; with an order."""

    cohort: date
    month: date
    active: int
    buyers: int


@dataclass(frozen=True)
class MonthSums:
    """Net revenue of a month and the customers who brought some."""

    month: date
    revenue: float
    payers: int


def day_counts(first: date, last: date) -> list[DayCounts]:
    """The days first … last that the books hold, in order."""
    rows = TrendDay.objects.filter(day__gte=first, day__lte=last).order_by("day")
    return [
        DayCounts(day, dict(zip(POOL_FIELDS, rest[:5], strict=True)), rest[5], _weeks(rest[6:]))
        for day, *rest in rows.values_list("day", *POOL_FIELDS, "entered_lost", *SUM_FIELDS)
    ]


def _weeks(sums: list[int | None]) -> WeekPairs | None:
    known = [value for value in sums if value is not None]
    if len(known) < len(SUM_FIELDS):
        return None
    customers, *rest = known
    return WeekPairs(customers, *(float(value) for value in rest))


def month_sums(as_of: date, months: int) -> list[MonthSums]:
    """The last complete months, oldest first; a month without orders has zeros."""
    starts = month_starts(as_of, months)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT month, sum(revenue), sum(payers) FROM scoring_cohortmonth
            WHERE month >= %(first)s AND month < %(end)s GROUP BY month""",
            {"first": starts[0], "end": starts[-1]},
        )
        found = {month: (revenue, payers) for month, revenue, payers in cursor.fetchall()}
    return [
        MonthSums(month, float(found.get(month, (0, 0))[0]), int(found.get(month, (0, 0))[1])) for month in starts[:-1]
    ]


def cohort_cells(as_of: date, months: int) -> list[CohortCell]:
    """The cohorts of the last complete months in these months, by both."""
    starts = month_starts(as_of, months)
    rows = CohortMonth.objects.filter(cohort__gte=starts[0], month__gte=starts[0], month__lt=starts[-1])
    return [
        CohortCell(*row) for row in rows.order_by("cohort", "month").values_list("cohort", "month", "active", "buyers")
    ]


def first_month() -> date | None:
    """The first month of the books."""
    return CohortMonth.objects.order_by("month").values_list("month", flat=True).first()
