"""Whoever must have a second factor gets nowhere before it is set up."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from tenants.context import connection
from tenants.models import Tenant
from tenants.people.models import User
from tenants.people.services.second_factor import has_second_factor, needs_second_factor

GetResponse = Callable[[HttpRequest], HttpResponse]
SIGN_IN = ("login", "logout", "inactive", "reauthenticate", "password", "second-factor")
"""What allauth serves under /accounts/, where the list of accounts lies too."""
OPEN_PREFIXES = (*(f"/accounts/{page}/" for page in SIGN_IN), "/preferences/", "/static/", "/livez", "/readyz")
ENROLLED = "second_factor_enrolled"


class SecondFactorMiddleware:
    """Leads to the set-up page until the factor is there. After authentication, in tenants only."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._is_missing(request):
            if request.path.startswith(("/api/", "/v1/")):
                problem = {
                    "type": "about:blank",
                    "title": "Second factor required",
                    "status": 403,
                    "code": "second_factor_required",
                    "mend": "Set up the second factor in the browser, or use an API key.",
                }
                return JsonResponse(problem, status=403, content_type="application/problem+json")
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)

    @staticmethod
    def _is_missing(request: HttpRequest) -> bool:
        """Once seen, the factor is remembered in the session: it can't be taken off by who needs it."""
        person = request.user
        if not isinstance(person, User) or not isinstance(connection.tenant, Tenant):
            return False
        if request.path.startswith(OPEN_PREFIXES) or request.session.get(ENROLLED):
            return False
        if not needs_second_factor(person):
            return False
        if has_second_factor(person):
            request.session[ENROLLED] = True
            return False
        return True
