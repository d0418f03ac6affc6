"""The ladder of levels and a rule by which points are earned, as a person writes them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from retention.customers.enums import Behaviour, EarnKind
from retention.customers.models import EarnRule, Level
from retention.customers.services.points.rules import RuleDraft, Rung

EMPTY_ROWS, MOST_LEVELS = 2, 20


class LevelForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """One step of the ladder; without a code the row says nothing."""

    class Meta:
        model = Level
        fields = ("code", "name", "name_zh", "points_needed", "multiplier", "benefits", "benefits_zh")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            css = "form-control form-control-sm" + (" is-invalid" if self.is_bound and self.errors.get(name) else "")
            field.widget.attrs |= {"class": css, "aria-label": str(field.label)}

    def _get_validation_exclusions(self) -> set[str]:
        """The ladder is saved as a whole: what rows have in common is checked there."""
        return {*super()._get_validation_exclusions(), "code", "points_needed"}  # type: ignore[misc]


LevelForms = forms.formset_factory(
    LevelForm, extra=EMPTY_ROWS, can_delete=True, max_num=MOST_LEVELS, absolute_max=MOST_LEVELS
)


def rungs_of(formset: Any) -> list[Rung]:
    """The levels that the rows describe; those to delete are left out."""
    names = list(Rung.__dataclass_fields__)
    rows = [form.cleaned_data for form in formset.forms if form.cleaned_data.get("code")]
    return [Rung(**{name: row[name] for name in names}) for row in rows if not row.get("DELETE")]


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What earns how much. `from_day` is the first day on which it holds so."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=80)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("Points for"), choices=EarnKind.choices)
    event = forms.CharField(
        label=_("Event"), max_length=200, required=False, help_text=_("For events: its name, as it comes in.")
    )
    behaviour = forms.ChoiceField(
        label=_("Or behaviour"),
        choices=[("", _("none")), *Behaviour.choices],
        required=False,
        help_text=_("For events: every event that means this."),
    )
    from_day = forms.DateField(
        label=_("Holds from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("What held before ends on the day before and keeps what it gave. A day in the past counts too."),
    )

    class Meta:
        model = EarnRule
        fields = (
            "code", "name", "name_zh", "kind", "event", "behaviour", "points", "cap_per_day", "multiplied",
            "expires_months",
        )  # fmt: skip

    def _get_validation_exclusions(self) -> set[str]:
        """Which rows of a code may stand, and that an event is named, is the service's to say, with its mend."""
        return {*super()._get_validation_exclusions(), "code", "kind"}  # type: ignore[misc]

    def draft(self) -> RuleDraft:
        """What was written."""
        return RuleDraft(**{name: self.cleaned_data[name] for name in self.Meta.fields})
