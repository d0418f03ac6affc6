"""The policies of the tenant: all of them, and one with its help, effect and history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from retention.common import clock
from retention.common.errors import DomainError
from tenants.governance.forms import PolicyForm
from tenants.governance.selectors.policies import history, policies_now, policy_now
from tenants.governance.services.policies import reset_policy, set_policy
from tenants.governance.words import as_text, by_group, change_in_words, changed_in_words, in_words, unit
from tenants.people.permissions import may, require
from tenants.policy_previews import preview_effects

SHOWN_CHANGES = 50


@require("policies.view")
def policy_list(request: HttpRequest) -> HttpResponse:
    """Every policy under its heading, with what holds now."""
    groups = [
        (group.label, [(policy, in_words(policy.spec, policy.value)) for policy in group.policies])
        for group in by_group(policies_now())
    ]
    return render(request, "governance/policies.html", {"groups": groups})


@require_http_methods(["GET"])
@require("policies.view")
def policy(request: HttpRequest, name: str) -> HttpResponse:
    """One policy: what it means, what holds, every change."""
    return _page(request, name, None)


@require_POST
@require("policies.edit")
def policy_change(request: HttpRequest, name: str) -> HttpResponse:
    """Show what a new value would change (`preview`), or set it."""
    found = policy_now(name)
    form = PolicyForm(request.POST, spec=found.spec)
    if not form.is_valid() or "preview" in request.POST:
        return _page(request, name, form)
    asked = form.cleaned_data
    try:
        revision = set_policy(
            name=name,
            value=asked["value"],
            reason=asked["reason"],
            seen=asked["seen"],
            actor=request.user,
            now=clock.now(),
        )
    except DomainError as error:
        form.add_error(None, error.words)
        return _page(request, name, form)
    messages.success(
        request, _("Saved; it holds from now on.") if revision else _("Nothing changed: it was so already.")
    )
    return redirect("policy", name=name)


@require_POST
@require("policies.edit")
def policy_reset(request: HttpRequest, name: str) -> HttpResponse:
    """Back to the default."""
    reset_policy(name=name, actor=request.user, now=clock.now())
    messages.success(request, _("The default holds again."))
    return redirect("policy", name=name)


def _page(request: HttpRequest, name: str, form: PolicyForm | None) -> HttpResponse:
    found = policy_now(name)
    changes = list(history(name)[:SHOWN_CHANGES])
    context: dict[str, Any] = {
        "policy": found,
        "value": in_words(found.spec, found.value),
        "default": in_words(found.spec, found.default),
        "unit": unit(found.spec),
        "changes": [change_in_words(found.spec, change) for change in changes],
        "may_edit": may(request.user, "policies.edit"),
    }
    if form is not None and form.is_valid():
        context["effects"] = preview_effects(name, form.cleaned_data["value"], user=request.user)
        context["changed"] = changed_in_words(found.spec, found.value, form.cleaned_data["value"])
        context["previewed"] = in_words(found.spec, form.cleaned_data["value"])
    initial = {"value": as_text(found.spec, found.value), "seen": changes[0].pk if changes else 0}
    context["form"] = form or PolicyForm(spec=found.spec, initial=initial)
    return render(request, "governance/policy.html", context, status=200)
