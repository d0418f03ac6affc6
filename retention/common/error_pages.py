"""Pages for what went wrong: each says what it was and how to mend it. HTMX gets the message alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from retention.common.errors import DomainError, sentences


@dataclass(frozen=True)
class Problem:
    """What a person reads: what happened, and what to do."""

    status: int
    title: Promise | str
    message: Promise | str
    mend: Promise | str = ""

    @property
    def words(self) -> str:
        """What happened and what to do, in one text."""
        return sentences(self.message, self.mend)


BAD_REQUEST = Problem(
    400,
    _("This request can’t be read"),
    _("Something in the address or the form is not what this page expects."),
    _("Go back, reload the page and try again."),
)
NO_TOKEN = Problem(
    403,
    _("This form has expired"),
    _("The form was open too long, or your browser keeps no cookies, so nothing was saved."),
    _("Allow cookies for this site, reload the page and send the form again."),
)
FORBIDDEN = Problem(
    403,
    _("You may not open this page"),
    _("Your role does not include it."),
    _("Ask an admin of your company to change your role."),
)
NOT_FOUND = Problem(
    404,
    _("There is nothing here"),
    _("The address is wrong, or what stood here is gone or is not yours to see."),
    _("Check the address, or look for it from the start page."),
)
FAILED = Problem(
    500,
    _("Something broke on our side"),
    _("Nothing you did is lost that was saved before. The fault has been recorded."),
    _("Try again in a minute. If it happens again, tell your admin what you did and when."),
)
UNAVAILABLE = Problem(
    503,
    _("Stay can’t answer right now"),
    _("It is being maintained, or too much is asked of it."),
    _("Wait a minute and reload the page."),
)


def show(request: HttpRequest, problem: Problem) -> HttpResponse:
    """`problem` as a page, or as the message that HTMX puts at the top of the page in view."""
    if getattr(request, "htmx", False):
        response = render(request, "errors/_problem.html", {"problem": problem}, status=problem.status)
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "innerHTML"
        return response
    return render(request, "errors/problem.html", {"problem": problem}, status=problem.status)


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page of a DomainError."""
    title = NOT_FOUND.title if error.status == 404 else _("This can’t be done")
    return show(request, Problem(error.status, title, error.message, error.mend))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400"""
    return show(request, BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403"""
    return show(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404"""
    return show(request, NOT_FOUND)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW"""
    return show(request, NO_TOKEN)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: without a request context, which might be what broke."""
    return HttpResponse(render_to_string("errors/problem.html", {"problem": FAILED}), status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503, for maintenance, a suspended tenant or overload."""
    response = show(request, UNAVAILABLE)
    response["Retry-After"] = "60"
    return response
