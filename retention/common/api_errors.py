"""Errors of the HTTP API as RFC 9457 problems: type, title, status, detail, code and mend."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.exceptions import PermissionDenied as ApiPermissionDenied
from rest_framework.response import Response
from rest_framework.views import set_rollback

from retention.common.errors import Busy
from retention.common.refusals import refusal_of

CONTENT_TYPE = "application/problem+json"
MENDS = {
    401: "Send a key as “Authorization: Bearer …”, or sign in.",
    403: "Ask an admin for a role or key that includes it.",
    404: "Check the address; what isn’t yours is answered the same way.",
    405: "Use one of the methods in the Allow header.",
    406: "Ask for application/json.",
    415: "Send application/json.",
    429: "Wait as long as the Retry-After header says.",
}


def problem(*, status: int, code: str, detail: str, mend: str = "", **extra: Any) -> Response:
    """A response that says what is wrong and how to mend it; `extra` members as RFC 9457 §3.2 allows."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "mend": mend or MENDS.get(status, ""),
        **extra,
    }
    return Response(body, status=status, content_type=CONTENT_TYPE)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER; None lets a defect become a 500 without a word about its inside."""
    if refused := refusal_of(error):
        further = {name: value for name, value in refused.as_json().items() if name not in ("code", "message", "mend")}
        response = problem(
            status=refused.status, code=refused.code, detail=refused.message, mend=refused.mend, **further
        )
        if isinstance(refused, Busy):
            response["Retry-After"] = str(refused.retry_after)
    elif isinstance(error, ValidationError):
        response = problem(
            status=400,
            code="invalid",
            detail="Some fields can’t be accepted.",
            mend="Correct the fields named in “errors”.",
            errors=error.detail,
        )
    else:
        known = _known(error)
        if known is None:
            return None
        codes = known.get_codes()
        response = problem(
            status=known.status_code,
            code=codes if isinstance(codes, str) else known.default_code,
            detail=str(known.detail),
        )
        _headers(response, known)
    set_rollback()
    return response


def _known(error: Exception) -> APIException | None:
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, PermissionDenied):
        return ApiPermissionDenied()
    return error if isinstance(error, APIException) else None


def _headers(response: Response, error: APIException) -> None:
    """What RFC 9110 asks for beside a status."""
    if (realm := getattr(error, "auth_header", None)) is not None:
        response["WWW-Authenticate"] = realm
    if (wait := getattr(error, "wait", None)) is not None:
        response["Retry-After"] = str(int(wait))
