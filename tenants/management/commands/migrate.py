"""``migrate``: public, the template, and every tenant that lags behind, each resumable."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate

from retention.common.progress import progress_on
from tenants.services.migrating import migrate_platform, migrate_tenants


class Command(Migrate):
    """Django's command for each schema in turn; named apps or migrations go to every tenant."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--verify", action="store_true", help="compare every tenant, also those that are current")

    def handle(self, *args: Any, **options: Any) -> None:
        verify = options.pop("verify", False)
        named = bool(options.get("app_label") or options.get("plan") or options.get("check_unapplied"))

        def migrate(schema: str) -> None:
            if options["verbosity"] > 1:
                self.stdout.write(f"Schema {schema}")
            super(Command, self).handle(*args, **options)

        migrate_platform(migrate)
        bar = progress_on(sys.stderr, "Tenants") if options["verbosity"] else lambda done, total: None
        report = migrate_tenants(migrate, all_of_them=verify or named, progress=bar)
        if options["verbosity"]:
            self.stdout.write(f"Tenants: {report.current} current, {len(report.migrated)} migrated.")
        if report.fenced:
            reasons = "\n".join(f"  {schema}: {reason}" for schema, reason in report.fenced.items())
            raise CommandError(f"{len(report.fenced)} tenants are fenced:\n{reasons}")
