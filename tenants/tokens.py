"""Signed tokens, one helper: each is bound to the tenant in force and to a purpose, and refused anywhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing

from retention.common.errors import DomainError
from tenants.context import scope


def _salt(purpose: str) -> str:
    return f"stay:{scope()}:{purpose}"


def sign(purpose: str, payload: Any) -> str:
    """A URL-safe token that carries `payload` (JSON, readable by its holder) for this tenant and purpose."""
    return signing.dumps(payload, salt=_salt(purpose), compress=True)


def unsign(purpose: str, token: str, *, max_age: timedelta | None = None) -> Any:
    """The payload of a token of this tenant and purpose; DomainError when forged, foreign or too old."""
    try:
        return signing.loads(token, salt=_salt(purpose), max_age=max_age)
    except signing.SignatureExpired:
        raise DomainError("token_expired", "This link has expired.", mend="Ask for a new one.") from None
    except signing.BadSignature:
        raise DomainError("token_invalid", "This link is not valid here.", mend="Ask for a new one.") from None


class TenantTokenGenerator(PasswordResetTokenGenerator):
    """Django's one-time tokens for a person, bound to the tenant: equal people in two tenants have other tokens."""

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{scope()}:{self.purpose}:{super()._make_hash_value(user, timestamp)}"
