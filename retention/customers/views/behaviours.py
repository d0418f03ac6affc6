"""The behaviour map: which events come in, what each means, and which feed is missing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from retention.common import clock
from retention.common.errors import DomainError
from retention.customers.enums import Behaviour
from retention.customers.selectors.behaviours import event_names
from retention.customers.services.behaviours import refresh_progress, set_behaviour
from tenants.context import current_tenant
from tenants.people.permissions import may, require


@require("customers.view")
def behaviour_list(request: HttpRequest) -> HttpResponse:
    """All names, those that nobody mapped first."""
    day = clock.last_complete_day(current_tenant().timezone)
    names = event_names(day)
    context = {
        "names": names,
        "unmapped": sum(not name.behaviour for name in names),
        "day": day,
        "choices": Behaviour.choices,
        "may_edit": may(request.user, "behaviours.edit"),
        **_progress(),
    }
    return render(request, "behaviours/list.html", context)


@require("customers.view")
def behaviour_progress(request: HttpRequest) -> HttpResponse:
    """How far the states are after a change."""
    return render(request, "behaviours/_progress.html", _progress())


@require_POST
@require("behaviours.edit")
def behaviour_set(request: HttpRequest) -> HttpResponse:
    """Say what one name means."""
    name = request.POST.get("name", "")[:200]
    user: Any = request.user
    try:
        if set_behaviour(name=name, behaviour=request.POST.get("behaviour", ""), actor=user, now=clock.now()):
            messages.success(request, _("“%s” means something else from now on, for the past too.") % name)
    except DomainError as error:
        messages.error(request, error.words)
    return redirect("behaviours")


def _progress() -> dict[str, Any]:
    share = refresh_progress()
    return {"is_refreshing": share is not None, "percent": round((share or 0) * 100)}
