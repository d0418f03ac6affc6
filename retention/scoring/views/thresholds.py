"""The page of silence thresholds: what was learned, both ways, and what a person set in its place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from retention.common import clock
from retention.common.errors import DomainError
from retention.common.tables import render_table
from retention.customers.enums import Clock
from retention.customers.models import Category
from retention.scoring.forms import OverrideForm
from retention.scoring.models import SilenceThreshold, ThresholdOverride
from retention.scoring.override_effect import shift_effect
from retention.scoring.rules import rules_in_force
from retention.scoring.selectors.current import current_run
from retention.scoring.selectors.threshold_words import drift_sentence, pooled_reason, pooled_sentence
from retention.scoring.selectors.thresholds import (
    EditableThresholdTable,
    ThresholdTable,
    moved_thresholds,
    override_of,
    thresholds_in_force,
)
from retention.scoring.services.overrides import remove_override, set_override
from retention.scoring.services.pool_preview import shifts_by_override
from tenants.people.permissions import may, require


@require("scores.view")
def thresholds(request: HttpRequest) -> HttpResponse:
    """Thresholds of the run in force."""
    run = current_run()
    rows = thresholds_in_force()
    context = {
        "run": run,
        "tenant_rows": [] if run is None else list(rows.filter(category=None)),
        "overrides": list(ThresholdOverride.objects.filter(ended_at=None).select_related("category", "set_by")),
        "may_edit": may(request.user, "policies.edit"),
        "moved": [(row, drift_sentence(row, 0)) for row in moved_thresholds()],
        "sampled": None if run is None else run.summary.get("sampled_from"),
    }
    table = EditableThresholdTable if context["may_edit"] else ThresholdTable
    return render_table(request, table, rows.exclude(category=None), "scoring/thresholds.html", context)


@require("policies.edit")
def threshold_edit(request: HttpRequest) -> HttpResponse:
    """Set one threshold by hand: first see who would move, then save; or go back to what was learned."""
    category, kind = _subject(request)
    found = override_of(category, kind)
    form = OverrideForm(request.POST or None, initial={"days": found.days, "reason": found.reason} if found else None)
    effect = None
    if request.method == "POST":
        try:
            done = _act(request, category, kind, form)
        except DomainError as error:
            form.is_valid()
            form.add_error(None, error.words)
            done = False
        if done:
            return redirect("thresholds")
        run = current_run()
        if form.is_valid() and run is not None:
            shifts = shifts_by_override(run, category.pk if category else None, kind, form.cleaned_data["days"])
            effect = shift_effect(shifts, run)
    context = {
        "category": category,
        "clock": kind,
        "form": form,
        "override": found,
        "effect": effect,
        **_beside(category, kind),
    }
    return render(request, "scoring/threshold_edit.html", context)


def _subject(request: HttpRequest) -> tuple[Category | None, str]:
    code, kind = request.GET.get("category", ""), request.GET.get("clock", Clock.PURCHASE.value)
    if kind not in Clock.values:
        raise Http404
    return (get_object_or_404(Category, code=code) if code else None), kind


def _beside(category: Category | None, kind: str) -> dict[str, Any]:
    """What was learned, in sentences, and who would move by the pooled figure."""
    learned = _learned(category, kind)
    if learned is None:
        return {"learned": None}
    least = rules_in_force().whole("silence.minimum_gaps")
    pooled = learned.pooled
    moves = None
    if pooled is not None:
        shifts = shifts_by_override(learned.run, learned.category_id, kind, pooled["days"])
        moves = shift_effect(shifts, learned.run)
    return {
        "learned": learned,
        "pooled": pooled_sentence(learned),
        "pooled_moves": moves,
        "drift": drift_sentence(learned, least),
    }


def _act(request: HttpRequest, category: Category | None, kind: str, form: OverrideForm) -> bool:
    """Save or remove as the button says; False when it only asks who would move."""
    actor, now = request.user, clock.now()
    if "remove" in request.POST:
        remove_override(category=category, clock=kind, actor=actor, now=now)
        messages.success(request, _("From the next run on, the threshold is learned again."))
        return True
    if "pooled" in request.POST:
        learned = _learned(category, kind)
        if learned is None or learned.pooled is None:
            raise Http404
        days, reason = round(learned.pooled["days"], 1), pooled_reason(learned)
        set_override(category=category, clock=kind, days=days, reason=reason, actor=actor, now=now)
        messages.success(request, _("Saved: the pooled figure holds from the next run on."))
        return True
    if "save" in request.POST and form.is_valid():
        set_override(
            category=category,
            clock=kind,
            days=form.cleaned_data["days"],
            reason=form.cleaned_data["reason"],
            actor=actor,
            now=now,
        )
        messages.success(request, _("Saved: the threshold holds from the next run on."))
        return True
    return False


def _learned(category: Category | None, kind: str) -> SilenceThreshold | None:
    rows: Any = thresholds_in_force().filter(category=category)
    return rows.first() if category else rows.filter(clock=kind).first()
