"""What people write: about product leads and surveys, and what customers write to us."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.enums import LeadStatus
from retention.common.widgets import DayInput
from tenants.people.selectors.people import people_to_choose

SCORES = [(str(score), str(score)) for score in range(11)]


class LeadForm(forms.Form):
    """What it is, where it stands, whose it is, by when."""

    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(
        label=_("What customers need"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    status = forms.ChoiceField(label=_("Status"), choices=LeadStatus.choices)
    owner = forms.ChoiceField(
        label=pgettext_lazy("lead", "Owner"), required=False, choices=lambda: [("", "–"), *people_to_choose()]
    )
    department = forms.CharField(label=_("Department"), required=False, max_length=80)
    due_on = forms.DateField(label=_("Due on"), required=False, widget=DayInput())


class SurveyForm(forms.Form):
    """A survey, and what it asks in each language."""

    name = forms.CharField(label=_("Name"), max_length=200)
    question_en = forms.CharField(label=_("Question in English, if not the usual one"), required=False, max_length=300)
    question_zh = forms.CharField(label=_("Question in Chinese, if not the usual one"), required=False, max_length=300)


class AnswerForm(forms.Form):
    """What a customer answers: a score, and why."""

    score = forms.ChoiceField(label=_("Your score"), choices=SCORES, widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("Why? (you need not say)"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SayForm(forms.Form):
    """What somebody writes to us. `once` makes one voice of a form that is sent twice; `website` is for robots."""

    text = forms.CharField(
        label=_("What would you like to tell us?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    contact = forms.EmailField(label=_("Your e-mail, if you want an answer"), required=False, max_length=254)
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, is_known: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if is_known:
            del self.fields["contact"]
