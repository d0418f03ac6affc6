"""Weighty steps (roles, keys, exports, launches) ask who is there again, by password or code."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponseBase

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def confirm_first(view: View[P]) -> View[P]:
    """Decorate a door inside `require`: who did not confirm within 15 minutes does so first, then goes on."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        _ask(request)
        return view(request, *args, **kwargs)

    return guarded


def confirm_changes(view: View[P]) -> View[P]:
    """The same, but reading needs no confirmation: only what is not GET or HEAD does."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            _ask(request)
        return view(request, *args, **kwargs)

    return guarded


def _ask(request: HttpRequest) -> None:
    """allauth's middleware turns this into its page, and sends the form on afterwards."""
    if not did_recently_reauthenticate(request):
        raise ReauthenticationRequired
