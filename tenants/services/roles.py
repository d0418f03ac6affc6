"""The role of a schema: reads and writes its rows, owns nothing, and can't sign in."""

from __future__ import annotations

from psycopg import sql

from tenants.backend.stance import role_of
from tenants.context import as_login, connection


def ensure_role(schema: str) -> None:
    """Make the role of `schema`, or mend it; the login may assume it and inherits nothing from it."""
    role = sql.Identifier(_role(schema))
    with as_login(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [_role(schema)])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOINHERIT").format(role))
        # From 16 on inheriting belongs to the grant; before, NOINHERIT of the login decides.
        how = sql.SQL("WITH INHERIT FALSE, SET TRUE" if connection.pg_version >= 160000 else "")
        cursor.execute(sql.SQL("GRANT {} TO SESSION_USER {}").format(role, how))


def drop_role(schema: str) -> None:
    """Remove the role of a schema that is gone; one that is missing is fine."""
    with as_login(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(_role(schema))))


def _role(schema: str) -> str:
    return role_of(connection.settings_dict["NAME"], schema)
