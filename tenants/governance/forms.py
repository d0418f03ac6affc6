"""The form of one policy: a field that fits its kind, and a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from retention.common.errors import DomainError
from tenants.governance.words import as_text
from tenants.policies import JSONValue, PolicySpec
from tenants.policy_values import parse_value

PREFIX = "value."
"""Of the fields of a value with names."""


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
        if spec.key_labels:
            self._field_for_each_name()
        else:
            self.fields["value"] = _field(spec)

    def _field_for_each_name(self) -> None:
        """In place of the one text: a field for each name of the value, which `initial` has as text."""
        given = dict(line.split(" = ", 1) for line in str(self.initial.get("value", "")).splitlines())
        of_names = {
            PREFIX + name: forms.CharField(
                label=str(label),
                initial=given.get(name),
                max_length=30,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "data-part": ""}),
            )
            for name, label in self.spec.key_labels.items()
        }
        del self.fields["value"]
        self.fields = {**of_names, **self.fields}

    def parts(self) -> list[forms.BoundField]:
        """The fields of the names; none where the value is one field."""
        return [self[name] for name in self.fields if name.startswith(PREFIX)]

    def rest(self) -> list[forms.BoundField]:
        """The other fields that show."""
        return [bound for bound in self.visible_fields() if not bound.name.startswith(PREFIX)]

    def clean(self) -> dict[str, Any]:
        """One value of all the names' fields."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.spec.key_labels and not self.errors:
            lines = (f"{name} = {data.pop(PREFIX + name)}" for name in self.spec.key_labels)
            try:
                data["value"] = parse_value(self.spec, "\n".join(lines))
            except DomainError as error:
                raise forms.ValidationError(error.words, code=error.code) from None
        return data

    def clean_value(self) -> JSONValue:
        try:
            return parse_value(self.spec, self.cleaned_data["value"])
        except DomainError as error:
            raise forms.ValidationError(error.words, code=error.code) from None


def _field(spec: PolicySpec) -> forms.Field:
    if spec.kind == "boolean":
        return forms.ChoiceField(label=str(spec.label), choices=[("true", _("yes")), ("false", _("no"))])
    if spec.kind == "choice":
        choices = [(choice, spec.choice_labels.get(choice, choice)) for choice in spec.choices]
        return forms.ChoiceField(label=str(spec.label), choices=choices)
    if spec.kind == "records":
        return forms.CharField(label=str(spec.label), widget=forms.Textarea(attrs={"rows": 12}))
    if spec.kind == "numbers":
        rows = len(as_text(spec, spec.default).splitlines()) or 4
        return forms.CharField(label=str(spec.label), widget=forms.Textarea(attrs={"rows": min(rows, 20) + 1}))
    if spec.kind == "text":
        return forms.CharField(label=str(spec.label), required=False)
    return forms.CharField(label=str(spec.label), widget=forms.TextInput(attrs={"inputmode": "decimal"}))
