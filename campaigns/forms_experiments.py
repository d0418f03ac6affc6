"""What people fill in about experiments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Arm, Experiment
from campaigns.science.planner import Plan, detectable_lift, plan_shares


class PlanForm(forms.Form):
    """How many customers a comparison of shares needs. Percentages on screen, fractions inside."""

    baseline = forms.FloatField(
        label=_("Percent who do it anyway"),
        min_value=0.01,
        max_value=99.99,
        initial=5,
        help_text=_("The share without any message, for example of those who come back by themselves."),
    )
    lift = forms.FloatField(
        label=_("Smallest lift worth finding, in percentage points"),
        min_value=0.01,
        max_value=99.99,
        initial=1,
    )
    holdout = forms.FloatField(label=_("Percent held out"), min_value=1, max_value=99, initial=20)
    power = forms.FloatField(
        label=_("Percent chance to find it"),
        min_value=50,
        max_value=99,
        initial=80,
        help_text=_("If the lift is real. Eighty is usual."),
    )
    audience = forms.IntegerField(
        label=_("Customers you have"), min_value=2, max_value=100_000_000, required=False,
        help_text=_("Say it to see the smallest lift that they can show."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """No more than everybody can do it."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("baseline", 0) + cleaned.get("lift", 0) > 100:
            self.add_error("lift", _("More than all customers can't do it."))
        return cleaned

    def plan(self) -> Plan:
        """The customers needed on each side."""
        given = self.cleaned_data
        return plan_shares(
            given["baseline"] / 100,
            given["lift"] / 100,
            control_share=given["holdout"] / 100,
            power=given["power"] / 100,
        )

    def detectable(self) -> float | None:
        """The smallest lift (a fraction) that the customers at hand show; None without them, or when none is."""
        given = self.cleaned_data
        if not given["audience"]:
            return None
        return detectable_lift(
            given["audience"],
            given["baseline"] / 100,
            control_share=given["holdout"] / 100,
            power=given["power"] / 100,
        )


class ControlForm(forms.Form):
    """Which arm is the control, and, for an imported trial, how customers were meant to be spread."""

    control = forms.ModelChoiceField(Arm.objects.none(), label=_("Control"), empty_label=None)

    def __init__(self, *args: Any, experiment: Experiment, with_parts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arms = list(experiment.arms.all())
        self.with_parts = with_parts
        field = self.fields["control"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = experiment.arms.all()
        for arm in self.arms if with_parts else ():
            self.fields[f"part_{arm.pk}"] = forms.IntegerField(
                label=_("Parts meant for “%s”") % arm.name,
                min_value=0,
                max_value=10_000,
                initial=1 if arm.share is None else arm.share,
            )

    def parts(self) -> list[int]:
        """The parts, in the order of the arms."""
        return [self.cleaned_data[f"part_{arm.pk}"] for arm in self.arms]
