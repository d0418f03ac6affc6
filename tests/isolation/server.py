"""What the server itself says about where a statement would run: asked past all of our own code."""

from __future__ import annotations

from typing import Any, NamedTuple

import psycopg

from tenants.backend.stance import Authority, role_of
from tenants.context import connection


class Place(NamedTuple):
    """The server's current role and the schemas of its search path that exist and may be used."""

    role: str
    schemas: list[str]


def place_of_server() -> Place:
    """Asked on the raw connection, so that no guard mends what it finds."""
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute("SELECT current_user::text, current_schemas(false)::text[]")
        answer: Any = cursor.fetchone()
    return Place(*answer)


def place_of_code() -> Place:
    """Where the code believes it is."""
    stance = connection.stance
    database = connection.settings_dict["NAME"]
    if stance.authority is Authority.LOGIN:
        return Place(connection.settings_dict["USER"], [])
    role = "stay_owner" if stance.authority is Authority.OWNER else role_of(database, stance.schema)
    return Place(role, [stance.schema, "ext"])
