"""What a schema's role may do: its rows, never its tables, and never another schema."""

from __future__ import annotations

from psycopg import sql

from tenants.backend.stance import role_of
from tenants.context import as_owner, connection
from tenants.governance import append_only_tables
from tenants.services.roles import ensure_role

READ_ONLY = ("django_migrations",)
ROWS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
COUNTERS = frozenset({"USAGE", "SELECT"})


def allowed_on(table: str) -> frozenset[str]:
    """The privileges of the schema's role on `table`."""
    if table in READ_ONLY:
        return frozenset({"SELECT"})
    return frozenset({"SELECT", "INSERT"}) if table in append_only_tables else ROWS


def grant_tenant(schema: str) -> None:
    """Give the role of `schema` exactly its rights, whatever it had: clone, migrate and restore end with this."""
    ensure_role(schema)
    with as_owner(schema), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname::text, relkind = 'S' FROM pg_class WHERE relnamespace = %s::regnamespace"
            " AND relkind IN ('r', 'v', 'm', 'p', 'S') ORDER BY relname",
            [f'"{schema}"'],
        )
        relations = cursor.fetchall()
        role = sql.Identifier(role_of(connection.settings_dict["NAME"], schema))
        cursor.execute(sql.SQL("; ").join(_statements(schema, role, relations)))


def _statements(schema: str, role: sql.Identifier, relations: list[tuple[str, bool]]) -> list[sql.Composed]:
    home = sql.Identifier(schema)
    statements = [
        sql.SQL("REVOKE ALL ON SCHEMA {} FROM PUBLIC").format(home),
        sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}, PUBLIC").format(home, role),
        sql.SQL("REVOKE ALL ON ALL SEQUENCES IN SCHEMA {} FROM {}, PUBLIC").format(home, role),
        sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(home, role),
    ]
    for privileges in {COUNTERS, *(allowed_on(name) for name, is_sequence in relations if not is_sequence)}:
        names = [
            sql.Identifier(schema, name)
            for name, is_sequence in relations
            if (COUNTERS if is_sequence else allowed_on(name)) == privileges
        ]
        if names:
            statements.append(
                sql.SQL("GRANT {} ON {} {} TO {}").format(
                    sql.SQL(", ".join(sorted(privileges))),
                    sql.SQL("SEQUENCE" if privileges == COUNTERS else "TABLE"),
                    sql.SQL(", ").join(names),
                    role,
                )
            )
    return statements
