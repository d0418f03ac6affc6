"""The two days that a page of movements compares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.common import formats
from retention.common.widgets import DayInput

LENGTHS = (7, 28, 91, 365)
DEFAULT = 28


@dataclass(frozen=True)
class Period:
    """From the end of `first` to the end of `last`."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days lie between the two."""
        return (self.last - self.first).days

    @property
    def query(self) -> str:
        """As the address of a page has it."""
        return f"from={self.first:%Y-%m-%d}&to={self.last:%Y-%m-%d}"


class PeriodForm(forms.Form):
    """Two days, of which the second is no later than `latest` and the first no earlier than `earliest`."""

    def __init__(self, asked: Mapping[str, str], *, earliest: date, latest: date) -> None:
        start = max(earliest, latest - timedelta(days=DEFAULT))
        data = {"from": asked.get("from") or start.isoformat(), "to": asked.get("to") or latest.isoformat()}
        super().__init__(data)
        self.earliest, self.latest = earliest, latest
        for name, label in (("from", gettext_lazy("From the end of")), ("to", gettext_lazy("to the end of"))):
            widget = DayInput(attrs={"min": earliest.isoformat(), "max": latest.isoformat()})
            self.fields[name] = forms.DateField(label=label, widget=widget)

    def clean(self) -> dict[str, date]:
        """Refuse what can't be compared."""
        found: dict[str, date] = super().clean() or {}
        first, last = found.get("from"), found.get("to")
        if first and last:
            if first >= last:
                raise forms.ValidationError(_("The first day must come before the second."))
            if first < self.earliest:
                raise forms.ValidationError(_("Nothing is known of before %s.") % formats.day(self.earliest))
            if last > self.latest:
                raise forms.ValidationError(_("The latest scores are as of %s.") % formats.day(self.latest))
        return found

    @property
    def period(self) -> Period | None:
        """What is asked for; None where it can't be compared."""
        return Period(self.cleaned_data["from"], self.cleaned_data["to"]) if self.is_valid() else None


def usual_periods(*, earliest: date, latest: date) -> list[tuple[str, str]]:
    """Lengths that lie within reach, each with its query."""
    found = []
    for days in LENGTHS:
        first = latest - timedelta(days=days)
        if first >= earliest:
            found.append((_("the last %s") % formats.days(days), Period(first, latest).query))
    return found
