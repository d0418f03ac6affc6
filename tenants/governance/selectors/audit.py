"""Read and check the audit chain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast

from tenants.governance.chain import GENESIS, canonical, digest
from tenants.governance.models import AuditEntry, AuditHead
from tenants.people.models import User


class Reason(StrEnum):
    """What can be wrong with an entry."""

    MISSING = "missing"
    LINKED = "linked to another entry than the one before it"
    CHANGED = "changed after it was written"
    FORGED = "not written by the product"
    END = "not the entry that the chain's end names"


@dataclass(frozen=True)
class Break:
    """The first row that is not as it was written, and what is wrong with it."""

    position: int
    reason: Reason


@dataclass(frozen=True)
class ChainCheck:
    """How many entries hold, and the first that does not."""

    entries: int
    broken: Break | None


@dataclass
class _Walk:
    """Where a check of the chain stands."""

    position: int = 0
    digest: bytes = GENESIS

    def follow(self, entries: Iterable[AuditEntry]) -> Break | None:
        """Go on over `entries` in order of position; stop at the first that breaks the chain."""
        for entry in entries:
            if entry.position != self.position + 1:
                return Break(self.position + 1, Reason.MISSING)
            if bytes(entry.previous) != self.digest:
                return Break(entry.position, Reason.LINKED)
            if bytes(entry.digest) != _digest_of(entry):
                return Break(entry.position, Reason.CHANGED)
            self.position, self.digest = entry.position, bytes(entry.digest)
        return None


def all_entries() -> QuerySet[AuditEntry]:
    """All acts with the name and address of the person, where a person acted."""
    person = User.objects.annotate(id_text=Cast("public_id", CharField())).filter(id_text=OuterRef("actor"))
    return AuditEntry.objects.annotate(
        person_name=Subquery(person.values("name")[:1]), person_email=Subquery(person.values("email")[:1])
    ).order_by("-position")


def check_chain() -> ChainCheck:
    """Follow the whole chain of the schema in force. Writers wait only while the last entries are read."""
    walk = _Walk()
    end = AuditHead.objects.values_list("position", flat=True).first() or 0
    broken = walk.follow(_entries().filter(position__lte=end).iterator(chunk_size=2000))
    if broken is None:
        with transaction.atomic():
            head = AuditHead.objects.select_for_update().first() or AuditHead()
            broken = walk.follow(_entries().filter(position__gt=walk.position)) or _compare(walk, head)
    return ChainCheck(entries=walk.position, broken=broken)


def _entries() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.order_by("position")


def _compare(walk: _Walk, head: AuditHead) -> Break | None:
    """The chain must end exactly where its head says: else the last entries were cut off or forged."""
    if walk.position < head.position:
        return Break(walk.position + 1, Reason.MISSING)
    if walk.position > head.position:
        return Break(head.position + 1, Reason.FORGED)
    if walk.digest != bytes(head.digest):
        return Break(walk.position, Reason.END)
    return None


def _digest_of(entry: AuditEntry) -> bytes:
    return digest(
        bytes(entry.previous),
        position=entry.position,
        at=entry.at,
        actor_kind=entry.actor_kind,
        actor=entry.actor,
        action=entry.action,
        target=entry.target,
        detail=canonical(entry.detail),
    )
