"""The doors of the Segment spec. The write key, as the user of basic authentication, names the tenant on any host.

200 means committed. Messages that can't be taken are listed in the answer and don't hold up the others.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
from django.db import OperationalError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from retention.common import clock
from retention.customers.ingest.messages import BATCH_BYTES, MESSAGE_BYTES, RawBatch
from retention.customers.ingest.service import Ingested, ingest
from tenants import limits
from tenants.context import use_tenant
from tenants.people.secrets import secret_digest
from tenants.people.services.keys import tenant_of_write_key
from tenants.policies import policy_number

WINDOW = 10
"""Seconds over which the requests of a key are counted."""

_batches = msgspec.json.Decoder(RawBatch)


class _Refused(Exception):
    def __init__(self, status: int, code: str, message: str, mend: str, **headers: str) -> None:
        super().__init__(message)
        self.response = JsonResponse(
            {"success": False, "error": {"code": code, "message": message, "mend": mend}},
            status=status,
            headers=headers,
        )


Door = Callable[[HttpRequest], JsonResponse]


def _door(handle: Callable[[HttpRequest, bytes], JsonResponse]) -> Door:
    @csrf_exempt  # the write key is the credential; a browser's cookie counts for nothing here
    @require_POST
    def view(request: HttpRequest) -> JsonResponse:
        try:
            return handle(request, _body(request))
        except _Refused as refusal:
            return refusal.response
        except OperationalError:
            message = "The message could not be stored just now; nothing of it was kept."
            return _Refused(503, "busy", message, "Send it again.", **{"Retry-After": "5"}).response

    return view


def call(type_: str) -> Door:
    """The door of one type of message."""

    def handle(request: HttpRequest, body: bytes) -> JsonResponse:
        if len(body) > MESSAGE_BYTES:
            raise _Refused(413, "message_too_large", "The message has more than 32 KB.", "Send less in one message.")
        return _take(request, [body], _key_of(request), type_=type_)

    return _door(handle)


def _batch(request: HttpRequest, body: bytes) -> JsonResponse:
    try:
        sent = _batches.decode(body)
    except msgspec.MsgspecError as error:
        raise _Refused(400, "bad_batch", f"The batch can't be read: {error}", 'Send {"batch": […]}.') from None
    if not sent.batch:
        raise _Refused(400, "empty_batch", "The batch holds no message.", 'Send {"batch": […]}.')
    return _take(
        request, [bytes(raw) for raw in sent.batch], _key_of(request) or sent.write_key or "", context=sent.context
    )


batch = _door(_batch)


def _take(
    request: HttpRequest, raws: list[bytes], key: str, *, type_: str = "", context: dict[str, Any] | None = None
) -> JsonResponse:
    now = clock.now()
    tenant = tenant_of_write_key(key, now=now)
    if tenant is None:
        raise _Refused(
            401,
            "unknown_write_key",
            "This is no write key in force.",
            "Send a write key as the user of basic authentication.",
            **{"WWW-Authenticate": 'Basic realm="ingest"'},
        )
    with use_tenant(tenant):
        per_window = int(policy_number("ingest.requests_per_second") * WINDOW)
        name = secret_digest("write", key).hex()
        if not limits.hit("ingest", name, at_most=per_window, seconds=WINDOW):
            raise _Refused(
                429, "too_many", "More requests than this key may send.", "Send larger batches, or wait.",
                **{"Retry-After": str(WINDOW)},
            )  # fmt: skip
        return _answer(ingest(raws, now=now, type_=type_, context=context))


def _answer(done: Ingested) -> JsonResponse:
    body = {
        "success": done.accepted > 0,
        "accepted": done.accepted,
        "rejected": [refused.as_json() for refused in done.refused],
    }
    if done.accepted:
        return JsonResponse(body)
    first = done.refused[0]
    body["error"] = {"code": first.code, "message": first.message, "mend": first.mend}
    return JsonResponse(body, status=400)


def _key_of(request: HttpRequest) -> str:
    kind, _blank, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _body(request: HttpRequest) -> bytes:
    """The body, unpacked, never more than a batch may hold."""
    too_large = _Refused(413, "batch_too_large", "The batch has more than 500 KB.", "Send several smaller batches.")
    if int(request.headers.get("Content-Length") or 0) > BATCH_BYTES:
        raise too_large
    body = request.body
    if request.headers.get("Content-Encoding", "").lower() == "gzip":
        unpacker = zlib.decompressobj(wbits=31)
        try:
            body = unpacker.decompress(body, BATCH_BYTES + 1)
        except zlib.error:
            raise _Refused(
                400, "bad_gzip", "The body is not gzip.", "Leave Content-Encoding out, or pack it."
            ) from None
    if len(body) > BATCH_BYTES:
        raise too_large
    return body
