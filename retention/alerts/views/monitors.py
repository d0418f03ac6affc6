"""The pages of monitors: what each reads, when it would have fired, and how it is set."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from retention.alerts.detectors import detectors
from retention.alerts.forms import MonitorForm
from retention.alerts.models import MonitorReading
from retention.alerts.selectors.monitors import MonitorCard, monitor_cards
from retention.alerts.selectors.page import rules_behind
from retention.alerts.services.monitors import Settings, change_monitor, monitor_of
from retention.common import clock
from tenants.people.permissions import may, require


@require("alerts.view")
def monitor_list(request: HttpRequest) -> HttpResponse:
    """Each monitor with value, threshold, sample and its last twelve weeks."""
    context = {
        "cards": monitor_cards(),
        "as_of": MonitorReading.objects.order_by("-as_of").values_list("as_of", flat=True).first(),
        "may_edit": may(request.user, "alerts.edit"),
    }
    return render(request, "alerts/monitors.html", context)


@require("alerts.edit")
def monitor_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Whose it is, how urgent, what it sets going; its numbers are policies."""
    card = _card(code)
    if request.method == "POST":
        form = MonitorForm(request.POST)
        if form.is_valid():
            row = monitor_of(card.detector)
            change_monitor(monitor=row, settings=Settings(**form.cleaned_data), actor=request.user, now=clock.now())
            messages.success(request, _("“%s” is saved.") % card.detector.label)
            return redirect("monitors")
    else:
        names = ("enabled", "urgency", "owner_role", "responses")
        form = MonitorForm(initial={name: getattr(card.monitor, name) for name in names})
    context = {"form": form, "card": card, "rules": rules_behind(card)}
    return render(request, "alerts/monitor.html", context, status=400 if form.errors else 200)


def _card(code: str) -> MonitorCard:
    if code not in detectors:
        raise Http404
    return next(card for card in monitor_cards() if card.detector.code == code)
