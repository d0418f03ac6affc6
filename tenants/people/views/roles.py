"""Custom roles: a name and its permissions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from retention.common import clock
from retention.common.errors import DomainError
from tenants.people.confirmation import confirm_first
from tenants.people.forms import READY_ROLES, CustomRoleForm
from tenants.people.models import Role
from tenants.people.permissions import permissions, require
from tenants.people.selectors.people import all_roles
from tenants.people.services.roles import delete_role, save_role
from tenants.people.views.common import one_of, show_refusal, signed_in


@require("people.manage")
def role_list(request: HttpRequest) -> HttpResponse:
    """What the ready roles hold, and the custom ones."""
    table = [(permission, [value in permission.roles for value, _label in READY_ROLES]) for permission in permissions]
    return render(
        request, "people/roles.html", {"roles": all_roles(), "ready_roles": READY_ROLES, "permission_rows": table}
    )


@require_http_methods(["GET", "POST"])
@require("people.manage")
@confirm_first
def role_new(request: HttpRequest) -> HttpResponse:
    """Make a role."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@require("people.manage")
@confirm_first
def role_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a role; everybody who has it feels it at once."""
    return _edit(request, one_of(all_roles(), public_id))


@require_POST
@require("people.manage")
@confirm_first
def role_delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Remove a role that nobody has."""
    delete_role(role=one_of(Role.objects.all(), public_id), actor=signed_in(request), now=clock.now())
    messages.success(request, _("The role is deleted."))
    return redirect("roles")


def _edit(request: HttpRequest, role: Role | None) -> HttpResponse:
    person = signed_in(request)
    initial = {"name": role.name, "codes": role.codes} if role else {}
    form = CustomRoleForm(request.POST or None, initial=initial, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            save_role(role=role, actor=person, now=clock.now(), **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The role is saved."))
            return redirect("roles")
    return render(request, "people/role.html", {"form": form, "role": role})
