"""Points over the API: what a customer holds, the ledger, and bookings that a key makes once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from retention.common import clock
from retention.customers.models import Customer, PointEntry
from tests.customers.api.conftest import Program, results
from tests.customers.facts import make_customer, make_points
from tests.customers.points.making import make_levels


@pytest.fixture
def ann(tenant: object) -> Customer:
    return make_customer("ann", clock.now())


@pytest.fixture
def client(program: Program) -> Client:
    return program("customers.view", "points.edit")


def test_a_booking_is_made_once_and_shows_in_the_standing(ann: Customer, client: Client) -> None:
    make_levels(0, 100, 500)
    door = f"/api/v1/customers/{ann.public_id}/points"
    give = {"points": 120, "reason": "Welcome", "key": "g-1", "months": 1}
    spend = {"points": 20, "reason": "A cup", "key": "s-1"}
    assert client.post(f"{door}/give/", give).json() == {"points": 120, "balance": 120, "repeated": False}
    assert client.post(f"{door}/spend/", spend).json() == {"points": 20, "balance": 100, "repeated": False}
    assert client.post(f"{door}/spend/", spend).json() == {"points": 20, "balance": 100, "repeated": True}
    refused = client.post(f"{door}/spend/", spend | {"points": 21})
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    too_many = client.post(f"{door}/spend/", {"points": 101, "reason": "x", "key": "s-2"})
    assert (too_many.status_code, too_many.json()["code"]) == (400, "points_too_few")
    standing = client.get(f"/api/v1/customers/{ann.public_id}/standing/").json()
    assert {name: standing[name] for name in ("level", "given", "earned", "next_level", "missing", "balance")} == {
        "level": "V2", "given": False, "earned": 120, "next_level": "V3", "missing": 380, "balance": 100,
    }  # fmt: skip
    assert [(row["customer"], row["kind"], row["points"]) for row in results(client, "points/?customer=ann")] == [
        ("ann", "granted", 120), ("ann", "spent", -20),
    ]  # fmt: skip


def test_who_may_only_look_books_nothing(ann: Customer, program: Program) -> None:
    make_points(ann, 50, clock.now() - timedelta(days=2))
    client = program("customers.view")
    spend = {"points": 20, "reason": "A cup", "key": "s-1"}
    assert client.post(f"/api/v1/customers/{ann.public_id}/points/spend/", spend).status_code == 403
    assert PointEntry.objects.count() == 1
