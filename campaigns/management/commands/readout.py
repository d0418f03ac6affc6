"""``manage.py readout TENANT EXPERIMENT``: what did it bring, against the control?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from campaigns.selectors.readout import find_control, find_experiment, read_out
from campaigns.services.outcomes import count_outcomes
from retention.common import clock
from retention.scoring.services.dates import checked_date
from tenants.commands import TenantCommand
from tenants.context import current_tenant


class Command(TenantCommand):
    help = "Compare the arms of an experiment with its control: differences, intervals, warnings."

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("experiment", metavar="EXPERIMENT", help="its name")
        parser.add_argument("--control", metavar="ARM", help="the arm to compare with, unless one is marked")
        parser.add_argument("--as-of", metavar="DATE", help="leave out what happened after this day")

    def run(self, **options: Any) -> dict[str, Any]:
        experiment = find_experiment(options["experiment"])
        day, zone = options["as_of"], current_tenant().timezone
        until = clock.end_of_day(checked_date(day), zone) if day else None
        as_of = checked_date(day) if day else clock.last_complete_day(zone)
        count_outcomes(experiment=experiment, as_of=as_of, zone=zone, now=clock.now())
        return read_out(experiment, control=find_control(experiment, options["control"]), until=until).as_json()

    def render(self, result: dict[str, Any]) -> str:
        lines = [f"against {result['control']}"]
        for metric, found in result["metrics"].items():
            for arm, row in found["arms"].items():
                if arm == result["control"]:
                    lines.append(f"{metric}  {arm}: {row['mean']} (n {row['n']})")
                elif row["interval"]:
                    low, high = row["interval"]
                    lines.append(f"{metric}  {arm}: {row['difference']:+.5f} ({low:+.5f} to {high:+.5f})")
                else:
                    lines.append(f"{metric}  {arm}: {row['difference']} (too few for an interval)")
        return "\n".join([*lines, *result["warnings"]])
