"""Write the audit chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, runtime_checkable

from django.db import transaction

from retention.common import clock
from tenants.governance.chain import canonical, digest
from tenants.governance.models import AuditEntry, AuditHead


@runtime_checkable
class Identified(Protocol):
    """Whoever acts: a person or a key."""

    def audit_identity(self) -> tuple[str, str]:
        """Kind ("person", "key") and public id."""
        ...


Actor = Identified | str | None
"""A person, a key's principal, the name of a command, or None for the system itself."""


def record_act(
    *,
    actor: object,
    action: str,
    target: str,
    detail: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> AuditEntry:
    """Append one act to the chain of the schema in force, in the caller's transaction.

    `action` is "noun.verb" ("policy.set"), `target` "kind:public id". `detail` holds no personal data. Writers wait
    for each other on the head's row until they commit, so call it last in a transaction.
    """
    kind, who = actor_identity(actor)
    kept = canonical(detail or {})
    moment = at or clock.now()
    with transaction.atomic():
        AuditHead.objects.bulk_create([AuditHead()], ignore_conflicts=True)
        head = AuditHead.objects.select_for_update().get()
        position, previous = head.position + 1, bytes(head.digest)
        mark = digest(
            previous,
            position=position,
            at=moment,
            actor_kind=kind,
            actor=who,
            action=action,
            target=target,
            detail=kept,
        )
        entry = AuditEntry.objects.create(
            position=position,
            at=moment,
            actor_kind=kind,
            actor=who,
            action=action,
            target=target,
            detail=kept,
            previous=previous,
            digest=mark,
        )
        AuditHead.objects.filter(pk=head.pk).update(position=position, digest=mark)
    return entry


def actor_identity(actor: object) -> tuple[str, str]:
    """Who acts, as kind and id; refuses what can't be named, so that no act is anonymous by accident."""
    if actor is None:
        return "system", ""
    if isinstance(actor, str):
        return "command", actor
    if isinstance(actor, Identified):
        return actor.audit_identity()
    raise TypeError(f"{type(actor).__name__} can't be named in the audit log")
