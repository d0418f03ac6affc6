"""Export all that is held on one person; erase one everywhere while every count stays true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from retention.common.errors import Conflict
from retention.customers.enums import IdentityKind
from retention.customers.models import Customer, Identity
from retention.customers.privacy import parts
from retention.customers.selectors.person import whole_person
from tenants.governance.erased_marks import MarkKind, keep_marks
from tenants.governance.models import ErasureRequest
from tenants.governance.services.audit import actor_identity, record_act
from tenants.people.models import User

MARK_KINDS: dict[str, MarkKind] = {IdentityKind.EMAIL: "email", IdentityKind.PHONE: "phone"}


class _OnlyLooking(Exception):
    """Takes a tried erasure back."""


@transaction.atomic
def export_person(*, customer: Customer, actor: object, now: datetime) -> dict[str, Any]:
    """Everything that any part holds, by part, as values that JSON can hold. The act is kept."""
    rows = whole_person(customer)
    held = {part.name: [found for row in rows for found in part.export(row)] for part in parts}
    record_act(
        actor=actor,
        action="customer.exported",
        target=f"customer:{rows[0].public_id}",
        detail={name: len(found) for name, found in held.items()},
        at=now,
    )
    return {"customer": rows[0].external_id, "exported_at": now, "held": held}


def erasure_consequences(*, customer: Customer, now: datetime) -> dict[str, int]:
    """What `erase_person` would do, in numbers: it is done and taken back."""
    counts: dict[str, int] = {}
    try:
        with transaction.atomic():
            counts = _erase(whole_person(customer), now)
            raise _OnlyLooking
    except _OnlyLooking:
        return counts


def erase_person(*, customer: Customer, actor: object, now: datetime) -> ErasureRequest:
    """Take out whatever tells who this was, in all parts, and keep hashes so that no import brings them back."""
    with transaction.atomic():
        rows = whole_person(customer)
        counts = _erase(rows, now)
        person = actor if isinstance(actor, User) else None
        request = ErasureRequest.objects.create(
            subject=rows[0].public_id,
            requested_by=person,
            actor="" if person else ":".join(actor_identity(actor)),
            done_at=now,
            counts=counts,
        )
        record_act(
            actor=actor, action="customer.erased", target=f"customer:{rows[0].public_id}", detail=counts, at=now
        )
    return request


def _erase(rows: list[Customer], now: datetime) -> dict[str, int]:
    keys = [row.pk for row in rows]
    locked = list(Customer.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    if any(row.erased_at is not None for row in locked):
        raise Conflict("erased", "This customer is erased already.", mend="There is nothing left to do.")
    marks = keep_marks(_marks(locked), now=now)
    Customer.objects.filter(pk__in=keys).update(erased_at=now, updated_at=now)
    counts: Counter[str] = Counter({"marks_kept_as_hashes": marks})
    # The profile goes last: other parts look for its marks.
    for part in sorted(parts, key=lambda part: part.name == "profile"):
        for row in locked:
            counts.update(part.erase(row))
    return dict(counts)


def _marks(rows: list[Customer]) -> Iterator[tuple[MarkKind, str]]:
    for row in rows:
        yield "id", row.external_id
        yield "email", row.email
        yield "phone", row.phone
    identities = Identity.objects.filter(customer__in=rows).values_list("kind", "value")
    for kind, value in identities:
        yield MARK_KINDS.get(kind, "id"), value
