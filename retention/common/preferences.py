"""A person's language and theme: kept on the person and in a cookie, so that signed-out pages follow too."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from retention.common.chrome import THEMES

YEAR = 365 * 24 * 3600


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak the posted `language` from now on."""
    language = request.POST.get("language", "")
    response = _back(request)
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        _remember(request, response, "language", language, settings.LANGUAGE_COOKIE_NAME)
    return response


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Wear the posted `theme` from now on."""
    theme = request.POST.get("theme", "")
    response = _back(request)
    if theme in THEMES:
        _remember(request, response, "theme", theme, "stay_theme")
    return response


def _remember(request: HttpRequest, response: HttpResponse, field: str, value: str, cookie: str) -> None:
    response.set_cookie(
        cookie, value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure(), path="/"
    )
    if request.user.is_authenticated:
        setattr(request.user, field, value)
        request.user.save(update_fields=[field])


def _back(request: HttpRequest) -> HttpResponse:
    """To the page on which the switch stood; never to another host."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if safe else "/")


urlpatterns = [
    path("preferences/language/", set_language, name="set-language"),
    path("preferences/theme/", set_theme, name="set-theme"),
]
