"""What lists may be narrowed by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from retention.customers.models import Account, Contact, Membership
from tenants.models import Tenant
from tests.customers.api.conftest import Program
from tests.customers.facts import make_customer, make_event, make_order

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = AT + timedelta(days=1)


@pytest.fixture
def client(tenant: Tenant, program: Program) -> Client:
    """Two of everything: -1 on the first of March, -2 a day later."""
    for n, at in ((1, AT), (2, LATER)):
        someone = make_customer(
            f"c-{n}", at, name=f"Name{n}", email=f"n{n}@example.com", kind=("person", "staff")[n - 1]
        )
        account = Account.objects.create(external_id=f"a-{n}", name=f"Firm{n}", csm=f"csm{n}@example.com",
                                         recorded_at=at, updated_at=at)  # fmt: skip
        Contact.objects.create(account=account, customer=someone, role=("user", "champion")[n - 1], recorded_at=at)
        make_order(someone, f"o-{n}", at, [("", "1.00")], account=account, status=("paid", "unpaid")[n - 1])
        make_event(someone, f"e-{n}", f"Did {n}", at, account=account)
        Membership.objects.create(customer=someone, level=f"V{n}", since=at.date(), recorded_at=at)
    return program("customers.view", "accounts.view")


@pytest.mark.parametrize(
    ("path", "name", "found"),
    [
        ("customers/", "external_id", ["c-1", "c-2"]),
        ("customers/?external_id=c-2", "external_id", ["c-2"]),
        ("customers/?kind=person", "external_id", ["c-1"]),
        ("customers/?search=ame2", "external_id", ["c-2"]),
        ("customers/?search=n1@", "external_id", ["c-1"]),
        ("customers/?account=a-2", "external_id", ["c-2"]),
        ("customers/?updated_since=2026-03-02T00:00:00Z", "external_id", ["c-2"]),
        ("customers/?recorded_since=2026-03-02T09:00:00%2B08:00", "external_id", ["c-2"]),
        ("accounts/?search=firm1", "external_id", ["a-1"]),
        ("accounts/?csm=CSM2@example.com", "external_id", ["a-2"]),
        ("accounts/?external_id=a-1", "external_id", ["a-1"]),
        ("accounts/?updated_since=2026-03-02T00:00:00Z", "external_id", ["a-2"]),
        ("contacts/?account=a-1", "customer", ["c-1"]),
        ("contacts/?customer=c-2", "account", ["a-2"]),
        ("contacts/?role=champion", "customer", ["c-2"]),
        ("orders/?customer=c-1", "order_id", ["o-1"]),
        ("orders/?account=a-2", "order_id", ["o-2"]),
        ("orders/?order_id=o-2", "order_id", ["o-2"]),
        ("orders/?status=unpaid", "order_id", ["o-2"]),
        ("orders/?ordered_from=2026-03-02", "order_id", ["o-2"]),
        ("orders/?ordered_to=2026-03-01", "order_id", ["o-1"]),
        ("orders/?recorded_since=2026-03-01T09:00:01Z", "order_id", ["o-2"]),
        ("events/?event=Did%201", "event_id", ["e-1"]),
        ("events/?event_id=e-2", "event_id", ["e-2"]),
        ("events/?customer=c-2", "event_id", ["e-2"]),
        ("events/?account=a-1", "event_id", ["e-1"]),
        ("events/?occurred_from=2026-03-02T09:00:00Z", "event_id", ["e-2"]),
        ("events/?occurred_before=2026-03-02T09:00:00Z", "event_id", ["e-1"]),
        ("events/?recorded_since=2026-03-02T00:00:00Z", "event_id", ["e-2"]),
        ("memberships/?customer=c-1", "level", ["V1"]),
        ("memberships/?level=V2", "level", ["V2"]),
        ("memberships/?since_from=2026-03-02", "level", ["V2"]),
        ("memberships/?since_to=2026-03-01", "level", ["V1"]),
    ],
)
def test_a_filter_leaves_what_it_says(client: Client, path: str, name: str, found: list[str]) -> None:
    assert [row[name] for row in client.get(f"/api/v1/{path}").json()["results"]] == found


def test_a_filter_that_cannot_be_read_is_a_problem(client: Client) -> None:
    answer = client.get("/api/v1/orders/?ordered_from=yesterday")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["errors"] == {"ordered_from": ["Enter a valid date."]}


def test_a_cursor_that_was_not_given_out_is_a_problem(client: Client) -> None:
    answer = client.get("/api/v1/orders/?cursor=x")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
