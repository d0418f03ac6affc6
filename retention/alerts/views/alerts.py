"""The pages of alerts: the list with its matrix, one alert, and what people do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from retention.alerts.forms import ResolveForm, RespondForm, SnoozeForm, TakeForm
from retention.alerts.models import Alert, Response
from retention.alerts.selectors.lists import living_alerts, matrix_cells, running_clocks, shown
from retention.alerts.selectors.page import alert_page_context
from retention.alerts.selectors.scopes import visible_alerts
from retention.alerts.services import working
from retention.alerts.services.responding import retry_response, start_response
from retention.alerts.tables import AlertTable
from retention.common import clock
from retention.common.errors import DomainError
from retention.common.tables import render_table
from tenants.people.models import User
from tenants.people.permissions import may, require
from tenants.policies import policy_value


@require("alerts.view")
def alert_list(request: HttpRequest) -> HttpResponse:
    """Urgency × reach with counts, clocks that run, and the list."""
    alerts = shown(visible_alerts(Alert.objects.all(), request.user))
    living = living_alerts(request.user)
    context: dict[str, Any] = {}
    if not getattr(request, "htmx", None):
        context = {
            "matrix": matrix_cells(living, cast("dict[str, float]", policy_value("alerts.matrix"))),
            "clocks": running_clocks(living, now=clock.now()),
        }
    return render_table(request, AlertTable, alerts, "alerts/list.html", context)


@require("alerts.view")
def alert_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One alert: what was found and why it fired, who is affected, what to do, what happened."""
    return _page(request, find_alert(request, public_id))


@require_POST
@require("alerts.work")
def alert_acknowledge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take it, or give it to the colleague named."""

    def act(alert: Alert, cleaned: dict[str, Any], person: User, now: datetime) -> str:
        taker = get_object_or_404(User, public_id=cleaned["person"], is_active=True)
        working.acknowledge(alert=alert, person=taker, actor=person, now=now)
        return _("%(person)s has taken it.") % {"person": taker}

    return _act(request, public_id, TakeForm, act)


@require_POST
@require("alerts.work")
def alert_snooze(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put it off until a day, for a reason."""

    def act(alert: Alert, cleaned: dict[str, Any], person: User, now: datetime) -> str:
        working.snooze(alert=alert, person=person, actor=person, now=now, **cleaned)
        return _("It is put off and will come back by itself.")

    return _act(request, public_id, SnoozeForm, act)


@require_POST
@require("alerts.work")
def alert_resolve(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close it with its cause."""

    def act(alert: Alert, cleaned: dict[str, Any], person: User, now: datetime) -> str:
        working.resolve(alert=alert, person=person, actor=person, now=now, **cleaned)
        return _("It is resolved.")

    return _act(request, public_id, ResolveForm, act)


@require_POST
@require("alerts.work")
def alert_reopen(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open it again."""

    def act(alert: Alert, cleaned: dict[str, Any], person: User, now: datetime) -> str:
        working.reopen(alert=alert, person=person, actor=person, now=now)
        return _("It is open again.")

    return _act(request, public_id, forms.Form, act)


@require_POST
@require("alerts.work")
def alert_respond(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Set a response going by hand."""

    def act(alert: Alert, cleaned: dict[str, Any], person: User, now: datetime) -> str:
        done = start_response(alert=alert, choice=cleaned["choice"], actor=person, now=now)
        return _("It is done.") if done else _("It failed: see why below.")

    return _act(request, public_id, RespondForm, act)


@require_POST
@require("alerts.work")
def response_retry(request: HttpRequest, public_id: UUID, response: int) -> HttpResponse:
    """Try a failed response again."""

    def act(alert: Alert, cleaned: dict[str, Any], person: User, now: datetime) -> str:
        row = get_object_or_404(Response, pk=response, alert=alert)
        done = retry_response(response=row, actor=person, now=now)
        return _("It is done.") if done else _("It failed again: see why below.")

    return _act(request, public_id, forms.Form, act)


def find_alert(request: HttpRequest, public_id: UUID) -> Alert:
    """The alert, when this person may see it, else 404."""
    return get_object_or_404(shown(visible_alerts(Alert.objects.all(), request.user)), public_id=public_id)


Act = Callable[[Alert, dict[str, Any], User, datetime], str]


def _act(request: HttpRequest, public_id: UUID, form_class: type[forms.Form], act: Act) -> HttpResponse:
    """Do it and show the alert as it is now: the part that HTMX swaps, or the whole page."""
    alert, form = find_alert(request, public_id), form_class(request.POST)
    if not form.is_valid():
        problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return _page(request, alert, problem=problem, status=400)
    try:
        said = act(alert, form.cleaned_data, cast("User", request.user), clock.now())
    except DomainError as error:
        return _page(request, find_alert(request, public_id), problem=error.words, status=error.status)
    if getattr(request, "htmx", None):
        return _page(request, find_alert(request, public_id), said=said)
    messages.success(request, said)
    return redirect("alert", public_id=public_id)


def _page(request: HttpRequest, alert: Alert, *, problem: str = "", said: str = "", status: int = 200) -> HttpResponse:
    htmx = bool(getattr(request, "htmx", None))
    context = alert_page_context(alert, now=clock.now()) | {
        "may_work": may(request.user, "alerts.work"),
        "take_form": TakeForm(initial={"person": str(cast("User", request.user).public_id)}),
        "snooze_form": SnoozeForm(),
        "resolve_form": ResolveForm(),
        "respond_form": RespondForm(),
        "problem": problem,
        "said": said,
    }
    template = "alerts/_body.html" if htmx else "alerts/alert.html"
    return render(request, template, context, status=200 if htmx else status)
