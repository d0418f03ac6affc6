"""The cache, one helper: every key binds the tenant in force and a purpose, so that nothing crosses tenants.

Django's own cache API is bound as well: `make_key` is its KEY_FUNCTION, for libraries that use it directly.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.core.cache import cache

from retention.common.errors import Conflict
from tenants.context import scope


def make_key(key: str, key_prefix: str, version: int) -> str:
    """Django's KEY_FUNCTION: the tenant, or the platform, stands in front of every key."""
    return f"{scope()}:{key_prefix}:{version}:{key}"


def get(purpose: str, key: str, default: Any = None) -> Any:
    """What is kept under `key` for `purpose`, or `default`."""
    return cache.get(f"{purpose}:{key}", default)


def set(purpose: str, key: str, value: Any, *, seconds: int) -> None:
    """Keep `value` for at most `seconds`; it may be forgotten earlier."""
    cache.set(f"{purpose}:{key}", value, seconds)


def add(purpose: str, key: str, value: Any, *, seconds: int) -> bool:
    """Keep `value` unless something is there; True when it was kept."""
    return cache.add(f"{purpose}:{key}", value, seconds)


def delete(purpose: str, key: str) -> None:
    """Forget `key`."""
    cache.delete(f"{purpose}:{key}")


@contextmanager
def lock(purpose: str, key: str, *, seconds: int) -> Iterator[None]:
    """Hold a lock of the tenant for at most `seconds`, or raise Conflict at once.

    It saves double work; what must never happen twice is held by a constraint in the database, not by this.
    """
    name, token = f"lock:{purpose}:{key}", uuid4().hex
    if not cache.add(name, token, seconds):
        raise Conflict("locked", "Somebody else is doing this right now.", mend="Try again in a minute.")
    try:
        yield
    finally:
        if cache.get(name) == token:
            cache.delete(name)
