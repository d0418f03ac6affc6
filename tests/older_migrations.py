"""The migrations that a newer one stands for: a database of before goes through them."""

from __future__ import annotations

from typing import Any

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

FIRST_FORM = "0001_first_form"


class _Older(MigrationLoader):
    def load_disk(self) -> None:
        super().load_disk()
        self.disk_migrations = {key: value for key, value in self.disk_migrations.items() if key[1] != FIRST_FORM}


def older_migrations(connection: Any) -> MigrationExecutor:
    """Django's executor over the files as they were before one stood in for others."""
    executor = MigrationExecutor(connection)
    executor.loader = _Older(connection)
    return executor
