"""Pages that a customer opens from a message, without signing in: the link holds its own right."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache

from retention.common.errors import NotFound
from retention.customers.languages import language_of
from retention.customers.models import Customer
from tenants.limits import hit

PER_CUSTOMER, PER_NETWORK, SECONDS = 30, 120, 60
"""Mail providers open links for many people from one network: only wrong links are counted by network."""


class Held(Protocol):
    """What a link says: at least whose it is."""

    @property
    def customer(self) -> Customer: ...


P = ParamSpec("P")
Bearer = TypeVar("Bearer", bound=Held)


def by_link(
    door: str, read: Callable[[str], Bearer]
) -> Callable[[Callable[Concatenate[HttpRequest, Bearer, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Decorate a page of `door`: the token becomes what `read` finds in it, in the customer's language, in limits."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, Bearer, P], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                bearer = read(token)
            except NotFound:
                if not within("customer-link-wrong", network_of(request), PER_NETWORK):
                    return too_often(request)
                raise
            if not within(f"customer-link-{door}", str(bearer.customer.public_id), PER_CUSTOMER):
                return too_often(request)
            _speak_to(request, bearer.customer)
            return quietly(view(request, bearer, *args, **kwargs))

        return never_cache(guarded)

    return decorate


def quietly(response: HttpResponse) -> HttpResponse:
    """The address is a right, or nobody's business: no search engine and no other site gets it."""
    response.headers["Referrer-Policy"] = "same-origin"  # none at all would make Origin null, which CSRF refuses
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def network_of(request: HttpRequest) -> str:
    """The address that asks."""
    return str(get_adapter(request).get_client_ip(request))


def within(purpose: str, key: str, at_most: int) -> bool:
    """Whether `key` still has a turn at `purpose` within the minute."""
    return hit(purpose, key, at_most=at_most, seconds=SECONDS)


def too_often(request: HttpRequest) -> HttpResponse:
    """The page that says: later."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = str(SECONDS)
    return response


def _speak_to(request: HttpRequest, customer: Customer) -> None:
    """In the language that was chosen in this browser, else the customer's own."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(language_of(customer.language))
        request.LANGUAGE_CODE = translation.get_language()
