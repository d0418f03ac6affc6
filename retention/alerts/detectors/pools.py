"""The history of pools as the detectors read it: kept while one look at a day asks for it more than once."""

from __future__ import annotations

from datetime import date

from retention.scoring.models import ScoreRun
from retention.segments.overview.ledger import Ledger, read_ledger


def ledger_of(as_of: date) -> Ledger | None:
    """The ledger up to `as_of`; None when no run in force has reached that day.

    It is what the run in force makes of the facts, so days before a changed threshold show as that threshold sees
    them, and no customer moves on the day of the change.
    """
    if not ScoreRun.objects.filter(is_current=True, as_of__gte=as_of).exists():
        return None
    return read_ledger(as_of)
