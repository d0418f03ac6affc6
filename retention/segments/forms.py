"""The part of the builder's form that is not the rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from retention.segments.models import Segment


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
