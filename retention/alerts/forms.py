"""What people write about alerts and monitors."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from retention.alerts.enums import Level
from retention.alerts.responses import choices
from retention.common.widgets import DayInput
from tenants.people.enums import RoleName
from tenants.people.models import User
from tenants.people.permissions import may


class TakeForm(forms.Form):
    """Who takes it."""

    person = forms.ChoiceField(label=_("Who takes it"), choices=lambda: workers())


class SnoozeForm(forms.Form):
    """Until when, and why it can wait."""

    until = forms.DateField(label=_("Until"), widget=DayInput())
    reason = forms.CharField(label=_("Why it can wait"), max_length=400)


class ResolveForm(forms.Form):
    """The cause that was found."""

    cause = forms.CharField(
        label=_("What caused it"), max_length=400, help_text=_("In a sentence; or that it was nothing.")
    )


class RespondForm(forms.Form):
    """What to set going."""

    choice = forms.ChoiceField(label=_("Response"), choices=choices)


class MonitorForm(forms.Form):
    """Whose a monitor is, how urgent, and what it sets going."""

    enabled = forms.BooleanField(label=_("It watches"), required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Level.choices)
    owner_role = forms.ChoiceField(
        label=_("Owner"), choices=[choice for choice in RoleName.choices if choice[0] != RoleName.OPERATOR]
    )
    responses = forms.MultipleChoiceField(
        label=_("What an alert sets going"),
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each runs once for each alert."),
    )


def workers() -> list[tuple[str, str]]:
    """The people who may work on alerts."""
    people = User.objects.filter(is_active=True).select_related("custom_role").order_by("name", "email")
    return [(str(person.public_id), str(person)) for person in people if may(person, "alerts.work")]
