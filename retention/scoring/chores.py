"""What the scheduler wakes for scoring."""

from __future__ import annotations

from datetime import datetime, timedelta

from retention.scoring.services.schedule import schedule_due_runs
from retention.scoring.tasks import advance_run
from tenants.chores import Chore, register


def wake_due_runs(now: datetime) -> None:
    """Ask for the day's run when its hour has come, and wake whatever has not ended."""
    for run in schedule_due_runs(now=now):
        advance_run.wake(run=run)


register(Chore("scoring.runs", timedelta(minutes=5), wake_due_runs))
