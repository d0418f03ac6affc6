"""The suppression list: addresses that get nothing by a channel any more. Kept as salted hashes only."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from campaigns.channels import channels
from campaigns.enums import SuppressionReason
from campaigns.models import Suppression
from tenants.governance.erased_marks import mark_digest, mark_digests
from tenants.governance.services.audit import record_act


def suppress_digests(digests: Collection[bytes], *, channel: str, reason: SuppressionReason, now: datetime) -> int:
    """Put these on the list of `channel`; how many were not there yet."""
    before = Suppression.objects.filter(channel=channel, digest__in=list(digests), lifted_at=None).count()
    Suppression.objects.bulk_create(
        [Suppression(channel=channel, digest=digest, reason=reason, since=now) for digest in sorted(set(digests))],
        ignore_conflicts=True,
    )
    return len(set(digests)) - before


def suppress_addresses(addresses: Collection[str], *, channel: str, reason: SuppressionReason, now: datetime) -> int:
    """The same by the addresses themselves, which are not kept."""
    digests = mark_digests(channels[channel].mark, addresses)
    return suppress_digests(list(digests.values()), channel=channel, reason=reason, now=now)


def is_suppressed(address: str, *, channel: str) -> bool:
    """Whether `address` is on the list of `channel`."""
    digest = mark_digest(channels[channel].mark, address)
    return digest is not None and Suppression.objects.filter(channel=channel, digest=digest, lifted_at=None).exists()


def lift_suppression(*, suppression: Suppression, actor: object, now: datetime) -> None:
    """Take one off the list, by a person who answers for it."""
    if Suppression.objects.filter(pk=suppression.pk, lifted_at=None).update(lifted_at=now):
        record_act(
            actor=actor,
            action="suppression.lifted",
            target=f"suppression:{suppression.pk}",
            detail={"channel": suppression.channel, "reason": suppression.reason},
            at=now,
        )
