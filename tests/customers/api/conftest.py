"""Callers of the REST API: people in their browsers, and programs with keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from retention.common import clock
from tenants.models import Tenant
from tenants.people.models import User
from tenants.people.services.keys import create_api_key

HOST = "acme.localhost"
Browser = Callable[[User], Client]
Program = Callable[..., Client]


@pytest.fixture(autouse=True)
def fresh_counters() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def browser(acme: Tenant) -> Browser:
    """A client at acme's host, signed in as the person given."""

    def enter(person: User) -> Client:
        client = Client(headers={"host": HOST, "accept-language": "en"})
        client.force_login(person)
        return client

    return enter


@pytest.fixture
def program(ada: User) -> Program:
    """A client at acme's host, with a key of these scopes that Ada made."""

    def start(*scopes: str) -> Client:
        _key, text = create_api_key(name="Shop", scopes=scopes, actor=ada, now=clock.now())
        return Client(headers={"host": HOST, "accept-language": "en", "authorization": f"Bearer {text}"})

    return start


def results(client: Client, path: str) -> list[dict[str, Any]]:
    """The rows of the first page."""
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows
