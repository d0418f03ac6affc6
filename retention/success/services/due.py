"""When work is due, in the tenant's working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from retention.alerts.services.clocks import working_week
from tenants.context import current_tenant

EVENING = time(18)


def working_days_after(moment: datetime, days: int) -> datetime:
    """The end of the `days`-th working day after `moment`'s day; 0 is the same day, or the next one that is worked."""
    zone, week = ZoneInfo(current_tenant().timezone), working_week()
    day = moment.astimezone(zone).date()
    left = days
    while left or (week is not None and day.weekday() not in week.days):
        day += timedelta(days=1)
        left -= bool(left) and (week is None or day.weekday() in week.days)
    closes = EVENING if week is None or week.closes == 24 * 60 else time(week.closes // 60, week.closes % 60)
    return datetime.combine(day, closes, zone).astimezone(UTC)


def days_before(day: date, days: int) -> datetime:
    """The evening `days` calendar days before `day`."""
    zone = ZoneInfo(current_tenant().timezone)
    return datetime.combine(day - timedelta(days=days), EVENING, zone).astimezone(UTC)
