"""import_data TENANT KIND FILE: bring a file in, or try it out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from retention.common import clock
from retention.customers.importers.mapping import read_map
from retention.customers.services.imports import import_file
from tenants.commands import TenantCommand


class Command(TenantCommand):
    help = "Brings a CSV, XLSX or Parquet file (also .gz) in. Repeating it changes nothing."

    def add_options(self, parser: CommandParser) -> None:
        """KIND, FILE and how to read it."""
        parser.add_argument("kind", metavar="KIND", help="customers, orders, events, accounts, contacts, …")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--map", type=Path, help='JSON: {"format": {…}, "columns": {"in the file": "name"}}')
        parser.add_argument("--dry-run", action="store_true", help="count what would happen and keep nothing")

    def run(self, **options: Any) -> dict[str, Any]:
        """Counts of rows, and where the refused ones are listed."""
        _job, result = import_file(
            kind=options["kind"],
            path=options["file"],
            file_map=read_map(options["map"]) if options["map"] else None,
            dry_run=options["dry_run"],
            now=clock.now(),
            progress=self.progress(f"import {options['kind']}"),
        )
        return result.as_json()

    def render(self, result: dict[str, Any]) -> str:
        """One sentence, and where to look when rows were refused."""
        text = "{read} rows read: {kept} kept, {unchanged} unchanged, {refused} refused.".format(**result)
        return f"{text}\nThe refused rows are in {result['errors_file']}" if result["refused"] else text
