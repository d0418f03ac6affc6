"""Names of events as they come in, with what they mean and how complete each feed is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.db import connection

WEEKDAYS = 4
LOW = 0.4  # of the median of the same weekday in the four weeks before: data missing


@dataclass(frozen=True)
class EventName:
    """One name: `behaviour` is empty while nobody has mapped it; `expected` is None where history is too short."""

    name: str
    behaviour: str
    count: int
    last_on: date | None
    on_day: int
    expected: float | None

    @property
    def is_missing(self) -> bool:
        """Under 40 % of the median of the last four same weekdays: data missing, not churn."""
        return self.expected is not None and self.expected > 0 and self.on_day < LOW * self.expected


def event_names(day: date) -> list[EventName]:
    """All names that came in or are mapped and came in: unmapped first, then by count. `day` is a complete day."""
    days = [day - timedelta(weeks=week) for week in range(WEEKDAYS + 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT e.name, coalesce(b.behaviour, '') AS behaviour, sum(e.n)::bigint, max(e.occurred_on),
                   jsonb_object_agg(e.occurred_on, e.n) FILTER (WHERE e.occurred_on = ANY(%(days)s)),
                   min(e.occurred_on)
            FROM (SELECT name, occurred_on, count(*) AS n FROM customers_event
                  WHERE superseded_at IS NULL AND NOT withdrawn GROUP BY name, occurred_on) AS e
            LEFT JOIN customers_eventbehaviour b ON b.name = e.name
            GROUP BY e.name, b.behaviour
            ORDER BY (b.behaviour IS NOT NULL), 3 DESC, e.name
            """,
            {"days": days},
        )
        return [_row(days, *row) for row in cursor.fetchall()]


def _row(
    days: list[date], name: str, behaviour: str, count: int, last_on: date, counts: object, first_on: date
) -> EventName:
    import json

    by_day: dict[str, int] = json.loads(counts) if isinstance(counts, str) else (counts or {})  # type: ignore[assignment]
    before = [by_day.get(day.isoformat(), 0) for day in days[1:]]
    expected = median(before) if first_on <= days[-1] else None
    return EventName(name, behaviour, count, last_on, by_day.get(days[0].isoformat(), 0), expected)
