"""What every page needs to know of its reader, and how a refusal reaches them."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation

from retention.common.error_pages import refusal
from retention.common.refusals import refusal_of

GetResponse = Callable[[HttpRequest], HttpResponse]


class ReaderMiddleware:
    """Speak the reader's language and tell time in the tenant's zone. After authentication."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "") or self._default(request)
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        zone = getattr(getattr(request, "tenant", None), "timezone", "")
        with timezone.override(zone or None):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response

    @staticmethod
    def _default(request: HttpRequest) -> str:
        """The tenant's language for those who never chose and whose browser asks for neither."""
        asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or request.headers.get("Accept-Language", "")
        return "" if asked else getattr(getattr(request, "tenant", None), "language", "")


class RefusalMiddleware:
    """What a page refused and did not turn into a form error becomes a page that says how to mend it.

    A form that was refused, or a preview, stands at an address that only takes answers: who comes there by another
    road, as by a change of the language or from a bookmark, is led to the page above it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and _is_visit(request):
            return HttpResponseRedirect(request.path.rstrip("/").rpartition("/")[0] + "/")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        error = refusal_of(exception)
        return refusal(request, error) if error else None


def _is_visit(request: HttpRequest) -> bool:
    """Whether a person's browser asks for a page."""
    return (
        request.method == "GET"
        and "text/html" in request.headers.get("Accept", "")
        and not getattr(request, "htmx", False)
    )
