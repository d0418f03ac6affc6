"""Standard Webhooks (https://www.standardwebhooks.com): sign what is sent, and check what came, over the raw bytes.

The secret of a provider at a tenant is derived from the secret key, so that none is stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator, Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

TOLERANCE = 300
"""Seconds by which the sender's clock may differ."""


def secrets_of(provider: str, account: str) -> Iterator[bytes]:
    """The current secret and those before it. `account` is the tenant's public id."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        derivation = HKDF(hashes.SHA256(), 32, salt=None, info=f"stay:webhook:{provider}:{account}".encode())
        yield derivation.derive(secret.encode() if isinstance(secret, str) else secret)


def signed(secret: bytes, *, event_id: str, body: bytes, at: float | None = None) -> dict[str, str]:
    """The headers of a webhook."""
    stamp = str(int(time.time() if at is None else at))
    return {
        "webhook-id": event_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{_signature(secret, event_id, stamp, body)}",
    }


def is_genuine(headers: Mapping[str, str], body: bytes, secrets: Iterator[bytes]) -> bool:
    """Whether one of `secrets` signed this body lately under this event id."""
    event_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not event_id or not stamp.isdecimal() or abs(time.time() - int(stamp)) > TOLERANCE:
        return False
    given = [part.removeprefix("v1,") for part in headers.get("webhook-signature", "").split() if part[:3] == "v1,"]
    wanted = [_signature(secret, event_id, stamp, body) for secret in secrets]
    return any(hmac.compare_digest(one, other) for one in given for other in wanted)


def _signature(secret: bytes, event_id: str, stamp: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret, f"{event_id}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
