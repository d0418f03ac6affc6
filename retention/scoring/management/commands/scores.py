"""``manage.py scores TENANT``: the scores of a day as a file."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import override

from retention.common.tabular import defuse
from retention.scoring.services.dates import checked_date
from retention.scoring.services.export import COLUMNS, finished_run, score_rows
from tenants.commands import TenantCommand
from tenants.context import current_tenant


class Command(TenantCommand):
    help = (
        "Write the scores of a day that was scored. frequency counts repeat purchase days; recency and T are in the "
        "models' time unit (weeks unless a policy says otherwise); an empty cell is not known, and why says it."
    )

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", metavar="DATE", required=True, help="a day that was scored")
        parser.add_argument("--csv", metavar="FILE", type=Path, required=True, help="the file to write, in UTF-8")

    def run(self, **options: Any) -> dict[str, Any]:
        run = finished_run(checked_date(options["as_of"]))
        report = self.progress("scores")
        count = 0
        with override(current_tenant().language), options["csv"].open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(COLUMNS)
            for row in score_rows(run):
                writer.writerow([defuse(value) for value in row])
                count += 1
                if count % 1000 == 0:
                    report(count, run.customers)
        return {"as_of": run.as_of.isoformat(), "rows": count, "file": str(options["csv"])}

    def render(self, result: dict[str, Any]) -> str:
        return f"{result['rows']} customers written to {result['file']}"
