"""Who has how much to do, and a whole portfolio handed over: in numbers first, then for good."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from retention.common import clock
from retention.common.errors import DomainError
from retention.common.formats import number
from retention.success.forms import HandOverForm
from retention.success.selectors.load import loads
from retention.success.services.handing_over import count_moved, hand_over
from tenants.context import current_tenant
from tenants.people.models import User
from tenants.people.permissions import may, require


@require_GET
@require("success.view")
def load_page(request: HttpRequest) -> HttpResponse:
    """Accounts, money and open tasks of each CSM and each consultant."""
    roles = [("csm", _("CSM")), ("consultant", _("Consultant"))]
    today = clock.today(current_tenant().timezone)
    groups = [(role, label, loads(request.user, role, today=today)) for role, label in roles]  # type: ignore[arg-type]
    context = {"groups": groups, "may_hand_over": may(request.user, "portfolio.hand_over")}
    return render(request, "success/load.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require("portfolio.hand_over")
def hand_over_page(request: HttpRequest) -> HttpResponse:
    """What would move; and, once that was seen, move it."""
    form = HandOverForm(request.POST or None, initial=request.GET.dict())
    moved = None
    if request.method == "POST" and form.is_valid():
        try:
            given, actor = form.cleaned_data, cast("User", request.user)
            moved = count_moved(role=given["role"], leaver=given["leaver"], actor=actor)
            if request.POST.get("seen") == str(moved.accounts):
                return _hand_over(request, form)
        except DomainError as error:
            form.add_error(None, error.words)
    context = {"form": form, "moved": moved}
    return render(request, "success/hand_over.html", context, status=400 if form.errors else 200)


def _hand_over(request: HttpRequest, form: HandOverForm) -> HttpResponse:
    given, actor = form.cleaned_data, cast("User", request.user)
    taker = User.objects.get(public_id=given["taker"])
    moved = hand_over(
        role=given["role"], leaver=given["leaver"], taker=taker, why=given["why"], actor=actor, now=clock.now()
    )
    words = _("%(person)s has taken over. Accounts: %(accounts)s. Open tasks: %(tasks)s. Renewals: %(renewals)s.")
    counts = {"accounts": moved.accounts, "tasks": moved.tasks, "renewals": moved.renewals}
    shown = {name: number(count) for name, count in counts.items()}
    messages.success(request, words % {"person": taker, **shown})
    return redirect("load")
