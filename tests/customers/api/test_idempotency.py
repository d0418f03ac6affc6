"""The same request again, another one with its key, one still in flight, and a file being merged meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from retention.common import clock
from retention.customers.models import Customer, KeptAnswer
from retention.customers.services import batches
from retention.customers.services.idempotency import flight_lock
from retention.customers.services.privacy import erase_person
from tenants.models import Tenant
from tenants.people.models import ApiKey, User
from tests.customers.api.conftest import Program

KEY = {"idempotency-key": "5f0c"}
ROW = {"external_id": "c-1", "name": "Ann"}


@pytest.fixture
def client(program: Program) -> Client:
    return program("customers.import")


@pytest.fixture
def other_session(tenant: Tenant) -> Iterator[psycopg.Cursor[Any]]:
    """A cursor of another session at the same database."""
    said = connection.get_connection_params()
    wanted = {name: said[name] for name in ("dbname", "user", "password", "host", "port") if name in said}
    with psycopg.connect(**wanted) as other, other.cursor() as cursor:
        yield cursor


def send(client: Client, rows: Any, kind: str = "customers", **headers: str) -> Any:
    return client.post(
        f"/api/v1/{kind}/batch/", json.dumps(rows), content_type="application/json", headers={**KEY, **headers}
    )


def test_the_same_request_again_gets_the_first_answer(client: Client) -> None:
    first = send(client, [ROW, {"name": "Nobody"}])
    Customer.objects.update(name="Changed since")
    again = send(client, [ROW, {"name": "Nobody"}])
    assert first.json()["kept"] == 1
    assert (again.status_code, again.json()) == (200, first.json())
    assert (first.has_header("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (False, "true")
    assert Customer.objects.get().name == "Changed since"


def test_a_key_belongs_to_its_body_and_its_kind(client: Client) -> None:
    send(client, [ROW])
    answers = [send(client, [{**ROW, "name": "Bob"}]), send(client, [ROW], kind="accounts")]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(422, "idempotency_key_reused")] * 2
    assert Customer.objects.get().name == "Ann"


def test_each_caller_has_its_own_keys(client: Client, program: Program) -> None:
    send(client, [ROW])
    answer = send(program("customers.import"), [{**ROW, "name": "Bob"}])
    assert (answer.status_code, answer.json()["kept"]) == (200, 1)


def test_an_answer_is_kept_for_a_day(client: Client) -> None:
    send(client, [ROW])
    KeptAnswer.objects.update(kept_at=clock.now() - timedelta(hours=24))
    assert send(client, [{**ROW, "name": "Bob"}]).json()["kept"] == 1
    assert KeptAnswer.objects.count() == 1


def test_a_refused_request_may_be_mended_under_its_key(client: Client) -> None:
    assert send(client, []).status_code == 400
    assert not KeptAnswer.objects.exists()
    assert send(client, [ROW]).json()["kept"] == 1


def test_a_key_that_is_no_key_is_a_problem(client: Client) -> None:
    answer = send(client, [ROW], **{"idempotency-key": "k" * 201})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")
    assert not Customer.objects.exists()


def test_a_request_in_flight_is_not_worked_on_twice(client: Client, other_session: psycopg.Cursor[Any]) -> None:
    lock = flight_lock(f"key:{ApiKey.objects.get().public_id}", KEY["idempotency-key"])
    other_session.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [lock])
    answer = send(client, [ROW])
    assert (answer.status_code, answer.json()["code"]) == (409, "request_in_flight")
    assert not Customer.objects.exists()
    other_session.execute("SELECT pg_advisory_unlock_all()")
    assert send(client, [ROW]).json()["kept"] == 1


def test_a_batch_does_not_wait_for_ever_for_a_file(
    client: Client, other_session: psycopg.Cursor[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "PATIENCE_MS", 50)
    lock = f"{connection.schema_name}:imports"  # type: ignore[attr-defined]
    other_session.execute("SELECT pg_advisory_lock(hashtextextended(%s, 2))", [lock])
    answer = send(client, [ROW])
    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (503, "5", "import_running")
    assert (Customer.objects.exists(), KeptAnswer.objects.exists()) == (False, False)
    other_session.execute("SELECT pg_advisory_unlock_all()")
    assert send(client, [ROW]).json()["kept"] == 1


def test_nothing_of_an_erased_person_is_kept_or_comes_back(client: Client, ada: User) -> None:
    send(client, [{**ROW, "email": "ann@mail.example"}, {"external_id": "c-2", "email": "ann@mail.example,"}])
    assert "ann@mail.example" in str(KeptAnswer.objects.get().answer)
    erase_person(customer=Customer.objects.get(), actor=ada, now=clock.now())
    assert not KeptAnswer.objects.exists()
    (error,) = send(client, [ROW]).json()["errors"]
    assert (error["row"], error["reason"]) == (1, "This person was erased and stays out.")
    assert list(Customer.objects.values_list("name", "email")) == [("", "")]
