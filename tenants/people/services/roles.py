"""Who may do what: roles of people, custom roles, and who may still come in. A tenant never loses its last admin."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from retention.common.errors import Conflict, DomainError, Forbidden
from tenants.governance.services.audit import record_act
from tenants.people.enums import RoleName
from tenants.people.models import Invitation, Role, User
from tenants.people.permissions import permissions


def refuse_operator(role: str) -> None:
    """Operators live in the public schema; in a tenant the role would mean nothing and mislead."""
    if role not in RoleName.values or role == RoleName.OPERATOR:
        ready = ", ".join(name for name in RoleName.values if name != RoleName.OPERATOR)
        raise DomainError("role_unknown", _("“%s” is no role of a tenant.") % role, mend=_("Use one of: %s.") % ready)


def change_role(
    *,
    person: User,
    role: str,
    actor: object,
    now: datetime,
    custom_role: Role | None = None,
    own_accounts_only: bool = False,
) -> None:
    """Give `person` another role; Conflict when nobody would be left to manage people."""
    refuse_operator(role)
    with transaction.atomic():
        admins = _lock_admins()
        before = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
        keeps_managing = role == RoleName.ADMIN and custom_role is None
        if before in admins and not keeps_managing:
            _refuse_last(admins)
        after = {"role": role, "custom_role": custom_role, "own_accounts_only": own_accounts_only}
        User.objects.filter(pk=person.pk).update(**after)
        record_act(
            actor=actor,
            action="person.role_changed",
            target=f"person:{person.public_id}",
            detail={"old": _role_word(before.role, before.custom_role), "new": _role_word(role, custom_role)},
            at=now,
        )
    person.refresh_from_db()


def deactivate_person(*, person: User, actor: object, now: datetime) -> None:
    """Lock `person` out at once, sessions included. Their rows, and what they did, stay."""
    if isinstance(actor, User) and actor.pk == person.pk:
        raise Forbidden("own_account", _("You can't deactivate yourself."), mend=_("Ask another admin."))
    with transaction.atomic():
        admins = _lock_admins()
        if person in admins:
            _refuse_last(admins)
        if User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
            record_act(actor=actor, action="person.deactivated", target=f"person:{person.public_id}", at=now)
    person.refresh_from_db()


def reactivate_person(*, person: User, actor: object, now: datetime) -> None:
    """Let `person` in again, with the role they had."""
    with transaction.atomic():
        if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
            record_act(actor=actor, action="person.reactivated", target=f"person:{person.public_id}", at=now)
    person.refresh_from_db()


def save_role(*, name: str, codes: Iterable[str], actor: User, now: datetime, role: Role | None = None) -> Role:
    """Make or change a custom role. It can't hold what nobody declared, nor what its maker doesn't hold."""
    kept = sorted(set(codes))
    unknown = [code for code in kept if code not in permissions]
    if unknown:
        raise DomainError(
            "permission_unknown", _("Unknown permissions: %s.") % ", ".join(unknown), mend=_("Use those of the list.")
        )
    beyond = sorted(set(kept) - actor.permission_codes())
    if beyond:
        raise Forbidden(
            "permission_beyond",
            _("You don't hold these permissions yourself: %s.") % ", ".join(beyond),
            mend=_("Leave them out, or ask an admin."),
        )
    old = role.codes if role else []
    role = role or Role()
    role.name, role.codes = name.strip(), kept
    try:
        with transaction.atomic():
            role.save()
            record_act(
                actor=actor,
                action="role.saved",
                target=f"role:{role.public_id}",
                detail={"old": old, "new": kept},
                at=now,
            )
    except IntegrityError:
        raise Conflict("role_exists", _("There is a role of this name."), mend=_("Choose another name.")) from None
    return role


def delete_role(*, role: Role, actor: object, now: datetime) -> None:
    """Remove a custom role that nobody has and nobody was invited with."""
    holders = User.objects.filter(custom_role=role).count()
    invited = Invitation.objects.filter(custom_role=role).count()
    if holders or invited:
        raise Conflict(
            "role_in_use",
            _("%(people)d people have this role and %(invited)d were invited with it.")
            % {"people": holders, "invited": invited},
            mend=_("Give them another role first."),
        )
    with transaction.atomic():
        public_id = role.public_id
        role.delete()
        record_act(actor=actor, action="role.deleted", target=f"role:{public_id}", at=now)


def _lock_admins() -> QuerySet[User]:
    """Active admins, locked, so that two can't remove each other at the same moment."""
    admins = User.objects.filter(is_active=True, role=RoleName.ADMIN, custom_role=None)
    return admins.select_for_update(of=("self",)).order_by("pk")


def _refuse_last(admins: QuerySet[User]) -> None:
    if len(admins) < 2:
        raise Conflict(
            "last_admin", _("This is the last admin of the team."), mend=_("Make somebody else an admin first.")
        )


def _role_word(role: str, custom_role: Role | None) -> str:
    return f"custom:{custom_role.public_id}" if custom_role else role
