"""Surveys: how many would recommend us, how sure that is, and what they said."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from feedback.forms import SurveyForm
from feedback.models import Survey
from feedback.selectors.nps import nps_by, nps_by_month, nps_of, surveys_with_nps, visible_answers
from feedback.services.surveys import create_survey
from feedback.tables import AnswerTable
from feedback.views.charts import month_chart
from retention.common import clock
from retention.common.errors import DomainError
from retention.common.tables import render_table
from tenants.people.permissions import may, require

MOST_GROUPS = 30


@require_GET
@require("feedback.view")
def survey_list(request: HttpRequest) -> HttpResponse:
    """Every survey with its score."""
    context = {"surveys": surveys_with_nps(request.user), "may_edit": may(request.user, "surveys.edit")}
    return render(request, "feedback/surveys.html", context)


@require_http_methods(["GET", "POST"])
@require("surveys.edit")
def survey_new(request: HttpRequest) -> HttpResponse:
    """A new one."""
    form = SurveyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            survey = create_survey(**form.cleaned_data, actor=request.user, now=clock.now())
            messages.success(request, _("The survey is there. Ask it by its link."))
            return redirect("survey", public_id=survey.public_id)
        except DomainError as error:
            form.add_error("name", error.words)
    return render(request, "feedback/survey_new.html", {"form": form}, status=400 if form.errors else 200)


@require_GET
@require("feedback.view")
def survey_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The score with its interval, by month, by a trait, and the answers."""
    survey = get_object_or_404(Survey, public_id=public_id)
    rows = visible_answers(request.user, survey)
    held, by = rows.order_by(), request.GET.get("by", "").strip()[:100]
    groups = sorted(nps_by(held, by).items(), key=lambda pair: -pair[1].n)[:MOST_GROUPS] if by else []
    context = {
        "survey": survey,
        "nps": nps_of(held),
        "chart": month_chart(nps_by_month(held)),
        "by": by,
        "groups": groups,
    }
    return render_table(request, AnswerTable, rows, "feedback/survey.html", context)
