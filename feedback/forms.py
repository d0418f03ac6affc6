"""What people write about product leads."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.enums import LeadStatus
from tenants.people.models import User


class LeadForm(forms.Form):
    """What it is, where it stands, whose it is, by when."""

    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(
        label=_("What customers need"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    status = forms.ChoiceField(label=_("Status"), choices=LeadStatus.choices)
    owner = forms.ChoiceField(label=_("Owner"), required=False, choices=lambda: [("", "–"), *_people()])
    department = forms.CharField(label=_("Department"), required=False, max_length=80)
    due_on = forms.DateField(label=_("Due on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


def _people() -> list[tuple[str, str]]:
    return [(str(one.public_id), str(one)) for one in User.objects.filter(is_active=True).order_by("name", "email")]
