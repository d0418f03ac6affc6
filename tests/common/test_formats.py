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


def test_a_share_is_a_percentage() -> None:
    assert [formats.share(0.153), formats.share(1, 0), formats.share(None)] == ["15.3%", "100%", "–"]


def test_how_long_ago() -> None:
    today = date(2024, 6, 3)
    days = [date(2024, 6, 3), date(2024, 6, 2), date(2024, 5, 24), date(2024, 6, 9), None]
    with translation.override("en"):
        assert [formats.ago(day, today) for day in days] == ["today", "yesterday", "10 days ago", "9 Jun 2024", "–"]
