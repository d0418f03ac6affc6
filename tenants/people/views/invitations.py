"""Invite, withdraw, and the page behind an invitation's link."""

from __future__ import annotations

from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from retention.common import clock
from retention.common.errors import DomainError, NotFound
from tenants.limits import hit
from tenants.people.confirmation import confirm_first
from tenants.people.forms import AcceptForm, InviteForm
from tenants.people.models import Invitation
from tenants.people.permissions import require
from tenants.people.services.invitations import (
    accept_invitation,
    find_invitation,
    invite_person,
    withdraw_invitation,
)
from tenants.people.views.common import one_of, show_refusal, signed_in


@require_http_methods(["GET", "POST"])
@require("people.manage")
@confirm_first
def invite(request: HttpRequest) -> HttpResponse:
    """Send an invitation; the link is shown too, for when mail is slow."""
    form = InviteForm(request.POST or None, initial={"role": "viewer"})
    if request.method == "POST" and form.is_valid():
        try:
            invited = invite_person(
                actor=signed_in(request),
                now=clock.now(),
                base_url=f"{request.scheme}://{request.get_host()}",
                **form.cleaned_data,
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            return render(request, "people/invited.html", {"invited": invited})
    return render(request, "people/invite.html", {"form": form})


@require_POST
@require("people.manage")
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make a link worthless."""
    invitation = one_of(Invitation.objects.all(), public_id)
    withdraw_invitation(invitation=invitation, actor=signed_in(request), now=clock.now())
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("people")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The invited person chooses a name and a password; then they sign in. Guessing is limited."""
    if not hit("invitation", get_adapter(request).get_client_ip(request), at_most=30, seconds=60):
        raise NotFound("too_many", _("Too many tries."), mend=_("Wait a minute and open the link again."))
    invitation = find_invitation(token, now=clock.now())
    form = AcceptForm(request.POST or None, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        try:
            accept_invitation(token=token, now=clock.now(), **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Welcome. Sign in with your new password."))
            return redirect("account_login")
    return render(request, "people/accept.html", {"form": form, "invitation": invitation})
