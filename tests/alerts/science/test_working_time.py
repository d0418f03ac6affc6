"""The clock of working time: examples, and properties over zones and changes of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retention.alerts.science.working_time import DAY, WorkWeek, deadline, shifts, worked

OFFICE = WorkWeek(frozenset(range(5)), 9 * 60, 18 * 60)
ZONES = ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]


def local(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-03-31T10:00", "2026-03-31T10:30"),
        ("2026-03-31T17:50", "2026-04-01T09:20"),
        ("2026-03-31T17:30", "2026-03-31T18:00"),
        ("2026-03-31T03:00", "2026-03-31T09:30"),
        ("2026-04-03T17:45", "2026-04-06T09:15"),  # Friday evening to Monday morning
        ("2026-04-04T12:00", "2026-04-06T09:30"),  # Saturday
    ],
)
def test_thirty_minutes_end_within_working_hours(start: str, expected: str) -> None:
    zone = "Asia/Shanghai"
    assert deadline(local(zone, start), 30, OFFICE, zone) == local(zone, expected)


def test_on_duty_day_and_night_all_time_counts() -> None:
    start = datetime(2026, 4, 4, 23, 50, tzinfo=UTC)
    assert deadline(start, 30, None, "Asia/Shanghai") == start + timedelta(minutes=30)
    assert worked(start, start + timedelta(hours=1), None, "UTC") == timedelta(hours=1)


def test_an_hour_that_is_skipped_is_not_worked_and_a_repeated_one_twice() -> None:
    night = WorkWeek(frozenset({6}), 0, 6 * 60)  # Sunday nights, when Berlin changes its clocks
    spring, autumn = local("Europe/Berlin", "2026-03-29T00:00"), local("Europe/Berlin", "2026-10-25T00:00")
    assert worked(spring, spring + timedelta(days=1), night, "Europe/Berlin") == timedelta(hours=5)
    assert worked(autumn, autumn + timedelta(days=1), night, "Europe/Berlin") == timedelta(hours=7)
    assert deadline(spring, 5 * 60, night, "Europe/Berlin") == local("Europe/Berlin", "2026-03-29T06:00")


@pytest.mark.parametrize(
    "broken", [((), 540, 1080), ((1,), 600, 600), ((1,), 700, 600), ((7,), 0, 60), ((1,), 0, 1441)]
)
def test_a_week_without_work_is_refused(broken: tuple[tuple[int, ...], int, int]) -> None:
    days, opens, closes = broken
    with pytest.raises(ValueError, match="working week"):
        WorkWeek(frozenset(days), opens, closes)


@st.composite
def weeks(draw: st.DrawFn) -> WorkWeek:
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    opens = draw(st.integers(0, DAY - 1))
    return WorkWeek(days, opens, draw(st.integers(opens + 1, DAY)))


BUSY = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # on a machine that others use
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(lambda m: m.replace(tzinfo=UTC))


@BUSY
@given(start=moments, minutes=st.integers(1, 600), week=weeks(), zone=st.sampled_from(ZONES))
def test_a_deadline_holds_exactly_its_working_time_and_falls_into_a_shift(
    start: datetime, minutes: int, week: WorkWeek, zone: str
) -> None:
    end = deadline(start, minutes, week, zone)
    assert end > start
    assert worked(start, end, week, zone) == timedelta(minutes=minutes)
    opens, closes = next(shifts(end - timedelta(microseconds=1), week, zone))
    assert opens < end <= closes
    local_opens = opens.astimezone(ZoneInfo(zone))
    assert local_opens.weekday() in week.days


@BUSY
@given(
    start=moments, later=st.integers(0, 5000), minutes=st.integers(1, 600), week=weeks(), zone=st.sampled_from(ZONES)
)
def test_who_starts_later_is_never_due_earlier(
    start: datetime, later: int, minutes: int, week: WorkWeek, zone: str
) -> None:
    after = start + timedelta(minutes=later)
    assert deadline(start, minutes, week, zone) <= deadline(after, minutes, week, zone)


@BUSY
@given(start=moments, first=st.integers(1, 600), second=st.integers(1, 600), week=weeks(), zone=st.sampled_from(ZONES))
def test_deadlines_add_up(start: datetime, first: int, second: int, week: WorkWeek, zone: str) -> None:
    halfway = deadline(start, first, week, zone)
    assert deadline(halfway, second, week, zone) == deadline(start, first + second, week, zone)
