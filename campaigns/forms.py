"""The forms of campaigns and texts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.enums import BandBy
from campaigns.models import MessageTemplate, Offer
from campaigns.ready.texts import Text
from campaigns.services.drafting import Plan, Rung
from retention.customers.enums import Channel, Content, Purpose
from retention.segments.models import Segment

WIN_BACK_INCIDENT, WIN_BACK_ORDINARY, EMPTY = "incident", "ordinary", "empty"


def in_reader_language(row: Any) -> str:
    """The name of `row` in the reader's language; one that is missing is lent by the other."""
    chinese = (get_language() or "").startswith("zh")
    return str(row.name_zh if chinese and row.name_zh else row.name)


class NamedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Rows with a name in both languages."""

    def label_from_instance(self, obj: Any) -> str:
        return in_reader_language(obj)


class NewCampaignForm(forms.Form):
    """From the ready ladder, or empty for a segment."""

    start = forms.ChoiceField(
        label=_("Begin with"),
        choices=[
            (WIN_BACK_ORDINARY, _("Graded win-back, by each customer’s own rhythm")),
            (WIN_BACK_INCIDENT, _("Graded win-back after an incident, by days since the last log-in")),
            (EMPTY, _("An empty campaign")),
        ],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120, required=False)
    segment = NamedChoice(
        label=_("Segment"),
        queryset=Segment.objects.filter(archived_at=None),
        required=False,
        help_text=_("For an empty campaign; a graded win-back finds its customers by itself."),
    )

    def clean(self) -> dict[str, Any] | None:
        found = super().clean() or self.cleaned_data
        if found.get("start") == EMPTY and not found.get("segment"):
            self.add_error("segment", _("Choose whom the campaign is for: no rule never means everybody."))
        return found


class PlanForm(forms.Form):
    """Audience, holdout, window and limits."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120, required=False)
    segment = NamedChoice(
        label=_("Segment"),
        queryset=Segment.objects.filter(archived_at=None),
        required=False,
        help_text=_("Whom it is for. Left empty, a graded win-back keeps its own rule."),
    )
    band_by = forms.ChoiceField(label=_("Tiers by"), choices=BandBy.choices)
    holdout = forms.FloatField(
        label=_("Holdout, in percent"),
        min_value=0,
        max_value=90,
        help_text=_("So many are left alone, to see who would return by themselves."),
    )
    starts_at = forms.DateTimeField(
        label=_("Starts"), required=False, widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    )
    ends_at = forms.DateTimeField(
        label=_("Ends"), required=False, widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    )
    useful_hours = forms.IntegerField(
        label=_("A message is of use for so many hours"), min_value=1, max_value=24 * 14, initial=24
    )
    budget = forms.DecimalField(label=_("Budget"), required=False, min_value=0, max_digits=12, decimal_places=2)

    def __init__(self, *args: Any, has_audience: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].required = not has_audience

    def clean(self) -> dict[str, Any] | None:
        found = super().clean() or self.cleaned_data
        if found.get("starts_at") and found.get("ends_at") and found["ends_at"] <= found["starts_at"]:
            self.add_error("ends_at", _("It must end after it starts."))
        return found

    def plan(self) -> Plan:
        """What was written."""
        found = dict(self.cleaned_data)
        return Plan(**found | {"holdout": found["holdout"] / 100})


class StepForm(forms.Form):
    """One step of the ladder."""

    template = NamedChoice(
        label=_("Text"),
        queryset=MessageTemplate.objects.filter(archived_at=None),
        help_text=_("It brings its channel."),
    )
    content = forms.ChoiceField(label=_("Content"), choices=Content.choices, help_text=_("Customers choose by it."))
    band_from = forms.FloatField(label=_("Tier from"), required=False, min_value=0)
    band_below = forms.FloatField(label=_("Tier below"), required=False, min_value=0)
    offer = NamedChoice(label=_("Offer"), queryset=Offer.objects.filter(archived_at=None), required=False)
    delay_minutes = forms.IntegerField(
        label=_("Minutes after a customer enters"), min_value=0, max_value=60 * 24 * 60, initial=0
    )

    def __init__(self, *args: Any, held: Offer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["offer"]
        if held is not None and isinstance(field, forms.ModelChoiceField):  # an archived one is not lost on saving
            field.queryset = Offer.objects.filter(Q(archived_at=None) | Q(pk=held.pk))

    def clean(self) -> dict[str, Any] | None:
        found = super().clean() or self.cleaned_data
        low, high = found.get("band_from"), found.get("band_below")
        if low is not None and high is not None and high <= low:
            self.add_error("band_below", _("The tier must end above where it begins."))
        return found

    def rung(self) -> Rung:
        """What was written."""
        return Rung(**self.cleaned_data)


class TextForm(forms.Form):
    """A text in both languages."""

    subject_en = forms.CharField(label=_("Subject in English"), max_length=300, required=False)
    body_en = forms.CharField(
        label=_("Text in English"),
        widget=forms.Textarea({"rows": 10, "lang": "en", "translate": "no"}),
        max_length=20_000,
    )
    subject_zh = forms.CharField(label=_("Subject in Chinese"), max_length=300, required=False)
    body_zh = forms.CharField(
        label=_("Text in Chinese"),
        widget=forms.Textarea({"rows": 10, "lang": "zh-hans", "translate": "no"}),
        max_length=20_000,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def texts(self) -> dict[str, Text]:
        """By language."""
        found = self.cleaned_data
        return {
            "en": Text(found["subject_en"], found["body_en"]),
            "zh-hans": Text(found["subject_zh"], found["body_zh"]),
        }


class NewTextForm(TextForm):
    """A new text with its name and channel."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120, required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    field_order = ("name", "name_zh", "channel", "purpose")


class StopForm(forms.Form):
    """Why sending is stopped."""

    channel = forms.ChoiceField(
        label=_("What to stop"), choices=[("", _("Everything")), *Channel.choices], required=False
    )
    why = forms.CharField(label=_("Why"), max_length=300)
