"""When a customer may be written to: windows of local hours, over changes of the clocks. Everything else is quiet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Window:
    """From hour to hour of the local day, the end left out; hours may be broken (9.5 is half past nine)."""

    begins: float
    ends: float

    def holds(self, local: datetime) -> bool:
        """Whether the wall clock stands inside."""
        hours = local.hour + local.minute / 60 + local.second / 3600 + local.microsecond / 3.6e9
        return self.begins <= hours < self.ends


def is_open(moment: datetime, zone: ZoneInfo, windows: Sequence[Window]) -> bool:
    """Whether `moment` lies in one of `windows` where the customer is."""
    local = moment.astimezone(zone)
    return any(window.holds(local) for window in windows)


def next_open(moment: datetime, zone: ZoneInfo, windows: Sequence[Window]) -> datetime | None:
    """`moment` when it is open, else the next moment that is; None when no window ever opens."""
    if is_open(moment, zone, windows):
        return moment
    today = moment.astimezone(zone).date()
    begins = (
        _begin(datetime.combine(today + timedelta(days=ahead), time(), tzinfo=zone), window, zone)
        for ahead in range(-1, 4)
        for window in windows
    )
    return min((begin for begin in begins if begin > moment and is_open(begin, zone, windows)), default=None)


def _begin(midnight: datetime, window: Window, zone: ZoneInfo) -> datetime:
    """The first moment of `window` on that day; where the clocks jump over its begin, the first one after the jump."""
    minutes = round(window.begins * 60)
    wall = midnight.replace(hour=minutes // 60 % 24, minute=minutes % 60)
    moment = wall.astimezone(UTC)
    for _ in range(8):
        if window.holds(moment.astimezone(zone)):
            break
        moment += timedelta(minutes=15)
    return moment
