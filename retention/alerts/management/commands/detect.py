"""``manage.py detect TENANT``: what the monitors find as of a day."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from retention.alerts.selectors.findings import FindingRow, finding_row
from retention.alerts.services.detection import detect, is_current
from retention.alerts.services.priority import matrix_in_force
from retention.common import clock
from retention.scoring.services.dates import checked_date, not_in_future
from tenants.commands import TenantCommand
from tenants.context import current_tenant


class Command(TenantCommand):
    help = (
        "What the monitors find as of a day. As of the last complete day it keeps the readings and opens or updates "
        "alerts (live: true); any other day, --known-at and --dry-run only look (live: false)."
    )

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", metavar="DATE", help="the last complete day unless given")
        parser.add_argument("--known-at", metavar="DATE", help="leave out what was recorded after this day")
        parser.add_argument("--dry-run", action="store_true", help="open no alerts")

    def run(self, **options: Any) -> list[FindingRow]:
        zone, now = current_tenant().timezone, clock.now()
        asked, known = options["as_of"], options["known_at"]
        as_of = not_in_future(checked_date(asked), clock.today(zone)) if asked else clock.last_complete_day(zone)
        known_at = clock.end_of_day(checked_date(known), zone) if known else None
        live = not options["dry_run"] and is_current(as_of, now=now, known_at=known_at)
        matrix = matrix_in_force()
        outcomes = detect(as_of=as_of, now=now, known_at=known_at, live=live)
        return [finding_row(outcome, matrix, live=live) for outcome in outcomes]

    def render(self, result: list[FindingRow]) -> str:
        lines = [f"{'!' if row['fired'] else ' '} {row['monitor']:16} {row['sentence']}" for row in result]
        live = any(row["live"] for row in result)
        lines.append("Alerts are opened and updated." if live else "Only looked at: no alert was opened.")
        return "\n".join(lines)
