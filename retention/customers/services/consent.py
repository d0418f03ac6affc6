"""Consent: an append-only ledger. The latest entry for a channel and purpose is what holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from retention.customers.models import ConsentEntry, Customer


@dataclass(frozen=True)
class Said:
    """A customer (key inside) said yes or no to a channel and purpose: how it was worded, and where."""

    customer: int
    channel: str
    purpose: str
    granted: bool
    source: str
    occurred_at: datetime
    wording: str = ""


def record_consent(
    *,
    customer: Customer,
    channel: str,
    purpose: str,
    granted: bool,
    source: str,
    now: datetime,
    wording: str = "",
    occurred_at: datetime | None = None,
) -> None:
    """Append what one customer said."""
    said = Said(customer.pk, channel, purpose, granted, source, occurred_at or now, wording)
    record_consents([said], now=now)


@transaction.atomic
def record_consents(entries: Sequence[Said], *, now: datetime) -> int:
    """Append what customers said; returns how many entries there were. Nothing is ever changed."""
    made = [
        ConsentEntry(
            customer_id=said.customer,
            channel=said.channel,
            purpose=said.purpose,
            granted=said.granted,
            wording=said.wording,
            source=said.source,
            occurred_at=said.occurred_at,
            recorded_at=now,
        )
        for said in entries
    ]
    return len(ConsentEntry.objects.bulk_create(made))
