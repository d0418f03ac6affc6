"""Django's admin for operators: on the platform's host, with a second factor, over the public schema alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from retention.common import clock
from retention.common.errors import DomainError
from tenants.models import Tenant
from tenants.operators.forms import OperatorSignInForm, SendingForm
from tenants.people.enums import RoleName
from tenants.selectors.platform import sending_state
from tenants.services.sending import count_due, resume_all_sending, stop_all_sending


class OperatorSite(AdminSite):
    """Who isn't an operator sees the sign-in page and nothing else."""

    site_header = _("Stay: the platform")
    site_title = _("Stay operators")
    index_title = _("Tenants and messages")
    login_form = OperatorSignInForm
    login_template = "operators/sign_in.html"
    index_template = "operators/index.html"
    site_url = None
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        """An active operator, outside any tenant. Every session here began with the second factor."""
        user = request.user
        is_outside = not isinstance(getattr(request, "tenant", None), Tenant)
        return is_outside and user.is_active and getattr(user, "role", "") == RoleName.OPERATOR

    def get_urls(self) -> list[Any]:
        """The rows' pages, and the one that stops all sending."""
        return [path("sending/", self.admin_view(self.sending), name="sending"), *super().get_urls()]

    def sending(self, request: HttpRequest) -> HttpResponse:
        """Whether the platform's messages go out, what waits, and the switch."""
        form = SendingForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                self._turn(request, **form.cleaned_data)
            except DomainError as error:
                form.add_error("due", gettext("Say what becomes of what is due."))
                messages.error(request, error.message)
            else:
                return HttpResponseRedirect(reverse("operator:sending"))
        context = self.each_context(request) | {
            "title": gettext("Sending to customers"),
            "form": form,
            "state": sending_state(),
            "due": count_due(now=clock.now()),
        }
        return TemplateResponse(request, "operators/sending.html", context, status=400 if form.errors else 200)

    def _turn(self, request: HttpRequest, *, turn: str, why: str, due: str) -> None:
        if turn == "off":
            stop_all_sending(actor=request.user, now=clock.now(), why=why)
            messages.success(request, gettext("Stopped. Within two seconds nothing new goes out."))
            return
        held = resume_all_sending(actor=request.user, now=clock.now(), due=due or None)
        words = gettext("Sending goes on. Held for good: %(count)s.") % {"count": sum(held.values())}
        messages.success(request, words)


operator_site = OperatorSite(name="operator")
