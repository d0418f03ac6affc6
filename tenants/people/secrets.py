"""Random secrets that are shown once: 256 bits out, a hash bound to tenant and purpose kept.

A plain hash is enough because the secret is random, not chosen. The tenant is hashed in, so that a row copied into
another tenant's schema opens nothing there.
"""

from __future__ import annotations

import hashlib
import secrets

from tenants.context import scope


def new_secret() -> str:
    """256 random bits as 64 hexadecimal digits."""
    return secrets.token_hex(32)


def secret_digest(purpose: str, secret: str) -> bytes:
    """What is kept of `secret` for `purpose` in the tenant in force."""
    return hashlib.sha256(f"{purpose}\0{scope()}\0{secret}".encode()).digest()
