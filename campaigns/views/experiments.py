"""The doors of experiments: all of them, one with its readout, and the planner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.enums import ExperimentSource
from campaigns.forms_experiments import ControlForm, PlanForm
from campaigns.models import Arm, Experiment
from campaigns.selectors.readout import ReadoutResult, find_control, read_out
from campaigns.selectors.readout_charts import interval_chart
from campaigns.selectors.readout_words import figure, interval_words, metric_name, sentences
from campaigns.services.experiments import mark_control, set_shares
from campaigns.services.readouts import keep_readout
from campaigns.tables_experiments import ExperimentTable, experiment_title, listed_experiments
from retention.common import clock, formats
from retention.common.errors import DomainError
from retention.common.tables import render_table
from tenants.context import current_tenant
from tenants.people.permissions import may, require

KEPT_SHOWN = 10


@require("experiments.view")
def experiment_list(request: HttpRequest) -> HttpResponse:
    """All experiments."""
    return render_table(request, ExperimentTable, listed_experiments(), "experiments/list.html")


@require("experiments.view")
def experiment_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One experiment: what it says now, and what was kept."""
    experiment = get_object_or_404(Experiment, public_id=public_id)
    context: dict[str, Any] = {
        "experiment": experiment,
        "title": experiment_title(experiment),
        "kept": experiment.readouts.select_related("control", "made_by")[:KEPT_SHOWN],
        "may_edit": may(request.user, "experiments.edit"),
    }
    try:
        control = find_control(experiment, request.GET.get("control") or None)
    except DomainError as error:
        context["problem"] = error
        control = None
    if control is not None:
        context |= readout_context(experiment, read_out(experiment, control=control))
    if context["may_edit"]:
        context["form"] = _control_form(experiment, initial={"control": control})
    return render(request, "experiments/experiment.html", context)


def readout_context(experiment: Experiment, result: ReadoutResult) -> dict[str, Any]:
    """What `experiments/_readout.html` shows. An experiment that runs on is judged by always-valid intervals."""
    running = experiment.ended_at is None and experiment.source != ExperimentSource.IMPORTED
    charts = [interval_chart(result, found, place, always_valid=running) for place, found in enumerate(result.metrics)]
    return {
        "result": result,
        "running": running,
        "sentences": sentences(result, always_valid=running),
        "charts": [chart for chart in charts if chart is not None],
        "rows": list(_rows(result)),
    }


def _rows(result: ReadoutResult) -> Any:
    """The table: each metric and arm, ready to print."""
    for found in result.metrics:
        scale = 100 if found.binary else 1
        for arm in found.arms:
            is_control = arm.arm.pk == result.control.pk
            yield {
                "metric": metric_name(found.metric),
                "per": _("per 100 customers") if found.binary else _("per customer"),
                "arm": arm.arm.name,
                "is_control": is_control,
                "n": arm.sums.n,
                "mean": figure(arm.sums.mean * scale) if arm.sums.n else formats.NOTHING,
                "difference": "" if is_control else figure(arm.difference * scale, signed=True),
                "interval": "" if is_control else interval_words(arm.interval, scale=scale),
                "always": "" if is_control else interval_words(arm.always_valid_interval, scale=scale),
                "p": "" if is_control or arm.p_value is None else p_words(arm.p_value),
            }


def p_words(p: float) -> str:
    """A p-value as people read it."""
    return "< 0.001" if p < 0.001 else formats.number(p, 3)


@require_POST
@require("experiments.edit")
def experiment_change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say which arm is the control, and how an imported trial was meant to be spread."""
    experiment = get_object_or_404(Experiment, public_id=public_id)
    form = _control_form(experiment, data=request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("experiment", public_id)
    control: Arm = form.cleaned_data["control"]
    now = clock.now()
    try:
        mark_control(experiment=experiment, control=control, actor=request.user, now=now)
        if form.with_parts:
            set_shares(experiment=experiment, weights=form.parts(), actor=request.user, now=now)
    except DomainError as error:
        messages.error(request, error.words)
    else:
        messages.success(request, _("Compared with “%s” from now on.") % control.name)
    return redirect("experiment", public_id)


@require_POST
@require("experiments.edit")
def experiment_keep(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep what the experiment says as of the last complete day."""
    experiment = get_object_or_404(Experiment, public_id=public_id)
    zone = current_tenant().timezone
    try:
        keep_readout(
            experiment=experiment,
            control=find_control(experiment),
            as_of=clock.last_complete_day(zone),
            zone=zone,
            actor=request.user,
            now=clock.now(),
        )
    except DomainError as error:
        messages.error(request, error.words)
    else:
        messages.success(request, _("The readout is kept."))
    return redirect("experiment", public_id)


@require("experiments.view")
def experiment_planner(request: HttpRequest) -> HttpResponse:
    """How many customers it takes."""
    form = PlanForm(request.GET) if request.GET else PlanForm()
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        context |= {"plan": form.plan(), "detectable": form.detectable(), "given": form.cleaned_data}
    return render(request, "experiments/planner.html", context)


def _control_form(experiment: Experiment, **given: Any) -> ControlForm:
    with_parts = experiment.source == ExperimentSource.IMPORTED
    return ControlForm(experiment=experiment, with_parts=with_parts, **given)
