"""The form of one scorecard: for whom, and weight, ends and missing rule of each metric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from retention.scoring.card_audiences import audiences
from retention.scoring.own_cards import OwnCard, Record
from retention.scoring.science.health_metrics import Scorecard
from retention.scoring.selectors.factors import metric_label

MISSING = (
    ("", _("as for all")),
    ("drop", _("its weight goes to others")),
    ("zero", _("0 points")),
    ("full", _("100 points")),
)
NUMBERS = {
    "weight": pgettext_lazy("of a metric", "Weight"),
    "bad": _("0 points at"),
    "good": _("100 points at"),
}


@dataclass(frozen=True)
class MetricFields:
    """A row of the form."""

    label: str
    cells: list[forms.BoundField]


class CardForm(forms.Form):
    """A card of `kind`; `shown` is the card whose numbers stand there at first."""

    name = forms.CharField(label=_("Name"), max_length=60)
    priority = forms.IntegerField(
        label=_("Priority"), min_value=1, max_value=999, help_text=_("The smaller number comes first.")
    )
    audience = forms.ChoiceField(label=_("For whom"))
    watch = forms.FloatField(label=_("Watch from"), min_value=0, max_value=100)
    healthy = forms.FloatField(label=_("Healthy from"), min_value=0, max_value=100)
    cap = forms.FloatField(label=_("Highest health with a wound"), min_value=0, max_value=100)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: str, shown: Scorecard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.card = kind, shown
        choices = [
            (f"{audience.code}:{key}", f"{audience.label}: {label}")
            for audience in audiences
            if audience.card == kind
            for key, label in audience.choices().items()
        ]
        self.fields["audience"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]
        for metric in shown.metrics:
            name = metric_label(metric)
            for part, label in NUMBERS.items():
                attributes = {"inputmode": "decimal", "aria-label": f"{name}: {label}"}
                attributes |= {"data-part": ""} if part == "weight" else {}
                self.fields[f"{part}_{metric.code}"] = forms.FloatField(
                    label=name, widget=forms.TextInput(attrs=attributes), initial=f"{getattr(metric, part):g}"
                )
            select = forms.Select(attrs={"aria-label": f"{name}: {_('Without data')}"})
            self.fields[f"missing_{metric.code}"] = forms.ChoiceField(
                label=name, choices=MISSING, required=False, widget=select
            )

    def metrics(self) -> list[MetricFields]:
        """The rows of the table."""
        parts = (*NUMBERS, "missing")
        return [
            MetricFields(metric_label(metric), [self[f"{part}_{metric.code}"] for part in parts])
            for metric in self.card.metrics
        ]

    def head(self) -> list[forms.BoundField]:
        """The fields before the table."""
        return [self[name] for name in ("name", "audience", "priority")]

    def rest(self) -> list[forms.BoundField]:
        """The fields after the table."""
        return [self[name] for name in ("watch", "healthy", "cap", "reason")]

    def record(self, code: str) -> dict[str, Any]:
        """The card as the policy stores it."""
        data, codes = self.cleaned_data, self.card.codes
        audience, _colon, key = data["audience"].partition(":")
        missing = {metric: data[f"missing_{metric}"] for metric in codes if data[f"missing_{metric}"]}
        return {
            "code": code,
            "name": data["name"],
            "card": self.kind,
            "priority": data["priority"],
            "audience": audience,
            "key": key,
            "weights": {metric: data[f"weight_{metric}"] for metric in codes},
            "bad": {metric: data[f"bad_{metric}"] for metric in codes},
            "good": {metric: data[f"good_{metric}"] for metric in codes},
            "bands": {"watch": data["watch"], "healthy": data["healthy"]},
            "cap": data["cap"],
            "missing": missing,
        }


def initial_of(card: OwnCard | None, shown: Scorecard, *, priority: int) -> dict[str, Any]:
    """What stands in the form at first; the metrics' numbers come from `shown`."""
    bands = {"watch": shown.watch_from, "healthy": shown.healthy_from, "cap": shown.caps[0].at_most}
    numbers = {name: f"{value:g}" for name, value in bands.items()}
    if card is None:
        return {"priority": priority, **numbers}
    missing = {f"missing_{code}": rule for code, rule in (card.record.get("missing") or {}).items()}
    own = {"name": card.name, "priority": card.priority, "audience": ":".join(card.audience)}
    return {**own, **numbers, **missing}


def new_code(name: str, taken: list[Record]) -> str:
    """A code for a new card that no other has."""
    codes = {record["code"] for record in taken}
    base = slugify(name)[:24].strip("-_") or "card"
    return next(code for code in (base, *(f"{base}-{n}" for n in range(2, len(codes) + 3))) if code not in codes)
