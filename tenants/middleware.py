"""Whose host is it? The first thing that a request asks, and the only place that answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_urlconf
from django.utils.translation import gettext_lazy as _

from retention.common.error_pages import refusal
from retention.common.errors import DomainError
from tenants.context import use_nobody, use_public, use_tenant
from tenants.enums import TenantStatus
from tenants.models import Tenant
from tenants.selectors.hosts import tenant_at

RETRY_SECONDS = 300
WORDS = {
    TenantStatus.PROVISIONING: (_("this place is being set up."), _("Try again in a few minutes.")),
    TenantStatus.FENCED: (_("this place is under repair. Nothing is lost."), _("Try again in a few minutes.")),
    TenantStatus.SUSPENDED: (_("this place is suspended. Nothing is lost."), _("Ask the operator of the platform.")),
    TenantStatus.DELETING: (_("this place is being deleted."), _("Ask the operator of the platform.")),
}


class TenantMiddleware:
    """Runs the rest of the request inside the tenant of its host, and leaves nobody in force after it.

    The platform's own hosts get the public doors under the public role. Probes and ingest (whose key names the
    tenant) answer on any host. Any other host is unknown: 404. A tenant that isn't active: 503 that says so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        with use_nobody():  # what a module makes while it is imported must belong to nobody
            for doors in (settings.ROOT_URLCONF, settings.PUBLIC_SCHEMA_URLCONF):
                import_module(doors)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host = request.get_host().rsplit(":", 1)[0].lower().rstrip(".")
        tenant = None if host in settings.PLATFORM_HOSTS else tenant_at(host)
        if tenant is None:
            return self._on_platform(request, host)
        if tenant.status != TenantStatus.ACTIVE:
            return _unavailable(request, tenant)
        request.tenant = tenant  # type: ignore[attr-defined]
        return self._inside(request, settings.ROOT_URLCONF, lambda: use_tenant(tenant))

    def _on_platform(self, request: HttpRequest, host: str) -> HttpResponseBase:
        if host not in settings.PLATFORM_HOSTS and not request.path.startswith(settings.ANY_HOST_PATHS):
            return _unknown_host()
        return self._inside(request, settings.PUBLIC_SCHEMA_URLCONF, use_public)

    def _inside(self, request: HttpRequest, doors: str, enter: Callable[[], Any]) -> HttpResponseBase:
        request.urlconf = doors
        set_urlconf(doors)
        with enter():
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            parts: Any = response.streaming_content
            response.streaming_content = _parts_inside(enter, iter(parts))
        return response


def _parts_inside(enter: Callable[[], Any], parts: Iterator[bytes]) -> Iterator[bytes]:
    """A streamed body is made after the request has left its tenant: each part enters it again."""
    while True:
        with enter():
            part = next(parts, None)
        if part is None:
            return
        yield part


def _unknown_host() -> HttpResponse:
    return HttpResponseNotFound("Nobody is at home at this address.", content_type="text/plain")


class _Unavailable(DomainError):
    status = 503


def _unavailable(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    state, mend = WORDS[TenantStatus(tenant.status)]
    response = refusal(request, _Unavailable(f"tenant_{tenant.status}", f"{tenant.name}: {state}", mend=str(mend)))
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
