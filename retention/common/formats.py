"""Numbers, money and moments as the reader's language writes them; moments in the zone in force, the tenant's."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeGuard

from django.db import connection
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, ngettext

Number = int | float | Decimal
NOTHING: Final = "–"
SYMBOLS: Final = {
    "CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "HKD": "HK$", "TWD": "NT$", "SGD": "S$",
    "INR": "₹", "KRW": "₩", "AUD": "A$", "CAD": "C$", "CHF": "CHF ",
}  # fmt: skip
WHOLE: Final = frozenset({"JPY", "KRW", "VND"})
"""Currencies without a minor unit."""
_LAST_BIT: Final = 1e-9


def number(value: Number | None, places: int = 0) -> str:
    """``1,234.5``; a dash for nothing. Grouped by thousands in both languages."""
    if not _is_number(value):
        return NOTHING
    text = f"{value:,.{places}f}"
    digits = text.strip("-0.,")
    return _minus(text if digits else text.lstrip("-"))


def reached(value: Number | None) -> str:
    """Whole points that are reached: 74.9 is ``74``, so that a bound that is not reached isn't shown as if it were."""
    return number(math.floor(float(value) + _LAST_BIT)) if _is_number(value) else NOTHING


def share(value: Number | None, places: int = 1) -> str:
    """A fraction as a percentage: 0.153 → ``15.3%``."""
    return f"{number(float(value) * 100, places)}%" if _is_number(value) else NOTHING


def chance(value: Number | None) -> str:
    """What a model says, as a percentage: never none at all, never for sure."""
    return share(min(max(float(value), 0.01), 0.99), 0) if _is_number(value) else NOTHING


def rough(value: Number | None) -> str:
    """An expected count: ``54``, ``7.3``, ``0.12``."""
    return number(value, 0 if value >= 10 else 1 if value >= 1 else 2) if _is_number(value) else NOTHING


def points(value: Number | None) -> str:
    """A score between −100 and 100, with its sign."""
    return f"{'+' if value > 0 else ''}{number(value)}" if _is_number(value) else NOTHING


def money(value: Number | None, currency: str = "", *, whole: bool = False) -> str:
    """An amount in `currency`, by default the tenant's. `whole` leaves out the minor unit."""
    if not _is_number(value):
        return NOTHING
    code = currency or getattr(getattr(connection, "tenant", None), "currency", "") or "USD"
    text = number(-value if value < 0 else value, 0 if whole or code in WHOLE else 2)
    negative = value < 0 and text.strip("0.,") != ""
    return f"{'−' if negative else ''}{SYMBOLS.get(code, code + ' ')}{text}"


def rough_money(value: Number | None) -> str:
    """An expected amount: from a hundred on without the minor unit."""
    return money(value, whole=value is not None and not -100 < value < 100)


def day(value: date | datetime | None) -> str:
    """``3 Mar 2024`` or ``2024年3月3日``. A moment is shown as the local day it falls on."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return _day(value, get_language() or "")


@lru_cache(maxsize=4096)
def _day(value: date, language: str) -> str:
    """A list repeats few days many times, and writing one takes as long as all else about a cell."""
    return formats.date_format(value, "Y年n月j日" if language.startswith("zh") else "j M Y")


def moment(value: datetime | None) -> str:
    """``3 Mar 2024, 14:05`` or ``2024年3月3日 14:05``, in the tenant's zone."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value)
    return f"{day(local.date())}{' ' if _chinese() else ', '}{local:%H:%M}"


def moment_or_day(value: datetime) -> str:
    """Like `moment`; of what lies at midnight to the second the day alone: a source that knows days gives no time."""
    local = timezone.localtime(value)
    return day(value) if (local.hour, local.minute, local.second) == (0, 0, 0) else moment(value)


def days(count: Number | None) -> str:
    """``1 day``, ``12 days``, ``12 天``."""
    if not _is_number(count):
        return NOTHING
    whole = round(count)
    return ngettext("%(count)s day", "%(count)s days", whole) % {"count": number(whole)}


def minutes(count: int | None) -> str:
    """``45 minutes``, ``3 hours``, ``1 day``: in the largest unit of which it is a whole number."""
    if count is None:
        return NOTHING
    if count and count % 1440 == 0:
        return days(count // 1440)
    if count and count % 60 == 0:
        return ngettext("%(count)s hour", "%(count)s hours", count // 60) % {"count": number(count // 60)}
    return ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": number(count)}


def ago(then: date | None, today: date) -> str:
    """How long `then` lies before `today`, in days."""
    if then is None:
        return NOTHING
    gap = (today - then).days
    if gap == 0:
        return gettext("today")
    if gap == 1:
        return gettext("yesterday")
    return gettext("%(days)s ago") % {"days": days(gap)} if gap > 0 else day(then)


def _is_number(value: Number | None) -> TypeGuard[Number]:
    """False for nothing, and for NaN, which is not equal to itself."""
    return value is not None and value == value


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _minus(text: str) -> str:
    return text.replace("-", "−")
