"""Working time: when a deadline of so many working minutes falls. Wall clocks of one zone, across changes of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60


@dataclass(frozen=True)
class WorkWeek:
    """Days (0 = Monday) on which one works from `opens` to `closes`, minutes after midnight by the wall clock.

    Raises ValueError for a week without work: a deadline in it would never come.
    """

    days: frozenset[int]
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not self.days or not self.days <= set(range(7)) or not 0 <= self.opens < self.closes <= DAY:
            raise ValueError("a working week needs a day, and hours that end after they begin")


def deadline(start: datetime, minutes: float, week: WorkWeek | None, zone: str) -> datetime:
    """The instant (UTC) at which `minutes` of working time after `start` have passed; without a week all time counts.

    Minutes are real ones: an hour that a change of time skips is not worked, one that it repeats is worked twice.
    """
    left = timedelta(minutes=minutes)
    if week is None:
        return start.astimezone(UTC) + left
    for opens, closes in shifts(start, week, zone):
        begins = max(opens, start)
        if closes - begins >= left:
            return begins + left
        left -= closes - begins
    raise AssertionError("shifts never end")


def worked(start: datetime, end: datetime, week: WorkWeek | None, zone: str) -> timedelta:
    """The working time between two instants."""
    if week is None:
        return max(end - start, timedelta())
    total = timedelta()
    for opens, closes in shifts(start, week, zone):
        if opens >= end:
            return total
        total += max(min(closes, end) - max(opens, start), timedelta())
    raise AssertionError("shifts never end")


def shifts(start: datetime, week: WorkWeek, zone: str) -> Iterator[tuple[datetime, datetime]]:
    """The working spans, in UTC, that end after `start`; without end."""
    day = start.astimezone(ZoneInfo(zone)).date()
    while True:
        if day.weekday() in week.days:
            opens, closes = _instant(day, week.opens, zone), _instant(day, week.closes, zone)
            if closes > start and closes > opens:
                yield opens, closes
        day += timedelta(days=1)


def _instant(day: date, minute: int, zone: str) -> datetime:
    """A wall clock time as an instant; one that is skipped is the moment of the change's far side."""
    if minute == DAY:
        day, minute = day + timedelta(days=1), 0
    local = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)
