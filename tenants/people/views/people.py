"""People of the tenant: the list, one person's role, and who may still come in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from retention.common import clock
from retention.common.errors import DomainError
from retention.common.tables import render_table
from tenants.people.confirmation import confirm_changes, confirm_first
from tenants.people.forms import RoleForm
from tenants.people.models import User
from tenants.people.permissions import require
from tenants.people.selectors.people import everybody, open_invitations_now
from tenants.people.services.roles import change_role, deactivate_person, reactivate_person
from tenants.people.services.second_factor import drop_second_factor, has_second_factor
from tenants.people.tables import PeopleTable
from tenants.people.views.common import one_of, show_refusal, signed_in


@require("people.manage")
def people_list(request: HttpRequest) -> HttpResponse:
    """Everybody, and who is invited."""
    context = {"invitations": open_invitations_now(clock.now())}
    return render_table(request, PeopleTable, everybody(), "people/list.html", context)


@require_http_methods(["GET", "POST"])
@require("people.manage")
@confirm_changes
def person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One person: read, and change the role."""
    found = one_of(User.objects.select_related("custom_role"), public_id)
    form = RoleForm(
        request.POST or None,
        initial={
            "role": found.role,
            "custom_role": found.custom_role and found.custom_role.public_id,
            "own_accounts_only": found.own_accounts_only,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_role(person=found, actor=signed_in(request), now=clock.now(), **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The role is changed; it holds from the next click on."))
            return redirect("person", public_id=public_id)
    context = {"person": found, "form": form, "has_second_factor": has_second_factor(found)}
    return render(request, "people/person.html", context)


@require_POST
@require("people.manage")
@confirm_first
def deactivate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Lock out."""
    found = one_of(User.objects.all(), public_id)
    deactivate_person(person=found, actor=signed_in(request), now=clock.now())
    messages.success(request, _("%(name)s can’t sign in any more.") % {"name": found})
    return redirect("person", public_id=public_id)


@require_POST
@require("people.manage")
@confirm_first
def reactivate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let in again."""
    found = one_of(User.objects.all(), public_id)
    reactivate_person(person=found, actor=signed_in(request), now=clock.now())
    messages.success(request, _("%(name)s can sign in again.") % {"name": found})
    return redirect("person", public_id=public_id)


@require_POST
@require("people.manage")
@confirm_first
def drop_factor(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """For somebody who lost their phone."""
    found = one_of(User.objects.all(), public_id)
    drop_second_factor(person=found, actor=signed_in(request), now=clock.now())
    messages.success(request, _("%(name)s sets up a second factor at the next log-in.") % {"name": found})
    return redirect("person", public_id=public_id)
