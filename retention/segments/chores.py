"""What has to be done again and again for segments."""

from __future__ import annotations

from datetime import datetime, timedelta

from retention.segments.services.snapshots import forget_old_history
from tenants.chores import Chore, register


def forget(now: datetime) -> None:
    """Once a day: history older than the policies keep."""
    forget_old_history(now)


register(Chore("segments.forget", timedelta(days=1), forget))
