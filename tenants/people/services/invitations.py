"""Invite people, and let the invited in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from retention.common.errors import Conflict, DomainError, NotFound
from tenants.context import current_tenant
from tenants.governance.services.audit import record_act
from tenants.links import tenant_url
from tenants.people.mail import send_later
from tenants.people.models import Invitation, Role, User
from tenants.people.secrets import new_secret, secret_digest
from tenants.people.services.roles import refuse_operator
from tenants.policies import policy_number

PURPOSE = "invitation"


@dataclass(frozen=True)
class Invited:
    """An invitation with its link, which is known only now."""

    invitation: Invitation
    url: str


def invite_person(
    *,
    email: str,
    role: str,
    actor: object,
    now: datetime,
    name: str = "",
    custom_role: Role | None = None,
    own_accounts_only: bool = False,
    base_url: str = "",
) -> Invited:
    """Send a single-use link to `email`; an open invitation to the same address is withdrawn by the new one.

    `base_url` ("http://acme.localhost:8000") is where the tenant answers; by default its primary domain.
    """
    email = email.strip().lower()
    refuse_operator(role)
    _check_address(email)
    with transaction.atomic():
        open_invitations().filter(email__iexact=email).update(withdrawn_at=now)
        token = new_secret()
        invitation = Invitation.objects.create(
            email=email,
            name=name.strip(),
            role=role,
            custom_role=custom_role,
            own_accounts_only=own_accounts_only,
            token_digest=secret_digest(PURPOSE, token),
            invited_by=actor if isinstance(actor, User) else None,
            created_at=now,
            expires_at=now + timedelta(hours=policy_number("people.invitation_hours")),
        )
        path = reverse("invitation-accept", urlconf=settings.ROOT_URLCONF, args=[token])
        url = base_url + path if base_url else tenant_url(path)
        _send(invitation, url)
        record_act(
            actor=actor,
            action="person.invited",
            target=f"invitation:{invitation.public_id}",
            detail={"role": str(custom_role) if custom_role else role, "own_accounts_only": own_accounts_only},
            at=now,
        )
    return Invited(invitation, url)


def find_invitation(token: str, *, now: datetime) -> Invitation:
    """The open invitation of a link; NotFound for one that is forged, foreign, used, withdrawn or too old."""
    invitation = open_invitations().filter(token_digest=secret_digest(PURPOSE, token), expires_at__gt=now).first()
    if invitation is None:
        raise NotFound(
            "invitation_unknown",
            _("This invitation was used already, was withdrawn or has expired."),
            mend=_("Ask an admin of your team to invite you again."),
        )
    return invitation


def accept_invitation(*, token: str, name: str, password: str, now: datetime) -> User:
    """Make the invited person; the link works once, also when it is opened twice at the same moment."""
    with transaction.atomic():
        invitation = find_invitation(token, now=now)
        if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(
            accepted_at=now
        ):
            raise NotFound("invitation_unknown", _("This invitation was used already."), mend=_("Sign in."))
        _check_address(invitation.email)
        person = User(
            email=invitation.email,
            name=name.strip() or invitation.name,
            role=invitation.role,
            custom_role=invitation.custom_role,
            own_accounts_only=invitation.own_accounts_only,
        )
        _check_password(password, person)
        person.set_password(password)
        person.save()
        record_act(
            actor=person,
            action="person.joined",
            target=f"person:{person.public_id}",
            detail={"invitation": str(invitation.public_id), "role": invitation.role},
            at=now,
        )
    return person


def withdraw_invitation(*, invitation: Invitation, actor: object, now: datetime) -> None:
    """Make the link worthless; Conflict when it was used meanwhile."""
    with transaction.atomic():
        if not open_invitations().filter(pk=invitation.pk).update(withdrawn_at=now):
            raise Conflict("invitation_closed", _("This invitation is not open any more."), mend=_("Reload the page."))
        record_act(
            actor=actor, action="person.uninvited", target=f"invitation:{invitation.public_id}", detail={}, at=now
        )


def open_invitations() -> QuerySet[Invitation]:
    """Neither used nor withdrawn; they may have expired."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None)


def _check_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise DomainError(
            "email_invalid", _("“%s” is no mail address.") % email, mend=_("Write it as name@company.com.")
        ) from None
    if User.objects.filter(email__iexact=email).exists():
        raise Conflict(
            "person_exists", _("Somebody with this address is here already."), mend=_("Change their role instead.")
        )


def _check_password(password: str, person: User) -> None:
    try:
        validate_password(password, person)
    except ValidationError as refusal:
        raise DomainError("password_weak", " ".join(refusal.messages), mend=_("Choose another password.")) from None


def _send(invitation: Invitation, url: str) -> None:
    tenant = current_tenant()
    inviter = invitation.invited_by
    send_later(
        to=invitation.email,
        template="invitation",
        context={"tenant": tenant, "inviter": inviter, "url": url, "invitation": invitation},
        language=inviter.language if inviter is not None and inviter.language else tenant.language,
        zone=tenant.timezone,
    )
