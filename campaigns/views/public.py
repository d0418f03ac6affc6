"""The doors that a customer opens from a message, without signing in: preferences, unsubscribe, why.

A link holds its own right: it was signed for one tenant, one door and one customer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns.forms_public import PreferenceForm
from campaigns.links import Bearer, Door, path_of, read_token
from campaigns.selectors.preferences import choices_of
from campaigns.selectors.why import explain_message
from campaigns.services.preferences import Origin, save_choices, unsubscribe
from campaigns.templating.values import language_of
from retention.common import clock
from retention.common.errors import NotFound
from retention.customers.enums import Channel
from tenants.limits import hit

P = ParamSpec("P")
PER_CUSTOMER, PER_NETWORK, SECONDS = 30, 120, 60
"""Mail providers unsubscribe for many people from one network: only wrong links are counted by network."""


def of_bearer(door: Door) -> Callable[..., Callable[..., HttpResponse]]:
    """Decorate a page of `door`: the link becomes its bearer, in the bearer's language, within the limits."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, Bearer, P], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                bearer = read_token(door, token)
            except NotFound:
                network = get_adapter(request).get_client_ip(request)
                if not _within("customer-link-wrong", network, PER_NETWORK):
                    return _too_often(request)
                raise
            if not _within(f"customer-link-{door}", str(bearer.customer.public_id), PER_CUSTOMER):
                return _too_often(request)
            _speak_to(request, bearer)
            response = view(request, bearer, *args, **kwargs)
            response.headers["Referrer-Policy"] = (
                "same-origin"  # none at all would make Origin null, which CSRF refuses
            )
            response.headers["X-Robots-Tag"] = "noindex"
            return response

        return never_cache(guarded)

    return decorate


@require_http_methods(["GET", "HEAD", "POST"])
@of_bearer("preferences")
def preferences(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """How often, which content, which channel, or off."""
    held = choices_of(bearer.customer)
    form = PreferenceForm(request.POST if request.method == "POST" else None, held=held)
    if request.method == "POST" and form.is_valid():
        origin = Origin("preference page", bearer.channel, bearer.message)
        save_choices(customer=bearer.customer, choices=form.choices(), origin=origin, now=clock.now())
        return redirect(f"{request.path}?saved=1")
    context = {"form": form, "held": held, "is_saved": "saved" in request.GET}
    return render(request, "campaigns/public/preferences.html", context | _links(request, bearer))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@of_bearer("unsubscribe")
def one_click(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """RFC 8058: a POST turns the channel off, by whoever holds the link; a GET only shows the button."""
    context = _links(request, bearer) | {"channel": _channel(bearer)}
    if request.method == "POST":
        origin = Origin("unsubscribe link", bearer.channel, bearer.message)
        unsubscribe(customer=bearer.customer, origin=origin, now=clock.now())
        return render(request, "campaigns/public/unsubscribed.html", context)
    return render(request, "campaigns/public/unsubscribe.html", context)


@require_http_methods(["GET", "HEAD"])
@of_bearer("why")
def why_this(request: HttpRequest, bearer: Bearer) -> HttpResponse:
    """Why the message that the link came with was sent."""
    context = {"why": explain_message(bearer.customer, bearer.message)}
    return render(request, "campaigns/public/why.html", context | _links(request, bearer))


def _links(request: HttpRequest, bearer: Bearer) -> dict[str, object]:
    found = {"channel": bearer.channel, "message": bearer.message}
    return {"preferences_url": path_of("preferences", bearer.customer.public_id, **found)}


def _channel(bearer: Bearer) -> str:
    return str(Channel(bearer.channel).label) if bearer.channel in Channel.values else ""


def _speak_to(request: HttpRequest, bearer: Bearer) -> None:
    """In the language that was chosen in this browser, else the customer's own."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(language_of(bearer.customer.language))
        request.LANGUAGE_CODE = translation.get_language()


def _within(purpose: str, key: str, at_most: int) -> bool:
    return hit(purpose, key, at_most=at_most, seconds=SECONDS)


def _too_often(request: HttpRequest) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = str(SECONDS)
    return response
