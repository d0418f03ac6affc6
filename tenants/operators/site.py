"""Django's admin for operators: on the platform's host, with a second factor, over the public schema alone."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tenants.models import Tenant
from tenants.operators.forms import OperatorSignInForm
from tenants.people.enums import RoleName


class OperatorSite(AdminSite):
    """Who isn't an operator sees the sign-in page and nothing else."""

    site_header = _("Stay: the platform")
    site_title = _("Stay operators")
    index_title = _("Tenants and messages")
    login_form = OperatorSignInForm
    login_template = "operators/sign_in.html"
    site_url = None
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        """An active operator, outside any tenant. Every session here began with the second factor."""
        user = request.user
        is_outside = not isinstance(getattr(request, "tenant", None), Tenant)
        return is_outside and user.is_active and getattr(user, "role", "") == RoleName.OPERATOR


operator_site = OperatorSite(name="operator")
