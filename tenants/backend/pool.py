"""What a connection forgets before the pool lends it again."""

from __future__ import annotations

from typing import Any

from psycopg import Connection

FORGET = (
    "CLOSE ALL; SET ROLE NONE; SET search_path = ''; RESET statement_timeout; UNLISTEN *;"
    " SELECT pg_advisory_unlock_all(); DISCARD TEMP"
)


def forget(connection: Connection[Any]) -> None:
    """Role, path, temporary tables, cursors and locks of whoever used it last. Runs beside the request, not in it."""
    connection.autocommit = True
    connection.execute(FORGET)


OPTIONS = {"min_size": 0, "max_size": 4, "timeout": 10, "max_lifetime": 1800, "max_idle": 300, "reset": forget}
"""A process works for one request at a time; a backend grows by each schema it has touched, so it ages."""
