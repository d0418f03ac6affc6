"""What is looked at every minute: who entered an instant monitor, clocks, snoozes, responses, mails."""

from __future__ import annotations

from datetime import datetime

from retention.alerts.services.clocks import breach_due
from retention.alerts.services.detection import watch
from retention.alerts.services.notices import send_due
from retention.alerts.services.responding import run_waiting
from retention.alerts.services.working import wake_due


def every_minute(*, now: datetime) -> None:
    """Do what is due. Twice at once does nothing more: each step is a conditional UPDATE or holds its row."""
    watch(now=now)
    breach_due(now=now)
    wake_due(now=now)
    run_waiting(now=now)
    send_due(now=now)
