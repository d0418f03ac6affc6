"""Encryption at rest of secrets that must be read again: authenticated, bound to a purpose, with rotation.

The key is derived (HKDF, RFC 5869) from Django's SECRET_KEY; what was sealed with a key of SECRET_KEY_FALLBACKS still
opens, and `reseal` moves it to the current one.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(purpose: str, text: str) -> str:
    """`text`, readable only with the secret key and for the same `purpose`."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """The text that `seal` was given; ValueError when it is forged or was sealed for another purpose."""
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise ValueError(f"this was not sealed here for {purpose}") from None


def reseal(purpose: str, sealed: str) -> str:
    """The same text under the current key."""
    return _box(purpose).rotate(sealed.encode()).decode()


def _box(purpose: str) -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derive(secret, purpose)) for secret in secrets])


def _derive(secret: str | bytes, purpose: str) -> bytes:
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"stay:{purpose}".encode())
    return base64.urlsafe_b64encode(derivation.derive(secret.encode() if isinstance(secret, str) else secret))
