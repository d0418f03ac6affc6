"""No message in quiet hours, over every change of the clocks from 2024 to 2030."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from campaigns.science.quiet_hours import Window, is_open, next_open

DAY = (Window(9, 20),)
CALLS = (Window(9, 12), Window(14, 19))
ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc"))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from([DAY, CALLS]))
def test_the_next_open_moment_is_open_and_none_is_before_it(
    moment: datetime, name: str, windows: tuple[Window, ...]
) -> None:
    zone = ZoneInfo(name)
    opens = next_open(moment, zone, windows)
    assert opens is not None
    assert opens >= moment
    local = opens.astimezone(zone)
    assert any(window.begins <= local.hour + local.minute / 60 < window.ends for window in windows)
    while (moment := moment + timedelta(minutes=30)) < opens:
        assert not is_open(moment, zone, windows)


@given(st.sampled_from(ZONES), st.integers(2024, 2030), st.integers(1, 366), st.integers(0, 23))
def test_around_midnight_changes_too(name: str, year: int, day: int, hour: int) -> None:
    zone = ZoneInfo(name)
    moment = datetime(year, 1, 1, hour, tzinfo=UTC) + timedelta(days=day)
    opens = next_open(moment, zone, DAY)
    assert opens is not None
    assert opens - moment <= timedelta(hours=14)
    assert 9 <= opens.astimezone(zone).hour < 20


def test_no_window_is_never_open() -> None:
    assert next_open(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"), ()) is None
