"""Keep beside a run's models how their forecast of the last months did."""

from __future__ import annotations

from datetime import timedelta

from retention.common.errors import DomainError
from retention.scoring.models import ScoreRun
from retention.scoring.rules import Rules
from retention.scoring.services.forecast_check import check_forecasts
from retention.scoring.services.renewals import PREFIX
from tenants.context import current_tenant


def check_run(run: ScoreRun) -> None:
    """Fit on what was known `models.holdout_days` before the run's day, forecast up to it, and keep the comparison.

    Where nobody had bought by then, that is kept: each model says that its forecast can't be checked.
    """
    days = Rules(run.plan["rules"]).whole("models.holdout_days")
    calibration_end = run.as_of - timedelta(days=days)
    period = {"from": calibration_end.isoformat(), "to": run.as_of.isoformat()}
    try:
        checks = check_forecasts(
            calibration_end=calibration_end, holdout_end=run.as_of, zone=current_tenant().timezone
        )
    except DomainError as error:
        run.models.update(holdout={"identified": False, "reason": error.message, **period})
        return
    terms = checks.pop("subscription", {}).get("terms", {})
    for name, check in {**checks, **{PREFIX + term: check for term, check in terms.items()}}.items():
        run.models.filter(name=name).update(holdout={**check, **period})
