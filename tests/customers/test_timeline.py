"""The timeline: every entry once, newest first, whatever the ties and however deep; only what one may see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retention.common.errors import DomainError
from retention.customers.models import ConsentEntry, Customer, Event, Membership, Order, Touch
from retention.customers.timeline import decode, encode, sources, timeline
from tenants.models import Tenant

START = datetime(2024, 1, 1, tzinfo=UTC)
KINDS = ("order", "event", "touch", "membership", "consent")


def a_customer(name: str = "Ann") -> Customer:
    return Customer.objects.create(external_id=f"id-{name}", name=name, recorded_at=START, updated_at=START)


def happen(customer: Customer, kind: str, day: int, number: int) -> None:
    """Something of `kind` at midnight of that day."""
    moment = START + timedelta(days=day)
    digest = bytes(16)
    label = f"{kind}-{customer.pk}-{number}"
    if kind == "order":
        Order.objects.create(external_id=label, customer=customer, ordered_at=moment, ordered_on=moment.date(),
                             amount=Decimal(1), digest=digest, recorded_at=START)  # fmt: skip
    elif kind == "event":
        Event.objects.create(event_id=label, customer=customer, name=label, occurred_at=moment,
                             occurred_on=moment.date(), digest=digest, recorded_at=START)  # fmt: skip
    elif kind == "touch":
        Touch.objects.create(customer=customer, channel="call", purpose="service", summary=label,
                             occurred_at=moment, recorded_at=START)  # fmt: skip
    elif kind == "membership":
        Membership.objects.create(customer=customer, level=label, since=moment.date(), recorded_at=START)
    else:
        ConsentEntry.objects.create(customer=customer, channel="email", purpose="survey", granted=True,
                                    source=label, occurred_at=moment, recorded_at=START)  # fmt: skip


@given(
    happenings=st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 3)), max_size=14),
    size=st.integers(1, 4),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_hold_every_entry_once_newest_first(
    tenant: Tenant, happenings: list[tuple[str, int]], size: int
) -> None:
    with transaction.atomic():
        customer, other = a_customer(), a_customer("Bob")
        for number, (kind, day) in enumerate(happenings):
            happen(customer, kind, day, number)
            happen(other, kind, day, number)
        whole, end = timeline(list(sources), customer, size=1000)
        assert end is None
        assert sorted((entry.source, entry.at) for entry in whole) == sorted(
            (kind, START + timedelta(days=day)) for kind, day in happenings
        )
        assert [entry.at for entry in whole] == sorted((entry.at for entry in whole if entry.at), reverse=True)
        found, after = timeline(list(sources), customer, size=size)
        while after:
            page, after = timeline(list(sources), customer, after=decode(encode(after)), size=size)
            assert page
            found += page
        assert found == whole
        transaction.set_rollback(True)


def test_a_withdrawn_fact_and_an_old_version_are_not_shown(tenant: Tenant) -> None:
    customer = a_customer()
    happen(customer, "order", 1, 1)
    happen(customer, "order", 2, 2)
    happen(customer, "event", 3, 3)
    Order.objects.filter(external_id__endswith="-1").update(superseded_at=START)
    Event.objects.update(withdrawn=True)
    entries, _end = timeline(list(sources), customer)
    assert [str(entry.title) for entry in entries] == [f"Order order-{customer.pk}-2"]


def test_an_events_private_properties_are_left_out(tenant: Tenant) -> None:
    customer = a_customer()
    happen(customer, "event", 1, 1)
    Event.objects.update(properties={"email": "ann@example.com", "page": "/milk", "Phone_number": "123", "deep": {}})
    entries, _end = timeline(list(sources), customer)
    assert [entry.detail for entry in entries] == ["page: /milk"]


@pytest.mark.parametrize("text", ["", "x", "WyIyMDI0LTAx", "WyIyMDI0LTAxLTAxIiwgImUiLCAxXQ=="])
def test_a_made_up_position_is_refused(text: str) -> None:
    with pytest.raises(DomainError) as error:
        decode(text)
    assert error.value.code == "bad_position"
