"""An installed Stay with servers of its own, for tests that kill its processes: nothing of it is in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from retention.common.embedded.servers import ThrowawayServers, start_throwaway_servers, superuser_dsn
from tests.chaos.process import StayProcess, run_stay


class Installation:
    """Migrated and empty. `start` a process of it, `run` a command to its end, `ask` its database."""

    def __init__(self) -> None:
        self.servers: ThrowawayServers = start_throwaway_servers()
        addresses = self.servers.addresses
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "retention.settings.dev",
            "DATABASE_URL": addresses.database_url,
            "BROKER_URL": addresses.broker_url,
            "CACHE_URL": addresses.cache_url,
        }
        with self.start(["manage.py", "migrate", "--verbosity", "0"]) as migration:
            assert migration.wait(within=300) == 0, str(migration)

    def start(self, words: Sequence[str], *, environment: Mapping[str, str] | None = None) -> StayProcess:
        """`python WORDS` against these servers."""
        return StayProcess(words, environment={**self.environment, **(environment or {})})

    def run(self, *words: str) -> Any:
        """What `manage.py WORDS --json` answers."""
        return run_stay(*words, environment=self.environment)

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows, read as a superuser: past every guard."""
        with psycopg.connect(superuser_dsn(self.servers.directory, "stay")) as connection:
            return connection.execute(query, values or None).fetchall()  # type: ignore[call-overload,no-any-return]

    def stop(self) -> None:
        """Ends the servers."""
        self.servers.stop()
