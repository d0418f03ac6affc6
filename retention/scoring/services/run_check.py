"""Keep beside a run's models how their forecast of the last months did."""

from __future__ import annotations

from datetime import timedelta

from retention.scoring.models import ScoreModel, ScoreRun
from retention.scoring.rules import Rules
from retention.scoring.services.forecast_check import check_forecasts
from retention.scoring.services.renewals import PREFIX
from tenants.context import current_tenant


def check_run(run: ScoreRun) -> None:
    """Fit on what was known `models.holdout_days` before the run's day, forecast up to it, and keep the comparison."""
    days = Rules(run.plan["rules"]).whole("models.holdout_days")
    calibration_end = run.as_of - timedelta(days=days)
    checks = check_forecasts(calibration_end=calibration_end, holdout_end=run.as_of, zone=current_tenant().timezone)
    terms = checks.pop("subscription", {}).get("terms", {})
    for name, check in {**checks, **{PREFIX + term: check for term, check in terms.items()}}.items():
        ScoreModel.objects.filter(run=run, name=name).update(
            holdout={**check, "from": calibration_end.isoformat(), "to": run.as_of.isoformat()}
        )
