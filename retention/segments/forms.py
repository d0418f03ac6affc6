"""The part of the builder's form that is not the rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from retention.segments.models import Segment


class PeriodForm(forms.Form):
    """From one day to another, both included."""

    to = forms.DateField(label=_("To"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = forms.DateField(label=_("From"))  # no name that a class may give

    def clean(self) -> dict[str, Any]:
        """The first day is not after the last one."""
        days = super().clean() or {}
        if "from" in days and "to" in days and days["from"] > days["to"]:
            raise forms.ValidationError(_("Choose a first day that is not after the last one."))
        return days


class SegmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """Names and meaning, in one language or both."""

    class Meta:
        model = Segment
        fields = ("name", "name_zh", "description", "description_zh")
        help_texts = {"description": _("One sentence that a colleague understands.")}
        widgets: dict[str, Any] = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "name_zh": forms.TextInput(attrs={"autocomplete": "off", "lang": "zh-Hans"}),
            "description_zh": forms.TextInput(attrs={"lang": "zh-Hans"}),
        }
