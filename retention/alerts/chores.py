"""What the scheduler wakes for alerts."""

from __future__ import annotations

from datetime import datetime, timedelta

from retention.alerts.services.daily import detect_if_due
from retention.alerts.services.minute import every_minute
from tenants.chores import Chore, register


def every_hour(now: datetime) -> None:
    """The daily detection, should the act after the scores have been lost or there be no scores."""
    detect_if_due(now=now)


register(Chore("alerts.minute", timedelta(minutes=1), lambda now: every_minute(now=now)))
register(Chore("alerts.daily", timedelta(hours=1), every_hour))
