"""What the scheduler wakes for people's work."""

from __future__ import annotations

from datetime import datetime, timedelta

from retention.success.services.runs import start_handovers, start_renewals
from tenants.chores import Chore, register


def look_for_handovers(now: datetime) -> None:
    """Changes of consultants start their hand-over."""
    start_handovers(now=now)


def look_for_renewals(now: datetime) -> None:
    """Terms that end before long start their renewal."""
    start_renewals(now=now)


register(Chore("success.handovers", timedelta(minutes=1), look_for_handovers))
register(Chore("success.renewals", timedelta(hours=1), look_for_renewals))
