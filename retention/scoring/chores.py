"""What the scheduler wakes for scoring."""

from __future__ import annotations

from datetime import datetime, timedelta

from retention.scoring.selectors.current import unchecked_run
from retention.scoring.services.schedule import schedule_due_runs
from retention.scoring.tasks import advance_run, check_forecast
from tenants.chores import Chore, register


def wake_due_runs(now: datetime) -> None:
    """Ask for the day's run when its hour has come, and wake whatever has not ended."""
    for run in schedule_due_runs(now=now):
        advance_run.wake(run=run)


def wake_forecast_check(_now: datetime) -> None:
    """Have the forecast of new models checked on the last months; those of a run that a refresh moved on have been."""
    run = unchecked_run()
    if run is not None:
        check_forecast.wake(run=run.pk)


register(Chore("scoring.runs", timedelta(minutes=5), wake_due_runs))
register(Chore("scoring.forecast_check", timedelta(hours=1), wake_forecast_check))
