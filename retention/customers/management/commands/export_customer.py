"""``export_customer TENANT EXTERNAL_ID [--out FILE]``: all that is held on one customer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from retention.common import clock
from retention.common.errors import DomainError
from retention.customers.selectors.person import find_customer
from retention.customers.services.privacy import export_person
from tenants.commands import TenantCommand, as_json


class Command(TenantCommand):
    help = "Export everything that is held on one customer, as JSON. The export is kept in the audit log."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("external_id", metavar="EXTERNAL_ID")
        parser.add_argument(
            "--out", metavar="FILE", type=Path, help="write there instead of printing; never over a file"
        )

    def run(self, **options: Any) -> dict[str, Any]:
        customer = find_customer(options["external_id"])
        out: Path | None = options["out"]
        if out is not None and out.exists():
            raise DomainError("file_exists", f"{out} is there already.", mend="Name a file that is not there yet.")
        held = export_person(customer=customer, actor="export_customer", now=clock.now())
        if out is None:
            return held
        try:
            out.touch(mode=0o600, exist_ok=False)
            out.write_text(as_json(held, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise DomainError("file_unwritable", f"{out}: {error.strerror}.", mend="Name another place.") from None
        counts = {part: len(rows) for part, rows in held["held"].items()}
        return {"customer": held["customer"], "file": str(out), "rows": counts}
