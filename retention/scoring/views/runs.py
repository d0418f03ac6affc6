"""The page of score runs: what is in force, how well its models fit, what ran when."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from retention.common import clock, formats
from retention.common.errors import DomainError
from retention.common.tables import render_table
from retention.scoring.forms import RunForm
from retention.scoring.models import ScoreModel, ScoreRun
from retention.scoring.rules import Rules
from retention.scoring.selectors.churn_card import churn_part
from retention.scoring.selectors.current import current_run
from retention.scoring.selectors.model_charts import holdout_chart
from retention.scoring.selectors.model_page import models_in_order
from retention.scoring.selectors.model_words import fit_words, model_name, parameter_line
from retention.scoring.selectors.progress import running_runs
from retention.scoring.services.runs import request_run, stop_run
from retention.scoring.tables import RunTable
from retention.scoring.tasks import advance_run, check_forecast
from tenants.context import current_tenant
from tenants.people.permissions import may, require


@require("scores.view")
def scores(request: HttpRequest) -> HttpResponse:
    """Runs, models and fit."""
    return render_table(request, RunTable, ScoreRun.objects.all(), "scoring/runs.html", _context(request))


@require("scores.view")
def run_progress(request: HttpRequest) -> HttpResponse:
    """The fragment that asks for itself again until nothing runs; then the page is to show what came of it."""
    progress = _progress(request)
    return render(request, "scoring/_progress.html", progress) if progress["running"] else HttpResponseClientRefresh()


@require_POST
@require("scores.run")
def start_run(request: HttpRequest) -> HttpResponse:
    """Ask for a run; workers carry it out."""
    form = RunForm(request.POST, today=clock.today(current_tenant().timezone))
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for error in form.errors["as_of"]))
        return redirect("scores")
    run = request_run(as_of=form.cleaned_data["as_of"], now=clock.now(), actor=request.user)
    advance_run.wake(run=run.pk)
    messages.success(request, _("The run as of %s has been asked for.") % formats.day(run.as_of))
    return redirect("scores")


@require_POST
@require("scores.run")
def stop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a run before it is in force."""
    run = get_object_or_404(ScoreRun, public_id=public_id)
    actor: Any = request.user
    try:
        stop_run(run.pk, actor=actor, now=clock.now())
    except DomainError as error:
        messages.error(request, error.words)
    else:
        messages.success(request, _("The run as of %s was stopped.") % formats.day(run.as_of))
    return redirect("scores")


@require_POST
@require("scores.run")
def start_check(request: HttpRequest) -> HttpResponse:
    """Compare the forecast of the last months with what was bought; workers do it."""
    run = current_run()
    if run is None:
        messages.error(request, _("There is no run in force yet."))
    else:
        check_forecast.wake(run=run.pk)
        messages.success(request, _("The check has been asked for; its result stands here in a moment."))
    return redirect("scores")


def _progress(request: HttpRequest) -> dict[str, Any]:
    return {"running": running_runs(at=time.time()), "may_run": may(request.user, "scores.run")}


def _context(request: HttpRequest) -> dict[str, Any]:
    zone = current_tenant().timezone
    run = current_run()
    return {
        "run": run,
        "refreshed": run is not None and run.scored_on is not None and run.scored_on < run.as_of,
        "models": [] if run is None else [_model(model, run) for model in models_in_order(run)],
        "churn": None if run is None else churn_part(run),
        **_progress(request),
        "form": RunForm(today=clock.today(zone), initial={"as_of": clock.last_complete_day(zone)}),
    }


def _model(model: ScoreModel, run: ScoreRun) -> dict[str, Any]:
    rules = Rules.of(run.plan["rules"])
    return {
        "name": model_name(model),
        "words": fit_words(model, rules),
        "identified": model.identified,
        "parameters": parameter_line(model) if model.identified else "",
        "holdout": model.holdout if model.holdout.get("identified") else None,
        "chart": holdout_chart(model) if model.holdout.get("identified") else None,
    }
