"""Numbers, money and moments in both languages."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from retention.common import formats


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (1234567, 0, "1,234,567"),
        (-0.001, 2, "0.00"),
        (-5.5, 1, "−5.5"),
        (None, 0, "–"),
        (math.nan, 2, "–"),
        (0, 0, "0"),
    ],
)
def test_numbers(value: float | None, places: int, text: str) -> None:
    assert formats.number(value, places) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (Decimal("1234.5"), "CNY", "¥1,234.50"),
        (-3, "USD", "−$3.00"),
        (1234.6, "JPY", "JP¥1,235"),
        (1, "PLN", "PLN 1.00"),
        (Decimal("-0.001"), "EUR", "€0.00"),
        (None, "EUR", "–"),
    ],
)
def test_money(value: Decimal | float | None, currency: str, text: str) -> None:
    assert formats.money(value, currency) == text


def test_a_moment_is_told_in_the_zone_in_force_and_the_readers_language() -> None:
    late = datetime(2024, 3, 3, 23, 30, tzinfo=UTC)
    with timezone.override("Asia/Shanghai"), translation.override("en"):
        assert (formats.moment(late), formats.day(late)) == ("4 Mar 2024, 07:30", "4 Mar 2024")
    with timezone.override("Asia/Shanghai"), translation.override("zh-hans"):
        assert (formats.moment(late), formats.day(late)) == ("2024年3月4日 07:30", "2024年3月4日")
    with timezone.override("America/New_York"), translation.override("en"):
        assert formats.moment(late) == "3 Mar 2024, 18:30"


def test_midnight_is_the_day_alone() -> None:
    with timezone.override("Asia/Shanghai"), translation.override("en"):
        assert formats.moment_or_day(datetime(2024, 3, 2, 16, tzinfo=UTC)) == "3 Mar 2024"
        assert formats.moment_or_day(datetime(2024, 3, 2, 16, 0, 1, tzinfo=UTC)) == "3 Mar 2024, 00:00"
        assert formats.moment_or_day(datetime(2024, 3, 3, tzinfo=UTC)) == "3 Mar 2024, 08:00"


@pytest.mark.parametrize(
    ("value", "text"),
    [(74.9, "74"), (75.0, "75"), (75 - 1e-12, "75"), (0.0, "0"), (100.0, "100"), (0.4, "0"), (None, "–")],
)
def test_points_that_are_not_reached_are_not_shown(value: float | None, text: str) -> None:
    assert formats.reached(value) == text


def test_a_share_is_a_percentage() -> None:
    assert [formats.share(0.153), formats.share(1, 0), formats.share(None)] == ["15.3%", "100%", "–"]


def test_how_long_ago() -> None:
    today = date(2024, 6, 3)
    days = [date(2024, 6, 3), date(2024, 6, 2), date(2024, 5, 24), date(2024, 6, 9), None]
    with translation.override("en"):
        assert [formats.ago(day, today) for day in days] == ["today", "yesterday", "10 days ago", "9 Jun 2024", "–"]


def test_minutes_are_told_in_their_largest_unit() -> None:
    spans = [0, 1, 45, 60, 90, 1440, 4320, None]
    assert [formats.minutes(span) for span in spans] == [
        "0 minutes", "1 minute", "45 minutes", "1 hour", "90 minutes", "1 day", "3 days", "–",
    ]  # fmt: skip
    with translation.override("zh-hans"):
        assert [formats.minutes(span) for span in (90, 120, 1440)] == ["90 分钟", "2 小时", "1 天"]


def test_a_model_never_says_never() -> None:
    assert [formats.chance(value) for value in (0.0, 0.004, 0.5, 0.997, 1.0, None)] == [
        "1%", "1%", "50%", "99%", "99%", "–",
    ]  # fmt: skip


def test_what_is_expected_is_no_more_exact_than_it_is() -> None:
    assert [formats.rough(value) for value in (53.61, 10, 9.96, 1.234, 0.123, None)] == [
        "54", "10", "10.0", "1.2", "0.12", "–",
    ]  # fmt: skip
    assert [
        formats.rough_money(
            value,
        )
        for value in (6142.07, 99.4, 0.0, None)
    ] == ["$6,142", "$99.40", "$0.00", "–"]
