"""P17: a new tenant cloned from the template, against one made by running the migrations. P18: nothing to migrate."""

from __future__ import annotations

from itertools import count
from typing import Any

from bench.database import bench_database
from bench.rounds import compare

IDLE_TENANTS = 20


def run() -> dict[str, Any]:
    """Clone and migrations give equal schemas, which is asserted first; both end with grants and a comparison."""
    with bench_database():
        return {"P17": _new_tenant(), "P18": _nothing_to_migrate()}


def _new_tenant() -> dict[str, Any]:
    from tenants.services.comparing import refuse_differences
    from tenants.services.describing import describe_schema
    from tenants.services.grants import grant_tenant
    from tenants.services.provisioning import TEMPLATE, provision_tenant

    numbers = count()

    def clone() -> str:
        slug = f"clone-{next(numbers)}"
        return provision_tenant(slug=slug, name=slug, domain=f"{slug}.localhost").schema_name

    def migrations() -> str:
        schema = f"migrated_{next(numbers)}"
        _create(schema)
        _migrate(schema)
        grant_tenant(schema)
        refuse_differences(schema, describe_schema(TEMPLATE))
        return schema

    assert describe_schema(clone()) == describe_schema(migrations()) == describe_schema(TEMPLATE)
    return {"what": "a new tenant: clone against migrations", **compare(clone, migrations, rounds=3)}


def _nothing_to_migrate() -> dict[str, Any]:
    from tenants.context import use_public
    from tenants.models import Tenant
    from tenants.services.migrating import migrate_tenants
    from tenants.services.provisioning import provision_tenant

    for number in range(IDLE_TENANTS):
        provision_tenant(slug=f"idle-{number}", name="Idle", domain=f"idle-{number}.localhost")
    with use_public():
        schemas = list(Tenant.objects.values_list("schema_name", flat=True))
    assert migrate_tenants(_migrate).current == len(schemas)

    def each() -> None:
        for schema in schemas:
            _migrate(schema)

    what = f"migrate with nothing to do, {len(schemas)} tenants: one query against Django's migrate in each"
    return {"what": what, **compare(lambda: migrate_tenants(_migrate), each, rounds=1)}


def _create(schema: str) -> None:
    from psycopg import sql

    from tenants.context import as_owner, connection

    with as_owner("public"), connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))


def _migrate(schema: str) -> None:
    from django.core.management import call_command
    from django.core.management.commands.migrate import Command

    from tenants.context import as_owner

    with as_owner(schema):
        call_command(Command(), verbosity=0, interactive=False)
