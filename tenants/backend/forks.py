"""A connection shared over a fork crosses results: the child lets go of it without a word to the server."""

from __future__ import annotations

import os
from typing import Any

from django.db import connections

_left_to_parent: list[Any] = []
"""Kept, so that nothing in the child closes what the parent still uses."""


def install() -> None:
    """Let every forked child begin without connections."""
    os.register_at_fork(after_in_child=leave_connections_to_parent)


def leave_connections_to_parent() -> None:
    """Forget connections and pools that were opened before the fork."""
    wrapper: Any
    for wrapper in connections.all(initialized_only=True):
        pools = getattr(wrapper, "_connection_pools", {})
        if wrapper.connection is None and not pools:
            continue
        _left_to_parent.append((wrapper.connection, dict(pools)))
        pools.clear()
        wrapper.connection = None
        wrapper.in_atomic_block = False
        wrapper.savepoint_ids, wrapper.run_on_commit, wrapper.atomic_blocks = [], [], []
        wrapper.set_nobody()
