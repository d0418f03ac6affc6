"""Who is in force in this thread: what the guards compare stamps with. Set by the connection, read everywhere."""

from __future__ import annotations

import threading
from typing import NamedTuple


class InForce(NamedTuple):
    """`schema` stamps rows and queries; `scope` binds keys and tokens."""

    schema: str | None
    scope: str


NOBODY = InForce(None, "nobody")


class _Thread(threading.local):
    now: InForce = NOBODY


_thread = _Thread()


def set_in_force(now: InForce) -> None:
    """Called by the connection whenever it is told another tenant."""
    _thread.now = now


def schema_in_force() -> str | None:
    """The schema that unqualified names mean in this thread, or None."""
    return _thread.now.schema


def scope_in_force() -> str:
    """The tenant's public id, "public", or "nobody"."""
    return _thread.now.scope
