"""Facts of Stay's own: known by their id, corrected by a newer version, withdrawn, and counted in the state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from retention.customers.models import CustomerState, Event
from retention.customers.services.own_facts import OwnFact, record_facts
from tests.customers.facts import make_customer

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("tenant")


def in_force() -> list[tuple[str, int, dict[str, object]]]:
    rows = Event.objects.filter(superseded_at=None, withdrawn=False).order_by("event_id")
    return [(row.event_id, row.version, row.properties) for row in rows]


def complaint(customer: int, **properties: object) -> OwnFact:
    return OwnFact("f1", "complaint_opened", NOW - timedelta(days=2), customer=customer, properties=properties)


def test_a_fact_is_written_once() -> None:
    ann = make_customer("ann", NOW)
    assert record_facts([complaint(ann.pk, topic="price.high")], now=NOW) == 1
    assert record_facts([complaint(ann.pk, topic="price.high")], now=NOW + timedelta(hours=1)) == 0
    assert in_force() == [("f1", 1, {"topic": "price.high"})]
    assert CustomerState.objects.get(customer=ann).last_seen_on == (NOW - timedelta(days=2)).date()


def test_other_content_is_a_newer_version() -> None:
    ann = make_customer("ann", NOW)
    record_facts([complaint(ann.pk, topic="price.high")], now=NOW)
    assert record_facts([complaint(ann.pk, topic="price.rise")], now=NOW + timedelta(hours=1)) == 1
    assert in_force() == [("f1", 2, {"topic": "price.rise"})]


def test_a_withdrawn_fact_leaves_the_state() -> None:
    ann = make_customer("ann", NOW)
    record_facts([complaint(ann.pk)], now=NOW)
    record_facts([replace(complaint(ann.pk), withdrawn=True)], now=NOW + timedelta(hours=1))
    assert in_force() == []
    assert list(CustomerState.objects.filter(customer=ann, last_seen_on__isnull=False)) == []


def test_of_one_id_twice_the_last_counts() -> None:
    ann = make_customer("ann", NOW)
    record_facts([complaint(ann.pk, topic="a"), complaint(ann.pk, topic="b")], now=NOW)
    assert in_force() == [("f1", 1, {"topic": "b"})]


def test_nothing_writes_nothing() -> None:
    assert record_facts([], now=NOW) == 0
