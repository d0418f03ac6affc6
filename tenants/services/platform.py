"""What stands in a database before any schema: ext for extensions, platform for facts that every tenant may read."""

from __future__ import annotations

from psycopg import sql

from retention.common.embedded.bootstrap import OWNER, SCHEMAS, prepare_schemas
from tenants.context import as_login, connection


def prepare_database() -> None:
    """Make what bootstrap makes inside a database, where it is missing: a test database has nothing yet."""
    with as_login(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = ANY(%s)", [list(SCHEMAS)])
        if cursor.fetchone() == (len(SCHEMAS),):
            return
        cursor.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(OWNER)))
        try:
            prepare_schemas(connection.connection)
        finally:
            cursor.execute("SET ROLE NONE")
