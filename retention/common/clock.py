"""The only place that reads the clock for business time. Doors call it; nothing below them does.

``STAY_CLOCK`` moves it: ``2017-12-01T10:00:00+00:00`` stands still there, and ``file:PATH`` reads the moment from a
file each time, so that a demo's scheduler can move it on for all processes. Production refuses both.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings


def now() -> datetime:
    """The present moment, aware, in UTC."""
    setting = str(getattr(settings, "STAY_CLOCK", "") or "")
    if not setting:
        return datetime.now(UTC)
    text = Path(setting[5:]).read_text().strip() if setting.startswith("file:") else setting
    return datetime.fromisoformat(text).astimezone(UTC)


def is_moved() -> bool:
    """True when the clock is not the machine's: pages say so in a banner."""
    return bool(getattr(settings, "STAY_CLOCK", ""))


def today(zone: str) -> date:
    """The local calendar day in `zone`."""
    return now().astimezone(ZoneInfo(zone)).date()


def last_complete_day(zone: str) -> date:
    """Yesterday in `zone`: the default `as_of`."""
    return today(zone) - timedelta(days=1)


def end_of_day(day: date, zone: str) -> datetime:
    """The instant at which `day` ends in `zone`: facts before it belong to an as-of of `day`."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=ZoneInfo(zone))
