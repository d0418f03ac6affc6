"""Two tenants with the same things under the same keys, and everybody of the first with what lets them in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http.cookie import SimpleCookie
from django.test import Client
from psycopg import sql

from retention.common import clock
from tenants.context import as_owner, connection, find_tenant, use_tenant
from tenants.models import Tenant
from tenants.people.enums import RoleName
from tenants.people.services.keys import UNGRANTED, create_api_key
from tests.conftest import make_person
from tests.isolation.matrix import World, all_rows, things
from tests.tenants.people.browser import signed_in

OURS, THEIRS = "canary-acme-5d41", "canary-rival-9c7e"
ROLES = tuple(role for role in RoleName if role != RoleName.OPERATOR)
NOBODY, KEY = "anonymous", "api key"
SECOND_SERVER = bool(os.environ.get("STAY_TEST_PG_BIN"))
"""On a second PostgreSQL the admin, a key and nobody ask: what a role may do is decided before the server is asked."""


@dataclass
class Visitor:
    """Somebody with a credential of the first tenant; `codes` is what they may do there."""

    name: str
    codes: frozenset[str]
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, host: str, body: dict[str, Any], *, as_json: bool) -> Any:
        """One request; what it changes here is undone by the caller."""
        client = Client(headers={"host": host, **self.headers}, raise_request_exception=False)
        client.cookies = SimpleCookie(self.cookies.output(header="", sep=";"))
        if method in ("GET", "HEAD"):
            return getattr(client, method.lower())(path)
        kind = {"content_type": "application/json"} if as_json or method in ("PUT", "PATCH", "DELETE") else {}
        return getattr(client, method.lower())(path, body, **kind)


@dataclass
class Worlds:
    """`ours` is empty of things when the stranger alone has them."""

    ours: World
    theirs: World
    acme: Tenant
    rival: Tenant
    visitors: dict[str, Visitor]


@contextmanager
def two_worlds(*, twins: bool) -> Iterator[Worlds]:
    """Build both in one transaction that is rolled back at the end."""
    all_rows()  # registers the things
    with transaction.atomic():
        acme, rival = find_tenant("acme"), find_tenant("rival")
        for tenant in (acme, rival):
            _begin_counting_at(tenant.schema_name, 1_000_000)
        ours, theirs = World(OURS), World(THEIRS)
        for tenant, world in ((acme, ours), (rival, theirs)):  # things first, so that they have the same keys
            if twins or world is theirs:
                _fill(tenant, world)
        visitors = _visitors(acme)
        with use_tenant(rival):
            for role in ROLES:
                make_person(role, f"Their{role}")
        yield Worlds(ours, theirs, acme, rival, visitors)
        transaction.set_rollback(True)


def writes(*tenants: Tenant) -> list[int]:
    """Rows of each tenant inserted, changed or deleted in this transaction so far, as the server counts them."""
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            "SELECT n.nspname::text, sum(pg_stat_get_xact_tuples_inserted(c.oid)"
            " + pg_stat_get_xact_tuples_updated(c.oid) + pg_stat_get_xact_tuples_deleted(c.oid))::int"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = ANY(%s) AND c.relkind = 'r' AND c.relname <> 'django_session' GROUP BY 1",
            [[tenant.schema_name for tenant in tenants]],
        )
        counted: dict[str, int] = dict(cursor.fetchall())
    return [counted[tenant.schema_name] for tenant in tenants]


def _fill(tenant: Tenant, world: World) -> None:
    with use_tenant(tenant):
        for name, maker in things.items():
            world.things[name] = maker(world)


def _visitors(acme: Tenant) -> dict[str, Visitor]:
    visitors = {NOBODY: Visitor(NOBODY, frozenset())}
    with use_tenant(acme):
        for role in ROLES:
            person = make_person(role, f"Our{role}")
            if SECOND_SERVER and role != RoleName.ADMIN:
                continue
            client = signed_in(person, confirmed=role == RoleName.ADMIN)
            visitors[role] = Visitor(role, person.permission_codes(), client.cookies)
        admin = get_user_model().objects.get(role=RoleName.ADMIN)
        codes = sorted(admin.permission_codes() - UNGRANTED)
        _, text = create_api_key(name="all", scopes=codes, actor=admin, now=clock.now())
    visitors[KEY] = Visitor(KEY, frozenset(codes), headers={"authorization": f"Bearer {text}"})
    return visitors


def _begin_counting_at(schema: str, number: int) -> None:
    with as_owner(schema), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'S'", [schema]
        )
        for (counter,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT setval({}, %s)").format(sql.Literal(f'"{schema}"."{counter}"')), [number])
