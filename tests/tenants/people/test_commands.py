"""`api_key` on the command line."""

from __future__ import annotations

import pytest

from retention.common import clock
from tenants.context import use_tenant
from tenants.models import Tenant
from tenants.people.services.keys import find_key, tenant_of_write_key
from tests.tenants.command_line import run_command

pytestmark = pytest.mark.django_db


def test_a_key_and_a_write_key_are_shown(acme: Tenant) -> None:
    code, answer = run_command("api_key", "acme", "--name", "Shop", "--scopes", "customers.view, scores.view")
    assert (code, set(answer)) == (0, {"key", "write_key"})
    assert tenant_of_write_key(answer["write_key"], now=clock.now()) == acme
    with use_tenant(acme):
        key = find_key(answer["key"], kind="api", now=clock.now())
        assert key is not None
        assert (key.name, key.scopes) == ("Shop", ["customers.view", "scores.view"])


def test_unknown_scopes_are_refused_with_the_known_ones(acme: Tenant) -> None:
    code, answer = run_command("api_key", "acme", "--name", "Shop", "--scopes", "customers.look")
    assert (code, answer["error"]["message"]) == (1, "Unknown permissions: customers.look.")
    assert "customers.view" in answer["error"]["mend"]


def test_without_a_name_it_is_used_wrongly(acme: Tenant) -> None:
    assert run_command("api_key", "acme", "--scopes", "customers.view")[0] == 2
