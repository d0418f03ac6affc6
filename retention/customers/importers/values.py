"""Read one cell: text in, the text that PostgreSQL takes out, or a reason and a mend for the person who sent it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from django.utils.translation import gettext as _

from retention.customers.importers.registry import Column, ColumnType

Parse = Callable[[str], str | None]

YEARS = range(1900, 2101)
_DATE = re.compile(r"\d{4}(-\d{2}-\d{2}|\d{4}|-?W\d{2}-?\d)(?=$|[T\s])")
_NUMBER = re.compile(r"[+-]?(\d{1,20}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+")
_EMAIL = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;.]+")
_PHONE = re.compile(r"[+()\d\s./-]{3,40}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{0,9}[1-9])?")
_YES, _NO = {"true", "1", "yes", "y", "t", "是"}, {"false", "0", "no", "n", "f", "否"}
MONEY_LIMIT = Decimal(10) ** 12


class Bad(Exception):
    """A cell that can't be read: why, and how to mend it."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.mend = mend


@dataclass(frozen=True)
class Local:
    """What the tenant and the file's map say about cells."""

    zone: ZoneInfo
    currency: str
    date_codes: str | None = None


def parser_for(column: Column, local: Local) -> Parse:
    """The function that reads a cell of `column`: None for an empty cell, else text for PostgreSQL."""
    match column.type:
        case ColumnType.DATETIME:
            return partial(_datetime, local=local)
        case ColumnType.DATE:
            return partial(_date, local=local)
        case ColumnType.MONEY | ColumnType.NUMBER | ColumnType.INTEGER:
            return partial(_number, type_=column.type)
        case ColumnType.BOOLEAN:
            return _boolean
        case ColumnType.CHOICE:
            return partial(_choice, choices=column.choices)
        case ColumnType.EMAIL | ColumnType.PHONE | ColumnType.LANGUAGE:
            return partial(_shaped, type_=column.type)
        case ColumnType.TIMEZONE:
            return _timezone
        case ColumnType.CURRENCY:
            return partial(_currency, expected=local.currency)
    return partial(_text, max_length=column.max_length)


def _text(text: str, *, max_length: int) -> str | None:
    text = text.strip()
    if not text:
        return None
    if len(text) > max_length:
        raise Bad(
            _("The text has %(n)s characters, more than %(max)s.") % {"n": len(text), "max": max_length},
            _("Shorten it."),
        )
    if _CONTROL.search(text):
        raise Bad(_("The text holds control characters."), _("Remove them."))
    return text


def moment(text: str, local: Local) -> datetime:
    """An instant from ISO 8601 or the map's date codes; without a zone it is the tenant's local time.

    A local time that the clock skips is read with the offset before the change, one that comes twice is the first.
    """
    try:
        if local.date_codes:
            found = datetime.strptime(text, local.date_codes)  # noqa: DTZ007 - the zone follows below
        elif _DATE.match(text):
            found = datetime.fromisoformat(text)
        else:
            raise ValueError(text)
        if found.year not in YEARS:
            raise ValueError(text)
    except ValueError:
        raise Bad(
            _("“%(text)s” is not a date of the calendar.") % {"text": text[:40]},
            _("Write it like %(example)s, or give the format in the map.")
            % {"example": local.date_codes or "2024-03-31 or 2024-03-31 14:05:00+08:00"},
        ) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=local.zone)
    return found.astimezone(UTC)


def _datetime(text: str, *, local: Local) -> str | None:
    text = text.strip()
    return moment(text, local).isoformat() if text else None


def _date(text: str, *, local: Local) -> str | None:
    text = text.strip()
    return moment(text, local).astimezone(local.zone).date().isoformat() if text else None


def _number(text: str, *, type_: ColumnType) -> str | None:
    text = text.strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        if not _THOUSANDS.fullmatch(text):
            raise Bad(
                _("“%(text)s” is not a number.") % {"text": text[:40]},
                _("Write it with digits and a decimal point, without signs of currency: 1234.50"),
            )
        text = text.replace(",", "")
    number = Decimal(text)
    if abs(number) >= MONEY_LIMIT:
        raise Bad(_("“%(text)s” is too large.") % {"text": text[:40]}, _("Check the value."))
    if type_ == ColumnType.MONEY:
        return str(number.quantize(Decimal("0.01"), ROUND_HALF_UP))
    if type_ == ColumnType.INTEGER:
        if number != number.to_integral_value():
            raise Bad(_("“%(text)s” is not a whole number.") % {"text": text[:40]}, _("Write it without decimals."))
        return str(int(number))
    return format(number.normalize(), "f")


def _boolean(text: str) -> str | None:
    text = text.strip().casefold()
    if not text:
        return None
    if text in _YES:
        return "true"
    if text in _NO:
        return "false"
    raise Bad(_("“%(text)s” is neither yes nor no.") % {"text": text[:40]}, _("Write true or false."))


def _choice(text: str, *, choices: tuple[str, ...]) -> str | None:
    code = text.strip().casefold().replace(" ", "_").replace("-", "_")
    if not code:
        return None
    if code not in choices:
        raise Bad(
            _("“%(text)s” is not one of the known values.") % {"text": text.strip()[:40]},
            _("Use one of: %(choices)s.") % {"choices": ", ".join(choices)},
        )
    return code


def _shaped(text: str, *, type_: ColumnType) -> str | None:
    text = text.strip()
    if not text:
        return None
    if type_ == ColumnType.EMAIL:
        if len(text) > 254 or not _EMAIL.fullmatch(text):
            raise Bad(
                _("“%(text)s” is not an e-mail address.") % {"text": text[:40]}, _("Write it like a@example.com.")
            )
    elif type_ == ColumnType.PHONE:
        if not _PHONE.fullmatch(text) or not any(sign.isdigit() for sign in text):
            raise Bad(
                _("“%(text)s” is not a phone number.") % {"text": text[:40]}, _("Use digits, with + and blanks.")
            )
    elif len(text) > 16 or not _LANGUAGE.fullmatch(text):
        raise Bad(_("“%(text)s” is not a language.") % {"text": text[:40]}, _("Use a code such as en or zh-hans."))
    return text


def _timezone(text: str) -> str | None:
    text = text.strip()
    if text and text not in available_timezones():
        raise Bad(_("“%(text)s” is not a time zone.") % {"text": text[:40]}, _("Use a name such as Asia/Shanghai."))
    return text or None


def _currency(text: str, *, expected: str) -> str | None:
    code = text.strip().upper()
    if code and code != expected.upper():
        raise Bad(
            _("The currency is %(found)s and yours is %(expected)s.") % {"found": code[:10], "expected": expected},
            _("Convert the amounts to %(expected)s first.") % {"expected": expected},
        )
    return code or None


def json_value(text: str) -> str | None:
    """A cell of a column that the kind does not know, as JSON: numbers only where nothing of the text is lost."""
    text = text.strip()
    if not text:
        return None
    if _JSON_NUMBER.fullmatch(text):
        return text if text != "-0" else '"-0"'
    if text.casefold() in ("true", "false"):
        return text.casefold()
    return msgspec.json.encode(text.replace("\x00", "")).decode()
