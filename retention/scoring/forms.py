"""What people fill in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from retention.common.errors import DomainError
from retention.common.widgets import DayInput
from retention.scoring.services.dates import in_order, not_in_future


class RunForm(forms.Form):
    """Start a run as of a day."""

    as_of = forms.DateField(label=_("As of"), widget=DayInput())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_as_of(self) -> date:
        try:
            return not_in_future(self.cleaned_data["as_of"], self.today)
        except DomainError as error:
            raise forms.ValidationError(_("This day is still to come.")) from error


class DaysForm(forms.Form):
    """Two days between which something changed."""

    first = forms.DateField(label=pgettext_lazy("a day", "From"), widget=DayInput())
    last = forms.DateField(label=pgettext_lazy("a day", "To"), widget=DayInput())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for name in ("first", "last"):
            self.fields[name].widget.attrs["max"] = today.isoformat()

    def clean(self) -> dict[str, Any]:
        days = super().clean() or {}
        if "first" in days and "last" in days:
            try:
                in_order(days["first"], not_in_future(days["last"], self.today))
            except DomainError as error:
                raise forms.ValidationError(error.words) from error
        return days


class OverrideForm(forms.Form):
    """Set a threshold by hand."""

    days = forms.FloatField(label=_("Silence threshold in days"), min_value=1, max_value=3650)
    reason = forms.CharField(label=_("Reason"), max_length=300)
