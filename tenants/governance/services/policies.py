"""Change policies: checked, with who, when, why and the old value kept, and written to the audit chain."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from retention.common.errors import Conflict
from tenants.governance.models import Policy, PolicyRevision
from tenants.governance.services.audit import actor_identity, record_act
from tenants.people.models import User
from tenants.policies import JSONValue, default_value, find_policy
from tenants.policy_values import validate_value


def set_policy(
    *,
    name: str,
    value: JSONValue,
    actor: object,
    now: datetime,
    reason: str = "",
    seen: int | None = None,
) -> PolicyRevision | None:
    """Set `name` for the tenant in force; None when it already is so. Raises DomainError for a value that can't be.

    `seen` is the id of the last revision that the actor knew (0: none); Conflict when somebody was quicker.
    """
    spec = find_policy(name)
    value = validate_value(spec, value)
    with transaction.atomic():
        row, created = Policy.objects.select_for_update().get_or_create(name=name, defaults={"value": value})
        _refuse_overtaken(name, seen)
        old = default_value(spec) if created else row.value
        if old == value and not created:
            return None
        Policy.objects.filter(pk=row.pk).update(value=value)
        return _keep(name=name, old=old, new=value, actor=actor, now=now, reason=reason)


def reset_policy(*, name: str, actor: object, now: datetime, reason: str = "") -> PolicyRevision | None:
    """Back to the default of the tenant's business; None when it never left it."""
    find_policy(name)
    with transaction.atomic():
        row = Policy.objects.select_for_update().filter(name=name).first()
        if row is None:
            return None
        row.delete()
        return _keep(name=name, old=row.value, new=None, actor=actor, now=now, reason=reason)


def _refuse_overtaken(name: str, seen: int | None) -> None:
    """Called under the lock of the policy's row."""
    if seen is None:
        return
    last = PolicyRevision.objects.filter(name=name).order_by("-id").values_list("id", flat=True).first() or 0
    if last != seen:
        raise Conflict(
            "policy_changed",
            _("Somebody else changed this policy while you looked at it."),
            mend=_("Look at the history, then decide again."),
        )


def _keep(*, name: str, old: JSONValue, new: JSONValue, actor: object, now: datetime, reason: str) -> PolicyRevision:
    """The revision, and the act in the audit chain. A new value of None means the default."""
    person = actor if isinstance(actor, User) else None
    revision = PolicyRevision.objects.create(
        name=name,
        old_value=old,
        new_value=new,
        changed_at=now,
        changed_by=person,
        actor="" if person else ":".join(actor_identity(actor)),
        reason=reason,
    )
    action = "policy.reset" if new is None else "policy.set"
    record_act(actor=actor, action=action, target=f"policy:{name}", detail={"old": old, "new": new}, at=now)
    return revision
