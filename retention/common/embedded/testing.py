"""Servers of one run of the tests, shared by its workers."""

from __future__ import annotations

import os
from pathlib import Path

from retention.common.embedded.servers import start_throwaway_servers
from retention.common.environment import Environment

_ADDRESSES = ("DATABASE_URL", "BROKER_URL", "CACHE_URL")


def provide_test_servers() -> None:
    """Sets the addresses that are not set, of servers that end with this process and keep nothing.

    The process that leads a run calls it first, so its workers find the addresses in their environment.
    `STAY_TEST_PG_BIN` names the programs of another PostgreSQL to run the suite on.
    """
    environment = Environment.of_process()
    missing = [name for name in _ADDRESSES if name not in environment]
    if not missing:
        return
    chosen = environment.text("STAY_TEST_PG_BIN", "")
    servers = start_throwaway_servers(
        postgres="DATABASE_URL" in missing,
        broker="BROKER_URL" in missing or "CACHE_URL" in missing,
        binaries=Path(chosen) if chosen else None,
    )
    found = servers.addresses
    own = dict(zip(_ADDRESSES, (found.database_url, found.broker_url, found.cache_url), strict=True))
    os.environ.update({name: own[name] for name in missing})
