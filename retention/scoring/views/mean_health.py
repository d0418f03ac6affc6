"""The page of the mean health of all customers or accounts: why it changed between two days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from retention.common import clock
from retention.customers.models import Account
from retention.customers.selectors.lists import counted_customers
from retention.customers.selectors.scopes import visible_accounts, visible_customers
from retention.scoring.forms import DaysForm
from retention.scoring.selectors.mean_words import tell_mean_change
from retention.scoring.services.mean_change import MeanChange, mean_change_of_accounts, mean_change_of_customers
from retention.scoring.views.health import usual_days
from tenants.context import current_tenant
from tenants.enums import Business
from tenants.people.permissions import may, require

Between = Callable[[date, date, str], MeanChange]
KINDS = ("customers", "accounts")


@require("scores.view")
def mean_health(request: HttpRequest) -> HttpResponse:
    """``?of=accounts`` or ``customers``; usual is what the tenant's business goes by."""
    usual = "accounts" if current_tenant().business == Business.SOFTWARE else "customers"
    kinds = [kind for kind in KINDS if may(request.user, f"{kind}.view")]
    asked = request.GET.get("of", usual)
    kind = asked if asked in kinds else next(iter(kinds), "")
    context = {"kind": kind, "kinds": kinds, **asked_change(request, _between(request, kind))}
    return render(request, "scoring/mean_health.html", context)


def _between(request: HttpRequest, kind: str) -> Between:
    def accounts(first: date, last: date, zone: str) -> MeanChange:
        mine = visible_accounts(Account.objects.order_by("pk"), request.user)
        return mean_change_of_accounts(list(mine.values_list("pk", flat=True)), first, last, zone)

    def customers(first: date, last: date, zone: str) -> MeanChange:
        mine = (
            visible_customers(counted_customers().order_by("pk"), request.user) if kind else counted_customers().none()
        )
        return mean_change_of_customers(list(mine.values_list("pk", flat=True)), first, last, zone)

    return accounts if kind == "accounts" else customers


def asked_change(request: HttpRequest, between: Between) -> dict[str, Any]:
    """The form, and once it was sent what it asked for: many are computed anew, so nobody waits unasked."""
    zone = current_tenant().timezone
    first, last = usual_days(zone)
    asked = {"first": request.GET.get("first", first.isoformat()), "last": request.GET.get("last", last.isoformat())}
    form = DaysForm(asked, today=clock.today(zone))
    if "first" not in request.GET or not form.is_valid():
        return {"form": form, "told": None}
    change = between(form.cleaned_data["first"], form.cleaned_data["last"], zone)
    return {"form": form, "told": tell_mean_change(change)}
