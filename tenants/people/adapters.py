"""How sign-in by allauth behaves here: no open sign-up, limits per tenant, acts in the audit log, sealed secrets."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse

from retention.common import clock
from retention.common.crypto import seal, unseal
from tenants.governance.services.audit import record_act
from tenants.limits import hit
from tenants.people.models import User
from tenants.people.services.second_factor import needs_second_factor
from tenants.tokens import TenantTokenGenerator

TENANT_PER_MINUTE = 300
NETWORK_PER_MINUTE = 60


class ResetTokens(TenantTokenGenerator):
    """Tokens of password resets: single use, bound to the tenant."""

    def __init__(self) -> None:
        super().__init__("password_reset")


class AccountAdapter(DefaultAccountAdapter):
    """Signing in and out, and passwords."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """The only way in is an invitation."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """The tenant's name stands before the subject, so that mails of two tenants can be told apart."""
        tenant = getattr(self.request, "tenant", None)
        return f"[{getattr(tenant, 'name', '') or 'Stay'}] {subject}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Besides the limits per network and address: one for the tenant, and one per network over all tenants."""
        network = self.get_client_ip(request)
        if not hit("sign-in", "all", at_most=TENANT_PER_MINUTE, seconds=60) or not hit(
            "sign-in", network, at_most=NETWORK_PER_MINUTE, seconds=60, platform=True
        ):
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def reauthenticate(self, user: User, password: str) -> bool:
        """Ask again, under the same limits as a log-in."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        """Every log-in is in the audit log."""
        record_act(actor=user, action="person.signed_in", target=f"person:{user.public_id}", at=clock.now())
        return super().post_login(request, user, **details)

    def set_password(self, user: User, password: str) -> None:
        """A new password, by change or reset."""
        super().set_password(user, password)
        record_act(actor=user, action="person.password_set", target=f"person:{user.public_id}", at=clock.now())


class SecondFactorAdapter(DefaultMFAAdapter):
    """TOTP and recovery codes; their secrets are sealed at rest."""

    def get_totp_issuer(self) -> str:
        """What the authenticator app shows above the code."""
        request = getattr(self, "request", None)
        tenant = getattr(request, "tenant", None)
        return f"Stay {getattr(tenant, 'name', '')}".strip()

    def encrypt(self, text: str) -> str:
        return seal("second-factor", text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal("second-factor", encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever must have a second factor can't take it off."""
        return authenticator.type != Authenticator.Type.TOTP or not needs_second_factor(authenticator.user)
