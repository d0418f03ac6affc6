"""Whoever was erased stays out, by file and by message."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from retention.customers.ingest.service import ingest
from retention.customers.models import Customer, Event, Order
from retention.customers.services.privacy import erase_person
from tests.customers.importers.conftest import NOW, Bring, counts, refusals


def test_no_door_brings_an_erased_person_back(
    bring: Bring, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    bring("customers", "external_id,name,email\nann,Ann,a@example.com\nben,Ben,\n")
    erase_person(customer=Customer.objects.get(external_id="ann"), actor="test", now=NOW)
    result = bring("customers", "external_id,name,email\nann,Ann,\nben,Ben,\nnew,Ann,A@example.com\n")
    assert counts(result) == (0, 1, 2)
    assert [(row["line"], row["column"], row["value"]) for row in refusals(result)] == [
        ("2", "external_id", ""),
        ("4", "external_id", ""),
    ]
    assert counts(bring("orders", "customer,ordered_at,amount\nann,2024-05-01,5\nben,2024-05-01,5\n")) == (1, 0, 1)
    messages = [
        {"type": "track", "event": "x", "userId": user, "messageId": user, "timestamp": "2024-05-01T00:00:00Z"}
        for user in ("ann", "ben")
    ]
    done = ingest([json.dumps(message).encode() for message in messages], now=NOW)
    assert (done.accepted, [(row.index, row.code) for row in done.refused]) == (1, [(0, "erased")])
    assert set(Customer.objects.filter(erased_at=None).values_list("external_id", flat=True)) == {"ben"}
    assert (Order.objects.count(), Event.objects.count()) == (1, 1)
