"""The page of models: whether each may be trusted, how it fits, and how its forecast did."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from retention.scoring.selectors.churn_card import churn_part
from retention.scoring.selectors.current import current_run
from retention.scoring.selectors.model_page import model_parts
from tenants.people.permissions import may, require


@require("scores.view")
def models(request: HttpRequest) -> HttpResponse:
    """The models of the run in force."""
    run = current_run()
    parts = [] if run is None else model_parts(run)
    return render(
        request,
        "scoring/models.html",
        {
            "run": run,
            "parts": parts,
            "churn": None if run is None else churn_part(run),
            "checked": any(model.holdout for model in run.models.all()) if run else False,
            "may_run": may(request.user, "scores.run"),
        },
    )
