"""``manage.py thresholds TENANT``: after how many days without an order each category counts as silent."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from retention.common import clock
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.services.dates import checked_date, not_in_future
from retention.scoring.services.thresholds import learn, threshold_row
from tenants.commands import TenantCommand
from tenants.context import current_tenant


class Command(TenantCommand):
    help = (
        "Silence thresholds by category, learned from the tenant's own gaps, in days. The last two lines are the "
        "whole tenant's order days (*) and log-ins (*log_in)."
    )

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", metavar="DATE", help="the last complete day unless given")

    def run(self, **options: Any) -> list[dict[str, object]]:
        zone = current_tenant().timezone
        asked = options["as_of"]
        as_of = not_in_future(checked_date(asked), clock.today(zone)) if asked else clock.last_complete_day(zone)
        learned = learn(Moment(as_of, zone), rules_in_force())
        return [threshold_row(*both) for both in zip(learned.everything(), learned.beside, strict=True)]

    def render(self, result: list[dict[str, Any]]) -> str:
        lines = [f"{'category':40} {'gaps':>8} {'p50':>7} {'p90':>7} {'KM p90':>7} {'days':>6} source"]
        for row in result:
            figures = " ".join(f"{_shown(row[name]):>7}" for name in ("p50", "p90", "km_p90"))
            lines.append(f"{row['category'][:40]:40} {row['gaps']:>8} {figures} {row['days']:>6.1f} {row['source']}")
        return "\n".join(lines)


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
