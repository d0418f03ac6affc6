"""What a superuser does once in a new cluster, so that nobody needs a superuser afterwards.

`stay_owner` (no login) owns everything and is assumed only to migrate and provision. `stay_login` is what the
application signs in as: it owns nothing, inherits nothing, and may make the roles of tenants.
"""

from __future__ import annotations

import psycopg
from psycopg import Connection, sql

LOGIN = "stay_login"
OWNER = "stay_owner"
SCHEMAS = ("ext", "platform")
EXTENSIONS = ("pg_trgm", "citext", "btree_gin")


def bootstrap_database(
    superuser_dsn: str, database: str, login_password: str, *, may_create_databases: bool = False
) -> None:
    """Makes roles, database, schemas and extensions, or mends them: it may be run again at any time.

    `superuser_dsn` names any existing database; where nobody is given a superuser, a login that may create roles
    and databases will do. `may_create_databases` is for test clusters alone.
    """
    with psycopg.connect(superuser_dsn, autocommit=True) as connection:
        _make_roles(connection, login_password, may_create_databases=may_create_databases)
        _make_database(connection, database)
    for name in [database, *(["template1"] if may_create_databases else [])]:  # test databases are copies of it
        with psycopg.connect(superuser_dsn, dbname=name, autocommit=True) as connection:
            prepare_schemas(connection)


def _make_roles(connection: Connection, login_password: str, *, may_create_databases: bool) -> None:
    for role in (OWNER, LOGIN):
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
    connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(OWNER)))
    connection.execute(
        sql.SQL("ALTER ROLE {} LOGIN NOINHERIT CREATEROLE {} PASSWORD {}").format(
            sql.Identifier(LOGIN),
            sql.SQL("CREATEDB" if may_create_databases else "NOCREATEDB"),
            sql.Literal(login_password),
        )
    )
    # From 16 on inheriting is a property of the grant, and NOINHERIT of the role only its default.
    how = "WITH INHERIT FALSE, SET TRUE" if connection.info.server_version >= 160000 else ""
    connection.execute(sql.SQL(f"GRANT {{}} TO {{}} {how}").format(sql.Identifier(OWNER), sql.Identifier(LOGIN)))
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = current_user AND rolsuper").fetchone():
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))  # to give things to it


def _make_database(connection: Connection, database: str) -> None:
    name = sql.Identifier(database)
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(name, sql.Identifier(OWNER))
        )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(LOGIN)))


def prepare_schemas(connection: Connection) -> None:
    """In the connected database: the schemas that every tenant role may see, and the extensions in `ext`."""
    owner = sql.Identifier(OWNER)
    connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner))
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    for schema in SCHEMAS:
        connection.execute(
            sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}").format(sql.Identifier(schema), owner)
        )
    connection.execute("GRANT USAGE ON SCHEMA ext TO PUBLIC")  # functions and types of extensions, no data
    connection.execute("GRANT USAGE ON SCHEMA platform TO PUBLIC")  # facts that every tenant may read
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO PUBLIC").format(database))
    present = {row[0] for row in connection.execute("SELECT name FROM pg_available_extensions")}
    for extension in EXTENSIONS:
        if extension in present:
            connection.execute(
                sql.SQL("CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA ext").format(sql.Identifier(extension))
            )
