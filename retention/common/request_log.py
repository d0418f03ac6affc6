"""One line in the log for each request, by its route: an address may hold a token or somebody's name."""

from __future__ import annotations

import time
from typing import cast

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

from retention.common.ids import uuid7


class RequestLogMiddleware(RequestMiddleware):
    """Outside everything else. The answer names the request's id, so that a reader can quote it."""

    async_capable = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        request_id = str(uuid7())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = cast(HttpResponse, self.get_response(request))
        tenant = getattr(request, "tenant", None)
        structlog.contextvars.bind_contextvars(
            tenant=getattr(tenant, "slug", None), milliseconds=round((time.monotonic() - began) * 1000)
        )
        self.handle_response(request, response)
        response.headers["X-Request-ID"] = request_id
        return response

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and route, such as ``GET customers/<uuid:public_id>/``; the library would write the address."""
        match = getattr(request, "resolver_match", None)
        return f"{request.method} {'/' + match.route if match else '(no such page)'}"
