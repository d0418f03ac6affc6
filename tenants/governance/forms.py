"""The form of one policy: a field that fits its kind, and a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from retention.common.errors import DomainError
from tenants.governance.words import as_text
from tenants.policies import JSONValue, PolicySpec
from tenants.policy_values import parse_value


class PolicyForm(forms.Form):
    """`cleaned_data["value"]` is the checked value; what can't be is an error at its field."""

    value = forms.CharField(label=_("Value"))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Kept in the history, for who comes after you.")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, spec: PolicySpec, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spec = spec
        self.fields["value"] = _field(spec)

    def clean_value(self) -> JSONValue:
        try:
            return parse_value(self.spec, self.cleaned_data["value"])
        except DomainError as error:
            raise forms.ValidationError(f"{error.message} {error.mend}", code=error.code) from None


def _field(spec: PolicySpec) -> forms.Field:
    if spec.kind == "boolean":
        return forms.ChoiceField(label=str(spec.label), choices=[("true", _("yes")), ("false", _("no"))])
    if spec.kind == "choice":
        choices = [(choice, spec.choice_labels.get(choice, choice)) for choice in spec.choices]
        return forms.ChoiceField(label=str(spec.label), choices=choices)
    if spec.kind == "numbers":
        rows = len(as_text(spec, spec.default).splitlines()) or 4
        return forms.CharField(label=str(spec.label), widget=forms.Textarea(attrs={"rows": min(rows, 20) + 1}))
    if spec.kind == "text":
        return forms.CharField(label=str(spec.label), required=False)
    return forms.CharField(label=str(spec.label), widget=forms.TextInput(attrs={"inputmode": "decimal"}))
