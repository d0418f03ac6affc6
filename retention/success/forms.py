"""What people write about their work."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext_lazy as _

from retention.common.widgets import DayInput
from retention.success.enums import CallOutcome, EvidenceKind, RenewalStatus, TaskKind
from retention.success.models import Playbook, Task
from tenants.people.selectors.people import people_to_choose

LABELS = {
    EvidenceKind.NOTE: _("What was done or agreed"),
    EvidenceKind.LINK: _("Link to it"),
    EvidenceKind.FILE: _("Name of the file"),
    EvidenceKind.CHECKLIST: _("Tick every line"),
    EvidenceKind.CHOICE: _("How did it go?"),
}


class DoneForm(forms.Form):
    """How it went, and what shows it: asks for what the task asks for."""

    def __init__(self, task: Task, data: Any = None) -> None:
        super().__init__(data)
        if task.kind == TaskKind.CALL:
            self.fields["outcome"] = forms.ChoiceField(
                label=_("How the call went"), choices=[("", "—"), *CallOutcome.choices], required=False
            )
        if task.evidence_kind:
            self.fields["evidence"] = _evidence_field(task)
        if task.evidence_kind != EvidenceKind.NOTE:
            self.fields["note"] = forms.CharField(
                label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
            )


def _evidence_field(task: Task) -> forms.Field:
    """Not required here: the service refuses, and says what is missing."""
    label, choices = (
        LABELS[EvidenceKind(task.evidence_kind)],
        list(getattr(task, "shown_ask", [(line, line) for line in task.evidence_ask])),
    )
    if task.evidence_kind == EvidenceKind.CHECKLIST:
        return forms.MultipleChoiceField(
            label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
        )
    if task.evidence_kind == EvidenceKind.CHOICE:
        return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)
    if task.evidence_kind == EvidenceKind.NOTE:
        return forms.CharField(label=label, max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    return forms.CharField(label=label, max_length=2000, required=False)


class GiveForm(forms.Form):
    """Who does it."""

    person = forms.ChoiceField(label=_("Who does it"), choices=lambda: people_to_choose("tasks.work"))


class ReasonForm(forms.Form):
    """Why it need not be done."""

    reason = forms.CharField(label=_("Why it need not be done"), max_length=300)


class StartForm(forms.Form):
    """Which playbook."""

    playbook = forms.ChoiceField(label=_("SOP"), choices=lambda: startable())


class HandOverForm(forms.Form):
    """Whose accounts go to whom."""

    role = forms.ChoiceField(label=_("As"), choices=[("csm", _("CSM")), ("consultant", _("Consultant"))])
    leaver = forms.CharField(label=_("Who hands over"), max_length=254)
    taker = forms.ChoiceField(label=_("Who takes over"), choices=lambda: people_to_choose("tasks.work"))
    why = forms.CharField(label=_("Why"), max_length=300, required=False)


class DecideForm(forms.Form):
    """What became of a renewal."""

    status = forms.ChoiceField(
        label=_("What became of it"), choices=[one for one in RenewalStatus.choices if one[0] != RenewalStatus.OPEN]
    )
    amount_after = forms.DecimalField(
        label=_("Renewed for"), max_digits=14, decimal_places=2, min_value=0, required=False
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class NextStepForm(forms.Form):
    """What comes next for a renewal, and when."""

    next_step = forms.CharField(label=_("Next step"), max_length=300)
    next_step_on = forms.DateField(label=_("On"), required=False, widget=DayInput())


class IndentedJSONField(forms.JSONField):
    """JSON that a person can read: one thing a line, Chinese as Chinese."""

    def prepare_value(self, value: Any) -> Any:
        """What is typed stays as it was typed."""
        if isinstance(value, InvalidJSONInput | str):
            return value
        return json.dumps(value, ensure_ascii=False, indent=2)


class DraftForm(forms.Form):
    """The text of a playbook."""

    content = IndentedJSONField(
        label=_("Stages and steps"),
        widget=forms.Textarea(attrs={"rows": 24, "class": "font-monospace", "translate": "no"}),
    )


def startable() -> list[tuple[str, str]]:
    """The playbooks that have a published version."""
    playbooks = Playbook.objects.filter(archived_at=None, versions__published_at__isnull=False).distinct()
    return [(playbook.code, playbook.title) for playbook in playbooks]
