"""The form that a customer sees."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.selectors.preferences import Choices
from retention.customers.enums import Channel, Content, Frequency

ON, OFF = "on", "off"


class PreferenceForm(forms.Form):
    """How often, which content, by which channel, or nothing."""

    promotions = forms.ChoiceField(
        label=_("Offers and news from us"),
        choices=[(ON, _("Yes, as chosen below")), (OFF, _("No, turn them all off"))],
        widget=forms.RadioSelect,
    )
    frequency = forms.ChoiceField(label=_("How often"), choices=Frequency.choices, widget=forms.RadioSelect)
    contents = forms.MultipleChoiceField(
        label=_("What about"), choices=Content.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    channels = forms.MultipleChoiceField(
        label=_("How we may reach you"), choices=(), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, data: Any = None, *, held: Choices) -> None:
        initial = {
            "promotions": ON if held.is_on and held.channels else OFF,
            "frequency": held.frequency,
            "contents": held.contents,
            "channels": held.channels,
        }
        super().__init__(data, initial=initial)
        self.fields["channels"].choices = [(c, Channel(c).label) for c in held.offered]  # type: ignore[attr-defined]

    def choices(self) -> Choices:
        """What was chosen."""
        found = self.cleaned_data
        return Choices(
            is_on=found["promotions"] == ON,
            contents=tuple(found["contents"]),
            channels=tuple(found["channels"]),
            frequency=found["frequency"],
        )
