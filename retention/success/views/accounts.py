"""The portfolio, the ends of terms, and what is written down about an account."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from retention.common import clock
from retention.common.errors import DomainError
from retention.common.tables import render_table
from retention.customers.models import Account
from retention.customers.selectors.scopes import visible_accounts
from retention.success.enums import RenewalStatus
from retention.success.forms import DecideForm, NextStepForm
from retention.success.models import Renewal
from retention.success.selectors.renewals import portfolio, visible_renewals
from retention.success.services.notes import note_meeting, rate_account
from retention.success.services.renewals import decide, plan_next_step
from retention.success.tables import PortfolioTable, RenewalTable
from tenants.people.models import User
from tenants.people.permissions import may, require


@require_GET
@require("success.view")
def portfolio_page(request: HttpRequest) -> HttpResponse:
    """Every account with health, end of term, money, and both tracks."""
    return render_table(request, PortfolioTable, portfolio(request.user, now=clock.now()), "success/portfolio.html")


@require_GET
@require("success.view")
def renewal_list(request: HttpRequest) -> HttpResponse:
    """The ends of terms."""
    return render_table(request, RenewalTable, visible_renewals(request.user), "success/renewals.html")


@require_GET
@require("success.view")
def renewal_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One end of a term: what is at stake, what comes next, what became of it."""
    renewal = _find(request, public_id)
    initial = {"next_step": renewal.next_step, "next_step_on": renewal.next_step_on}
    context = {
        "renewal": renewal,
        "contract": renewal.contract,
        "is_open": renewal.status == RenewalStatus.OPEN,
        "decide_form": DecideForm(),
        "step_form": NextStepForm(initial=initial),
        "may_work": may(request.user, "tasks.work"),
    }
    return render(request, "success/renewal.html", context)


@require_POST
@require("tasks.work")
def renewal_decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What became of it."""
    renewal, form = _find(request, public_id), DecideForm(request.POST)
    if not form.is_valid():
        _say_errors(request, form.errors.values())
        return redirect("renewal", public_id=public_id)
    try:
        decide(renewal=renewal, actor=cast("User", request.user), now=clock.now(), **form.cleaned_data)
        messages.success(request, _("Kept."))
    except DomainError as error:
        messages.error(request, error.words)
    return redirect("renewal", public_id=public_id)


@require_POST
@require("tasks.work")
def renewal_plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What comes next."""
    renewal, form = _find(request, public_id), NextStepForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        plan_next_step(
            renewal=renewal,
            step=given["next_step"],
            on=given["next_step_on"],
            actor=cast("User", request.user),
            now=clock.now(),
        )
        messages.success(request, _("Kept."))
    else:
        _say_errors(request, form.errors.values())
    return redirect("renewal", public_id=public_id)


@require_POST
@require("tasks.work")
def account_note(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A note, a meeting, or how the CSM feels about it."""
    account = get_object_or_404(visible_accounts(Account.objects.all(), request.user), public_id=public_id)
    user, now, words = cast("User", request.user), clock.now(), request.POST.get("summary", "")
    try:
        if rating := request.POST.get("rating", ""):
            if not rating.isdecimal():
                raise DomainError("pulse_incomplete", _("A rating is a number."), mend=_("Choose 1 to 5."))
            rate_account(account=account, rating=int(rating), reason=words, actor=user, now=now)
        held = request.POST.get("held") == "on"
        if held or not rating:
            note_meeting(account=account, summary=words, held=held, actor=user, now=now)
        messages.success(request, _("Written down."))
    except DomainError as error:
        messages.error(request, error.words)
    return redirect("account", public_id=public_id)


def _find(request: HttpRequest, public_id: UUID) -> Renewal:
    return get_object_or_404(visible_renewals(request.user), public_id=public_id)


def _say_errors(request: HttpRequest, found: object) -> None:
    messages.error(request, " ".join(str(error) for errors in found for error in errors))  # type: ignore[attr-defined]
