"""What the scheduler wakes for experiments."""

from __future__ import annotations

from datetime import datetime, timedelta

from campaigns.services.outcomes import count_all_outcomes
from retention.common.clock import last_complete_day
from tenants.chores import Chore, register
from tenants.context import current_tenant


def count_yesterday(now: datetime) -> None:
    """Bring the outcomes of all experiments up to the last complete day; again in the same day changes nothing."""
    zone = current_tenant().timezone
    count_all_outcomes(as_of=last_complete_day(zone), zone=zone, now=now)


register(Chore("campaigns.outcomes", timedelta(hours=1), count_yesterday))
