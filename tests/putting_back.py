"""After a test with real transactions the tenants are as new: emptied, and filled from the template again."""

from __future__ import annotations

from typing import Any

from psycopg import sql

from tenants.context import as_owner, connection, find_tenant, use_tenant
from tenants.presets import presets
from tenants.services.provisioning import TEMPLATE

TENANTS = ("acme", "rival")
KEPT = ("django_migrations", "django_content_type", "auth_permission")
KEPT_IN_PUBLIC = (*KEPT, "tenants_tenant", "tenants_domain", "tenants_schemastate", "tenants_chore")


def put_back(*_: Any) -> None:
    """Stands in for Django's flush, which knows one schema and would empty it of what migrations put there."""
    for schema, kept in (("public", KEPT_IN_PUBLIC), ("t_acme", KEPT), ("t_rival", KEPT)):
        with as_owner(schema), connection.cursor() as cursor:
            tables = _tables(cursor, schema, kept)
            cursor.execute(
                sql.SQL("TRUNCATE {} RESTART IDENTITY").format(sql.SQL(", ").join(map(sql.Identifier, tables)))
            )
            if schema != "public":
                _refill(cursor, tables)
    for name in TENANTS:
        with use_tenant(find_tenant(name)) as tenant:
            for preset in presets:
                preset.apply(tenant)


def _tables(cursor: Any, schema: str, kept: tuple[str, ...]) -> list[str]:
    cursor.execute(
        "SELECT relname::text FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'"
        " AND NOT relname = ANY(%s) ORDER BY relname",
        [schema, list(kept)],
    )
    return [name for (name,) in cursor.fetchall()]


def _refill(cursor: Any, tables: list[str]) -> None:
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for table in tables:
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(TEMPLATE, table)))
        if cursor.fetchone() == (True,):
            cursor.execute(
                sql.SQL("INSERT INTO {} SELECT * FROM {}").format(
                    sql.Identifier(table), sql.Identifier(TEMPLATE, table)
                )
            )
            _count_on(cursor, table)


def _count_on(cursor: Any, table: str) -> None:
    """The next key is one that no row has."""
    cursor.execute(
        "SELECT attname::text, pg_get_serial_sequence(%(table)s, attname) FROM pg_attribute"
        " WHERE attrelid = %(table)s::regclass AND attidentity <> ''",
        {"table": table},
    )
    for column, sequence in cursor.fetchall():
        last = sql.SQL("SELECT max({}) FROM {}").format(sql.Identifier(column), sql.Identifier(table))
        cursor.execute(sql.SQL("SELECT setval(%s, ({}))").format(last), [sequence])
