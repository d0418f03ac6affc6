"""API keys at the door of the REST API: ``Authorization: Bearer stay_…``."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from retention.common import clock
from tenants.people.enums import KeyKind
from tenants.people.models import ApiKey
from tenants.people.services.keys import find_key


class KeyPrincipal:
    """Who acts when a program comes with a key: it may what the key's scopes say, and its maker still may."""

    is_authenticated = True
    is_active = True
    is_anonymous = False
    is_staff = False
    is_superuser = False
    own_accounts_only = False
    pk = None

    def __init__(self, key: ApiKey) -> None:
        self.key = key

    def __str__(self) -> str:
        return self.key.name

    def permission_codes(self) -> frozenset[str]:
        """The key's scopes, cut to what its maker holds today: a demoted maker's keys shrink with them."""
        scopes = frozenset(self.key.scopes)
        maker = self.key.created_by
        return scopes if maker is None else scopes & maker.permission_codes()

    def audit_identity(self) -> tuple[str, str]:
        """How the audit log names this key."""
        return "key", str(self.key.public_id)


class ApiKeyAuthentication(BaseAuthentication):
    """Turns a bearer key into a KeyPrincipal; a wrong, expired, revoked or foreign key is refused with 401."""

    def authenticate(self, request: Request) -> tuple[KeyPrincipal, ApiKey] | None:
        scheme, _space, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = find_key(text.strip(), kind=KeyKind.API, now=clock.now())
        if key is None:
            raise AuthenticationFailed("This key is unknown here, expired or revoked.", code="key_invalid")
        return KeyPrincipal(key), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI schema names the key."""

    target_class = "tenants.people.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key made under Settings → Keys."}
