"""The second factor: who needs one, who has one, and enrolling somebody from a command."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction

from tenants.governance.services.audit import record_act
from tenants.people.models import User
from tenants.policies import policy_value


def needs_second_factor(person: User) -> bool:
    """Whether the tenant asks this person for a second factor: by default those who manage people, roles or keys."""
    rule = policy_value("people.second_factor")
    if rule == "everybody":
        return True
    return rule == "admins" and bool(person.permission_codes() & {"people.manage", "keys.manage"})


def has_second_factor(person: User) -> bool:
    """Whether a code is asked for when this person signs in."""
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def enrol_totp(*, person: User, actor: object, now: datetime, secret: str | None = None) -> str:
    """Give `person` a TOTP secret and recovery codes; the secret comes back, to be shown once."""
    secret = secret or generate_totp_secret()
    with transaction.atomic():
        Authenticator.objects.filter(user=person).delete()
        TOTP.activate(person, secret)
        RecoveryCodes.activate(person)
        record_act(actor=actor, action="person.second_factor_set", target=f"person:{person.public_id}", at=now)
    return secret


def drop_second_factor(*, person: User, actor: object, now: datetime) -> None:
    """Forget the phone of somebody who lost it; they enrol again at their next log-in."""
    with transaction.atomic():
        if Authenticator.objects.filter(user=person).delete()[0]:
            record_act(actor=actor, action="person.second_factor_dropped", target=f"person:{person.public_id}", at=now)
