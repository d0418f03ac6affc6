"""``makemigrations`` reads models and files; it asks no database, since no tenant is in force."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import makemigrations
from django.db.migrations.loader import MigrationLoader


class _FilesOnly(MigrationLoader):
    def check_consistent_history(self, connection: Any) -> None:
        """``migrate`` finds that out, schema by schema."""


class Command(makemigrations.Command):
    """Django's command without its look into the database."""

    def handle(self, *args: Any, **options: Any) -> None:
        vars(makemigrations)["MigrationLoader"] = _FilesOnly
        super().handle(*args, **options)
