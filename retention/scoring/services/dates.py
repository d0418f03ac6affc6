"""What dates a person may ask for."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from retention.common.errors import DomainError


def checked_date(text: str) -> date:
    """The day that an ISO date names; raises DomainError that shows how to write it."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise DomainError(
            "bad_date", f"“{text}” is not a date.", mend="Write it as year-month-day, for example 2017-12-31."
        ) from None


def not_in_future(day: date, today: date) -> date:
    """`day`, unless it is still to come."""
    if day > today:
        raise DomainError(
            "date_in_future",
            f"{day:%Y-%m-%d} is still to come; today is {today:%Y-%m-%d} here.",
            mend="Choose a day up to today.",
        )
    return day


def in_order(first: date, last: date) -> tuple[date, date]:
    """Both, unless the first is not before the last."""
    if first >= last:
        raise DomainError(
            "dates_not_in_order",
            _("The first day must lie before the last."),
            mend=_("Choose an earlier first day."),
        )
    return first, last
