"""What every page needs to know of its reader, and how a refusal reaches them."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
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
    """What a page refused and did not turn into a form error becomes a page that says how to mend it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        error = refusal_of(exception)
        return refusal(request, error) if error else None
