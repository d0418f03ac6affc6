"""The OpenAPI schema: valid, complete, and true of what is answered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from retention.customers.importers.kinds.orders import ORDERS
from tenants.models import Tenant
from tenants.people.models import User
from tests.customers.api.conftest import HOST, Browser, Program
from tests.customers.api.test_callers import ALL, LISTS, fill

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The schema as the command writes it; any warning of the generator is an error."""
    path: Path = tmp_path_factory.mktemp("schema") / "schema.json"
    call_command("spectacular", validate=True, fail_on_warn=True, format="openapi-json", file=str(path))
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def paths(resolver: URLResolver, above: str = "/") -> Iterator[str]:
    """Every path under the resolver, as the schema writes it."""
    for pattern in resolver.url_patterns:
        path = above + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield path
        else:
            yield from paths(pattern, path)


def test_every_door_of_the_api_is_in_it(schema: dict[str, Any]) -> None:
    doors = {path for path in paths(get_resolver()) if path.startswith("/api/v1/")}
    assert set(schema["paths"]) == doors


def test_every_operation_says_how_it_fails(schema: dict[str, Any]) -> None:
    operations = [
        (path, method, operation) for path, found in schema["paths"].items() for method, operation in found.items()
    ]
    silent = [
        (path, method, status)
        for path, method, operation in operations
        for status in ("401", "403", "429")
        if operation["responses"].get(status, {}).get("content") != PROBLEM
    ]
    assert (len(operations) >= len(schema["paths"]) > 0, silent) == (True, [])


def test_a_batch_says_all_that_may_become_of_it(schema: dict[str, Any]) -> None:
    said = schema["paths"]["/api/v1/orders/batch/"]["post"]
    assert set(said["responses"]) == {"200", "400", "401", "403", "409", "413", "422", "429", "503"}
    row = schema["components"]["schemas"]["OrdersRow"]
    assert row["required"] == ["customer", "ordered_at"]
    assert set(row["properties"]) == {column.name for column in ORDERS.all_columns}


def test_only_those_who_are_signed_in_read_it(vera: User, browser: Browser, acme: Tenant) -> None:
    stranger = Client(headers={"host": HOST}).get("/api/schema/?format=json")
    assert (stranger.status_code, stranger.json()["code"]) == (401, "not_authenticated")
    answer = browser(vera).get("/api/schema/?format=json")
    assert (answer.status_code, answer.json()["info"]["title"]) == (200, "Stay API")


@pytest.mark.parametrize("path", ALL)
def test_answers_are_as_it_says(schema: dict[str, Any], program: Program, path: str) -> None:
    fill("one", csm="carl@example.com")
    answer = program(*LISTS).get(f"/api/v1/{path}").json()
    said = schema["paths"][f"/api/v1/{path}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    problems = Draft202012Validator({**said, "components": schema["components"]}).iter_errors(answer)
    assert (len(answer["results"]), [problem.message for problem in problems]) == (1, [])


def test_a_problem_is_as_it_says(schema: dict[str, Any], program: Program) -> None:
    answers = [program("customers.view").get(f"/api/v1/{path}") for path in ("orders/?ordered_from=x", "accounts/")]
    validator = Draft202012Validator(schema["components"]["schemas"]["Problem"])
    assert [answer.status_code for answer in answers] == [400, 403]
    assert [problem.message for answer in answers for problem in validator.iter_errors(answer.json())] == []


NAMES = st.sampled_from(["event_id", "customer", "account", "event", "occurred_at", "deleted", "page", "", "客户"])
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20),
    st.sampled_from(["e-1", "c-1", "2026-03-01T09:00:00Z", "true", "Did"]), st.lists(st.integers(), max_size=2),
)  # fmt: skip
ROWS = st.lists(st.one_of(st.dictionaries(NAMES, VALUES, max_size=6), VALUES), max_size=5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_whatever_comes_is_counted_or_refused_whole(rows: list[Any], schema: dict[str, Any], sender: Client) -> None:
    answer = sender.post("/api/v1/events/batch/", json.dumps(rows), content_type="application/json")
    body = answer.json()
    if answer.status_code == 400:
        Draft202012Validator(schema["components"]["schemas"]["Problem"]).validate(body)
        return
    said = {"$ref": "#/components/schemas/BatchAnswer", "components": schema["components"]}
    Draft202012Validator(said).validate(body)
    assert (answer.status_code, body["read"], body["read"]) == (
        200, len(rows), body["kept"] + body["unchanged"] + body["refused"],
    )  # fmt: skip
    assert sorted({error["row"] for error in body["errors"]}) == [error["row"] for error in body["errors"]]
    assert len(body["errors"]) == body["refused"]


@pytest.fixture
def sender(program: Program) -> Client:
    return program("customers.import")
