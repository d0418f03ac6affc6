"""Rows in over the API: the importer's checks, whole answers, and what stands in the tables afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from retention.customers.models import Account, Contact, Customer, CustomerState, Event, Membership, Order
from tenants.context import use_tenant
from tenants.models import Tenant
from tenants.people.models import ApiKey, User
from tests.customers.api.conftest import HOST, Browser, Program, results
from tests.customers.facts import expected_states, stored_states

ORDERS = [
    {"order_id": "o-1", "customer": "c-1", "ordered_at": "2026-03-01T09:00:00Z", "amount": 3, "product": "milk"},
    {"order_id": "o-1", "customer": "c-1", "ordered_at": "2026-03-01T09:00:00Z", "amount": "2.50", "till": 7},
    {"order_id": "o-2", "customer": "c-2", "ordered_at": "2026-03-02", "amount": 1.1, "currency": "USD"},
]


@pytest.fixture
def client(program: Program) -> Client:
    return program("customers.import", "customers.view", "accounts.view")


def send(client: Client, kind: str, rows: Any, **headers: str) -> Any:
    body = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    return client.post(f"/api/v1/{kind}/batch/", body, content_type="application/json", headers=headers)


def counts(read: int, kept: int, unchanged: int, refused: int, errors: list[dict[str, Any]]) -> dict[str, Any]:
    return {"read": read, "kept": kept, "unchanged": unchanged, "refused": refused, "errors": errors}


def test_orders_come_in_and_the_state_follows(client: Client) -> None:
    answer = send(client, "orders", ORDERS)
    assert (answer.status_code, answer.json()) == (200, counts(3, 3, 0, 0, []))
    shown = [(row["order_id"], row["customer"], row["amount"]) for row in results(client, "orders/")]
    assert sorted(shown) == [("o-1", "c-1", "5.50"), ("o-2", "c-2", "1.10")]
    assert stored_states() == expected_states()
    key = ApiKey.objects.get()
    assert set(Order.objects.values_list("source", flat=True)) == {f"api:key:{key.public_id}"}
    assert send(client, "orders", ORDERS).json() == counts(3, 0, 3, 0, [])


def test_every_kind_comes_in(client: Client) -> None:
    sent = {
        "customers": {"external_id": "c-1", "name": "Ann", "email": "ann@mail.example", "size": "M", "vip": True},
        "accounts": {"external_id": "a-1", "name": "Initech"},
        "contacts": {"account": "a-1", "customer": "c-1", "role": "champion"},
        "events": {"event_id": "e-1", "customer": "c-1", "event": "Did", "occurred_at": "2026-03-01", "page": None},
        "memberships": {"customer": "c-1", "level": "V3", "since": "2026-03-01", "auto_renew": False},
    }
    for kind, row in sent.items():
        assert send(client, kind, [row]).json() == counts(1, 1, 0, 0, []), kind
        assert send(client, kind, [row]).json() == counts(1, 0, 1, 0, []), kind
    assert Customer.objects.values_list("external_id", "name", "email", "traits").get() == (
        "c-1", "Ann", "ann@mail.example", {"size": "M", "vip": True},
    )  # fmt: skip
    assert Account.objects.values_list("external_id", "name").get() == ("a-1", "Initech")
    assert Contact.objects.values_list("account__external_id", "role").get() == ("a-1", "champion")
    assert Event.objects.values_list("event_id", "name", "properties").get() == ("e-1", "Did", {})
    assert Membership.objects.values_list("level", "auto_renew").get() == ("V3", False)


def test_bad_rows_are_named_and_the_good_ones_kept(client: Client) -> None:
    at = {"occurred_at": "2026-03-01T09:00:00Z"}
    rows = [
        {"event_id": "e-1", "customer": "c-1", "event": "Did", **at},
        {"event_id": "e-2", "customer": "c-1", "event": "Did", "occurred_at": "yesterday"},
        {"event_id": "e-3", "customer": "c-1", **at},
        {"event_id": "e-4", "event": "Did", **at},
        {"event_id": "e-5", "customer": "c-1", "event": "Did", "page": {"path": "/"}, **at},
        "e-6",
        {"event_id": "e-7", "customer": "c-1", "event": "\ud800", **at},
    ]
    plain = {
        "reason": "The field holds no single value of plain text.",
        "mend": "Send a text, a number, true, false or null; give what is inside it fields of their own.",
    }
    no_date = "“yesterday” is not a date of the calendar."
    empty = "Fill it in, or leave the row out."
    example = "Write it like 2024-03-31 or 2024-03-31 14:05:00+08:00, or give the format in the map."
    assert send(client, "events", rows).json() == counts(
        7, 1, 0, 6,
        [
            {"row": 2, "field": "occurred_at", "reason": no_date, "mend": example},
            {"row": 3, "field": "event", "reason": "event is empty.", "mend": empty},
            {"row": 4, "field": "customer", "reason": "customer or account is empty.", "mend": empty},
            {"row": 5, "field": "page", **plain},
            {"row": 6, "field": "", "reason": "The row is not a JSON object.",
             "mend": 'Write it like {"name": value, …}.'},
            {"row": 7, "field": "event", **plain},
        ],
    )  # fmt: skip
    assert list(Event.objects.values_list("event_id", flat=True)) == ["e-1"]


def test_half_an_order_is_not_kept(client: Client) -> None:
    torn = {**ORDERS[1], "till": [7]}
    answer = send(client, "orders", [ORDERS[0], torn, ORDERS[2]]).json()
    assert [(one["row"], one["field"]) for one in answer["errors"]] == [(1, "order_id"), (2, "till")]
    assert list(Order.objects.values_list("external_id", flat=True)) == ["o-2"]


def test_a_missing_column_refuses_rows_and_not_the_batch(client: Client) -> None:
    answer = send(client, "contacts", [{"customer": "c-1"}])
    assert answer.json() == counts(
        1, 0, 0, 1, [{"row": 1, "field": "account", "reason": "account is empty.",
                      "mend": "Fill it in, or leave the row out."}],
    )  # fmt: skip
    assert not Customer.objects.exists()


def test_a_fact_is_withdrawn_by_its_id(client: Client) -> None:
    send(client, "orders", ORDERS)
    assert send(client, "orders", [{"order_id": "o-2", "deleted": True}]).json() == counts(1, 1, 0, 0, [])
    assert [row["order_id"] for row in results(client, "orders/")] == ["o-1"]
    assert CustomerState.objects.get(customer__external_id="c-2").order_days == 0


def test_no_digit_of_a_number_is_lost(client: Client) -> None:
    body = b'[{"external_id": "c-1", "wide": 12345678901234567890.10, "small": 0.25, "count": 3, "code": "007"}]'
    assert send(client, "customers", body).json()["kept"] == 1
    assert Customer.objects.get().traits == {
        "wide": "12345678901234567890.10", "small": 0.25, "count": 3, "code": "007",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "parse_error"),
        (b"{", 400, "parse_error"),
        (b"[" * 100_000, 400, "parse_error"),
        (b'[{"external_id": NaN}]', 400, "parse_error"),
        (b'{"external_id": "c-1"}', 400, "parse_error"),
        (b"\xff\xfe[", 400, "parse_error"),
        (b"[]", 400, "no_rows"),
        (b'[{"external_id": "c-1", "a\\u0000b": 1}]', 400, "bad_column"),
        (b'[{"external_id": "c-1", "External ID": "c-1"}]', 400, "column_twice"),
        (json.dumps([{f"f{n}": n for n in range(201)}]).encode(), 400, "too_many_columns"),
        (json.dumps([{}] * 5_001).encode(), 413, "too_many_rows"),
        (b'[{"external_id": "' + b"x" * 5_000_000 + b'"}]', 413, "body_too_large"),
    ],
    ids=str,
)
def test_a_body_that_is_no_batch_is_a_problem(client: Client, body: bytes, status: int, code: str) -> None:
    answer = send(client, "customers", body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == code
    assert not Customer.objects.exists()


def test_another_media_type_is_refused(client: Client) -> None:
    answer = client.post("/api/v1/customers/batch/", {"external_id": "c-1"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_full_batch_is_taken(client: Client) -> None:
    rows = [{"external_id": f"c-{n}"} for n in range(5_000)]
    assert send(client, "customers", rows).json() == counts(5_000, 5_000, 0, 0, [])


def test_a_marketer_writes_and_a_viewer_does_not(max_: User, vera: User, browser: Browser) -> None:
    assert send(browser(vera), "customers", [{"external_id": "c-1"}]).status_code == 403
    assert not Customer.objects.exists()
    assert send(browser(max_), "customers", [{"external_id": "c-1"}]).json()["kept"] == 1


def test_a_session_needs_its_token(max_: User, acme: Tenant) -> None:
    client = Client(headers={"host": HOST}, enforce_csrf_checks=True)
    client.force_login(max_)
    assert send(client, "customers", [{"external_id": "c-1"}]).status_code == 403
    assert not Customer.objects.exists()


def test_a_key_of_another_tenant_writes_nowhere(client: Client, rival: Tenant) -> None:
    answer = send(client, "customers", [{"external_id": "c-1"}], host="rival.localhost")
    assert (answer.status_code, answer.json()["code"]) == (401, "key_invalid")
    with use_tenant(rival):
        assert not Customer.objects.exists()
    assert not Customer.objects.exists()
