"""The doors that a customer opens from a message, without signing in: preferences, unsubscribe, why.

A link holds its own right: it was signed for one tenant, one door and one customer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns.forms_public import PreferenceForm
from campaigns.links import Bearer, Door, path_of, read_token
from campaigns.selectors.preferences import choices_of
from campaigns.selectors.why import explain_message
from campaigns.services.preferences import Origin, save_choices, unsubscribe
from retention.common import clock
from retention.customers.enums import Channel
from retention.customers.views.by_link import by_link


def of_bearer(door: Door) -> Callable[..., Callable[..., HttpResponse]]:
    """Decorate a page of `door`: the link becomes its bearer."""
    return by_link(door, partial(read_token, door))


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
