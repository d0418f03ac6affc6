"""The third suite is the whole suite: while any test runs, the server is asked whether it stands where the code does.

It is asked past our own code before the first statement after every change of tenant, transaction or connection, and
before every twentieth statement besides. A difference fails the statement, and the run even if a test swallows that.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from psycopg.pq import TransactionStatus

from tenants.backend.cursors import GuardedCursor
from tests.isolation.server import place_of_code, place_of_server

EVERY = 20


class Trace:
    """What was seen so far in this process."""

    statements = 0
    asked = 0
    wrong: list[str] = []
    last: object = None


def install() -> None:
    """Watch every guarded statement of this process from now on."""
    original = GuardedCursor.arm

    @wraps(original)
    def arm(cursor: Any) -> None:
        original(cursor)
        if not cursor.db.unarmed:
            _look(cursor.db)

    GuardedCursor.arm = arm  # type: ignore[method-assign]


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
    if server != code:
        Trace.wrong.append(f"the server stands at {server}, the code at {code}")
    assert server == code
