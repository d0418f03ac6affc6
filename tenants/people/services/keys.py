"""Make, find and revoke keys of programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from retention.common.errors import Conflict, DomainError, Forbidden
from tenants.context import current_tenant, use_public, use_tenant
from tenants.enums import TenantStatus
from tenants.governance.services.audit import record_act
from tenants.models import Tenant
from tenants.people.enums import KeyKind
from tenants.people.models import ApiKey, User
from tenants.people.permissions import permissions
from tenants.people.secrets import new_secret, secret_digest
from tenants.policies import policy_number

API_PREFIX = "stay_"
WRITE_PREFIX = "wk_"
UNGRANTED = frozenset({"keys.manage"})
"""A program never makes keys: they would outlive its own revocation."""


def create_api_key(
    *, name: str, scopes: Iterable[str], actor: object, now: datetime, days: int | None = None
) -> tuple[ApiKey, str]:
    """A new key of the REST API and its text, shown this once. A person grants at most what they hold."""
    wanted = sorted(set(scopes))
    _check_scopes(wanted, actor)
    text = API_PREFIX + new_secret()
    return _keep(KeyKind.API, text, name=name, scopes=wanted, actor=actor, now=now, days=days), text


def create_write_key(*, name: str, actor: object, now: datetime, days: int | None = None) -> tuple[ApiKey, str]:
    """A new key that only brings events in, and its text, which names the tenant; shown this once."""
    text = f"{WRITE_PREFIX}{current_tenant().slug}_{new_secret()}"
    return _keep(KeyKind.WRITE, text, name=name, scopes=[], actor=actor, now=now, days=days), text


def revoke_key(*, key: ApiKey, actor: object, now: datetime) -> None:
    """Close `key` at once; Conflict when it is closed already."""
    with transaction.atomic():
        if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
            raise Conflict("key_revoked", _("This key was revoked already."), mend=_("Reload the page."))
        record_act(actor=actor, action="key.revoked", target=f"key:{key.public_id}", at=now)
    key.refresh_from_db()


def find_key(text: str, *, kind: str, now: datetime) -> ApiKey | None:
    """The key that `text` opens in the tenant in force, or None; notes its use at most once a minute."""
    key = ApiKey.objects.filter(
        digest=secret_digest(kind, text), kind=kind, revoked_at=None, expires_at__gt=now
    ).first()
    if key is not None:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - timedelta(minutes=1))
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
    return key


def tenant_of_write_key(text: str, *, now: datetime) -> Tenant | None:
    """The active tenant whose write key `text` is, on whatever host it was given; None for any other text."""
    slug, _mark, secret = text.removeprefix(WRITE_PREFIX).rpartition("_")
    if not text.startswith(WRITE_PREFIX) or not slug or not secret:
        return None
    with use_public():
        tenant = Tenant.objects.filter(slug=slug, status=TenantStatus.ACTIVE).first()
    if tenant is None:
        return None
    with use_tenant(tenant):
        return tenant if find_key(text, kind=KeyKind.WRITE, now=now) is not None else None


def _check_scopes(wanted: list[str], actor: object) -> None:
    unknown = [code for code in wanted if code not in permissions]
    if unknown or not wanted:
        raise DomainError(
            "scope_unknown",
            _("Unknown permissions: %s.") % (", ".join(unknown) or "–"),
            mend=_("Use one or more of: %s.") % ", ".join(sorted(set(permissions.names()) - UNGRANTED)),
        )
    beyond = set(wanted) & UNGRANTED
    if isinstance(actor, User):
        beyond |= set(wanted) - actor.permission_codes()
    if beyond:
        raise Forbidden(
            "scope_beyond",
            _("These permissions can't be given to a key by you: %s.") % ", ".join(sorted(beyond)),
            mend=_("Leave them out."),
        )


def _keep(
    kind: KeyKind, text: str, *, name: str, scopes: list[str], actor: object, now: datetime, days: int | None
) -> ApiKey:
    lifetime = timedelta(days=days or policy_number("keys.lifetime_days"))
    with transaction.atomic():
        key = ApiKey.objects.create(
            kind=kind,
            name=name.strip(),
            hint=text[: len(text) - 58],
            digest=secret_digest(kind, text),
            scopes=scopes,
            created_by=actor if isinstance(actor, User) else None,
            created_at=now,
            expires_at=now + lifetime,
        )
        record_act(
            actor=actor,
            action="key.created",
            target=f"key:{key.public_id}",
            detail={"kind": str(kind), "scopes": scopes, "expires_at": key.expires_at.isoformat()},
            at=now,
        )
    return key
