"""``manage.py validate TENANT``: does the forecast hold?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from retention.common import clock
from retention.scoring.services.dates import checked_date, not_in_future
from retention.scoring.services.forecast_check import check_forecasts
from tenants.commands import TenantCommand
from tenants.context import current_tenant


class Command(TenantCommand):
    help = "Fit on the past up to one day, forecast up to another, and compare with what was bought. Both ends count."

    def add_options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--calibration-end", metavar="DATE", required=True, help="last day that models may see")
        parser.add_argument("--holdout-end", metavar="DATE", required=True, help="last day of the forecast")

    def run(self, **options: Any) -> dict[str, Any]:
        zone = current_tenant().timezone
        return check_forecasts(
            calibration_end=checked_date(options["calibration_end"]),
            holdout_end=not_in_future(checked_date(options["holdout_end"]), clock.today(zone)),
            zone=zone,
        )
