"""The third suite is the whole suite: while any test runs, the server is asked whether it stands where the code does.

It is asked past our own code before the first statement after every change of tenant, transaction or connection, and
before every twentieth statement besides. A difference fails the statement, and the run even if a test swallows that.
While the library of tenants looks which tables there are (migrations do), it narrows the path to the tenant's own
schema: then that is where the server must stand.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from django_tenants.postgresql_backend.introspection import DatabaseSchemaIntrospectionSearchPathContext
from psycopg.pq import TransactionStatus

from tenants.backend.cursors import GuardedCursor
from tests.isolation.server import Place, place_of_code, place_of_server

EVERY = 20


class Trace:
    """What was seen so far in this process."""

    statements = 0
    asked = 0
    wrong: list[str] = []
    last: object = None
    narrowed = False


def install() -> None:
    """Watch every guarded statement of this process from now on."""
    original = GuardedCursor.arm

    @wraps(original)
    def arm(cursor: Any) -> None:
        original(cursor)
        if not cursor.db.unarmed:
            _look(cursor.db)

    GuardedCursor.arm = arm  # type: ignore[method-assign]
    _know_when_narrowed()


def _know_when_narrowed() -> None:
    context: Any = DatabaseSchemaIntrospectionSearchPathContext
    enter, leave = context.__enter__, context.__exit__

    def entered(self: Any) -> None:
        enter(self)
        Trace.narrowed = True

    def left(self: Any, *args: Any) -> None:
        leave(self, *args)
        Trace.narrowed = False

    context.__enter__, context.__exit__ = entered, left


def _look(wrapper: Any) -> None:
    Trace.statements += 1
    now = (
        id(wrapper.connection),
        wrapper.stance,
        wrapper.in_atomic_block,
        len(wrapper.savepoint_ids),
        wrapper.switches,
    )
    if now == Trace.last and Trace.statements % EVERY:
        return
    Trace.last = now
    if wrapper.connection.info.transaction_status == TransactionStatus.INERROR:
        return
    Trace.asked += 1
    server, code = place_of_server(), place_of_code()
    if Trace.narrowed:
        code = Place(code.role, code.schemas[:1])
    if server != code:
        Trace.wrong.append(f"the server stands at {server}, the code at {code}")
    assert server == code
