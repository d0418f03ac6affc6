"""The daily look: after the scores, or some hours into the day where there are none."""

from __future__ import annotations

from datetime import datetime

from retention.alerts.models import MonitorReading
from retention.alerts.services.detection import detect, fill_readings, is_current, last_day
from retention.scoring.models import ScoreRun
from retention.scoring.selectors.current import current_run
from tenants.context import current_tenant
from tenants.policies import policy_number

PATIENCE_HOURS = 3
"""So long after their hour one waits for the scores."""


def detect_after_run(run: ScoreRun) -> None:
    """The act that scoring calls when `run` has come into force; the run of an earlier day opens nothing."""
    if run.finished_at is not None and is_current(run.as_of, now=run.finished_at, known_at=run.known_at):
        look_at_day(now=run.finished_at)


def detect_if_due(*, now: datetime) -> bool:
    """Look at the last complete day if nobody has, once its scores stand or they are late; whether it did."""
    day = last_day(now)
    if MonitorReading.objects.filter(as_of=day).exists():
        return False
    run = current_run()
    scored = run is not None and run.as_of >= day
    local = now.astimezone(current_tenant().zone)
    if not scored and local.hour < policy_number("runs.hour") + PATIENCE_HOURS:
        return False
    look_at_day(now=now)
    return True


def look_at_day(*, now: datetime) -> None:
    """Detect as of the last complete day, and read the weeks before it where nobody has."""
    day = last_day(now)
    detect(as_of=day, now=now)
    fill_readings(as_of=day, now=now)
