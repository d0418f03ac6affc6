"""kill -9 of provisioning at any moment: the same call finishes it, and the tenant equals an undisturbed one."""

from __future__ import annotations

import time
from random import Random
from typing import Any

import pytest

from tests.chaos.installation import Installation

OBJECTS = """
SELECT 'relation', relkind::text, relname::text, coalesce(relacl::text, '')
  FROM pg_class WHERE relnamespace = 'SCHEMA'::regnamespace
UNION ALL SELECT 'constraint', contype::text, conname::text, ''
  FROM pg_constraint WHERE connamespace = 'SCHEMA'::regnamespace
UNION ALL SELECT 'trigger', '', tgname::text, ''
  FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
  WHERE c.relnamespace = 'SCHEMA'::regnamespace AND NOT tgisinternal
"""


def provision(installation: Installation, slug: str, *, kill_after: float) -> None:
    """Begins and is killed, unless it was quicker."""
    with installation.start(["-m", "tests.chaos.provision", slug]) as process:
        deadline = time.monotonic() + 60
        while not process.lines():
            assert process.is_running(), str(process)
            assert time.monotonic() < deadline
            time.sleep(0.002)
        process.wait_at_most(kill_after)


def status(installation: Installation, slug: str) -> list[tuple[Any, ...]]:
    return installation.ask("SELECT status, schema_name FROM public.tenants_tenant WHERE slug = %s", slug)


def objects(installation: Installation, schema: str) -> set[tuple[Any, ...]]:
    """Everything in the schema, with the schema's own name and role taken out."""
    rows = installation.ask(OBJECTS.replace("SCHEMA", schema))
    return {tuple(str(value).replace(schema, "SCHEMA") for value in row) for row in rows}


@pytest.fixture(scope="module")
def calm(installation: Installation) -> tuple[set[tuple[Any, ...]], float]:
    """An undisturbed tenant, and how long it took."""
    began = time.monotonic()
    with installation.start(["-m", "tests.chaos.provision", "calm"]) as process:
        while not process.lines():
            assert process.is_running(), str(process)
            time.sleep(0.002)
        began = time.monotonic()
        assert process.wait() == 0, str(process)
    return objects(installation, "t_calm"), time.monotonic() - began


def test_a_killed_provisioning_is_finished_by_the_same_call(
    installation: Installation,
    calm: tuple[set[tuple[Any, ...]], float],
    chance: Random,
    request: pytest.FixtureRequest,
) -> None:
    expected, seconds = calm
    slug = f"killed-{request.node.callspec.indices['chance']}"
    schema = f"t_{slug.replace('-', '_')}"
    for attempt in range(4):
        if status(installation, slug) != [("active", schema)]:
            provision(installation, slug, kill_after=60 if attempt == 3 else chance.uniform(0, seconds * 1.1))
    assert objects(installation, schema) == expected
    assert status(installation, slug) == [("active", schema)]
    assert installation.ask("SELECT count(*) FROM public.tenants_domain WHERE domain = %s", f"{slug}.localhost") == [
        (1,)
    ]
    assert len(expected) > 100
