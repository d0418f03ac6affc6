"""Test databases: owned by the owner's role like a real one, and their roles go with them."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import creation

from retention.common.embedded.bootstrap import OWNER
from tenants.backend.stance import database_tag

PostgresCreation: Any = creation.DatabaseCreation  # its inner methods are unknown to the type stubs


class DatabaseCreation(PostgresCreation):
    """Makes and drops test databases as the login, for the owner."""

    def sql_table_creation_suffix(self) -> str:
        return f"{super().sql_table_creation_suffix() or 'WITH'} OWNER {OWNER}"

    def serialize_db_to_string(self) -> str:
        """Rows are put back from the template schema, not from a dump."""
        return ""

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name = self._get_test_db_name()
        if not keepdb:
            with self._nodb_cursor() as cursor:
                _drop(cursor, name)
        return super()._create_test_db(verbosity, autoclobber, keepdb)

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        self.connection.close_pool()
        with self._nodb_cursor() as cursor:
            _drop(cursor, test_database_name)


def _drop(cursor: Any, database: str) -> None:
    # Whoever is connected goes; the server's own workers may not be told to, and make way by themselves.
    cursor.execute(
        "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
        " WHERE datname = %s AND backend_type = 'client backend'",
        [database],
    )
    cursor.execute(
        "SELECT r.rolname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE d.datname = %s", [database]
    )
    found = cursor.fetchone()
    if found:
        cursor.execute(f'SET ROLE "{found[0]}"')
        cursor.execute(f'DROP DATABASE "{database}"')
        cursor.execute("SET ROLE NONE")
    cursor.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [f"tn\\_{database_tag(database)}\\_%"])
    for (role,) in cursor.fetchall():
        cursor.execute(f'DROP ROLE "{role}"')
