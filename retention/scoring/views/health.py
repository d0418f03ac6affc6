"""The page of one health over time: what each run made of it, and why it changed between two days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from retention.common import clock
from retention.common.errors import DomainError
from retention.customers.models import Account
from retention.customers.selectors.lists import counted_customers
from retention.customers.selectors.scopes import visible_accounts, visible_customers
from retention.customers.tables import account_url, customer_url
from retention.scoring.forms import DaysForm
from retention.scoring.selectors.current import current_run
from retention.scoring.selectors.health_history import health_history
from retention.scoring.selectors.why_words import Told, tell_change
from retention.scoring.services.health_sides import AccountSubject, CustomerSubject, Subject
from retention.scoring.services.why_changed import why_changed
from tenants.context import current_tenant
from tenants.people.permissions import require

USUAL_DAYS = 28


@require("scores.view")
@require("customers.view")
def customer_health(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Why a customer's health changed."""
    customer = get_object_or_404(visible_customers(counted_customers(), request.user), public_id=public_id)
    whose = {"whose": customer, "back": customer_url(customer)}
    return render(request, "scoring/health.html", {**whose, **_context(request, CustomerSubject(customer))})


@require("scores.view")
@require("accounts.view")
def account_health(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Why an account's health changed."""
    account = get_object_or_404(visible_accounts(Account.objects.all(), request.user), public_id=public_id)
    whose = {"whose": account, "back": account_url(account)}
    return render(request, "scoring/health.html", {**whose, **_context(request, AccountSubject(account))})


def usual_days(zone: str) -> tuple[date, date]:
    """The day of the run in force, or the last complete one, and the same weekday four weeks before."""
    run = current_run()
    last = clock.last_complete_day(zone) if run is None else run.as_of
    return last - timedelta(days=USUAL_DAYS), last


def _context(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    zone = current_tenant().timezone
    first, last = usual_days(zone)
    since = subject.known_since()
    if since is not None and first < since < last:
        first = since
    asked = {"first": request.GET.get("first", first.isoformat()), "last": request.GET.get("last", last.isoformat())}
    form = DaysForm(asked, today=clock.today(zone))
    history = health_history(subject)
    if not form.is_valid():
        return {"form": form, "told": None, "history": history}
    try:
        told: Told | None = _told(subject, form.cleaned_data["first"], form.cleaned_data["last"], zone)
    except DomainError as error:
        return {"form": form, "told": None, "refusal": error, "history": history}
    return {"form": form, "told": told, "history": history}


def _told(subject: Subject, first: date, last: date, zone: str) -> Told:
    return tell_change(why_changed(subject, subject.side(first, zone), subject.side(last, zone)))
