"""What people fill in about offers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from campaigns.enums import OfferAudience, OfferKind
from campaigns.services.offers import Terms


class OfferForm(forms.Form):
    """The terms of an offer; code and kind are not asked again."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120, required=False)
    value = forms.DecimalField(
        label=_("Worth"),
        min_value=0,
        initial=0,
        help_text=_("An amount of money; for growth points, how many."),
        max_digits=14,
        decimal_places=2,
    )
    minimum_spend = forms.DecimalField(
        label=_("From a spend of"), min_value=0, initial=0, max_digits=14, decimal_places=2
    )
    limit = forms.IntegerField(
        label=_("Most codes"),
        min_value=0,
        max_value=2_000_000_000,
        required=False,
        help_text=_("Of a coupon, so many codes are out at once at most. Empty: no limit."),
    )
    valid_days = forms.IntegerField(label=_("Valid for days"), min_value=1, max_value=3650, initial=14)
    audience = forms.ChoiceField(label=_("For whom"), choices=OfferAudience.choices)
    stacks = forms.BooleanField(label=_("Adds to other offers"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def terms(self) -> Terms:
        """What was written."""
        return Terms(**{name: self.cleaned_data[name] for name in Terms.__dataclass_fields__})

    def clean_seen(self) -> datetime | None:
        """When the offer that the form showed was last changed; None where that was tampered with."""
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None

    def refuse(self, field: str, message: str, mend: str) -> None:
        """Say it at the field."""
        self.add_error(field, " ".join(filter(None, (message, mend))))


class NewOfferForm(OfferForm):
    """The same with what is chosen once."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=80,
        required=False,
        help_text=_("Other systems know the offer by it; it is never changed. Empty: made from the name."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=OfferKind.choices,
        help_text=_("Coupons have a unique code each. Growth points are given when the message is accepted."),
    )
    field_order = ("name", "name_zh", "code", "kind")

    def chosen(self) -> dict[str, Any]:
        """Code and kind."""
        return {"code": self.cleaned_data["code"], "kind": self.cleaned_data["kind"]}
