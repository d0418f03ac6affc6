"""The shop that segments are tried on, and browsers of its people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tenants.models import Tenant
from tenants.people.models import User
from tests.segments.world import World
from tests.tenants.people.browser import confirm_lately

SignedIn = Callable[[User], Client]


@pytest.fixture
def world(tenant: Tenant) -> World:
    return World()


@pytest.fixture
def browser(acme: Tenant) -> SignedIn:
    """A client at acme's host, signed in as the person given, who typed the password just now."""

    def enter(person: User) -> Client:
        client = Client(headers={"host": "acme.localhost", "accept-language": "en"})
        client.force_login(person)
        confirm_lately(client)
        return client

    return enter
