"""Who moved from which pool to which within 28 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from retention.scoring.models import ScoreRun
from retention.scoring.selectors.flows import FlowCount, flow_counts

DAYS = 28
NOBODY = "none"


@dataclass(frozen=True)
class Flow:
    """Customers who were in pool `was` ("none": not yet a customer) 28 days before and are in `now`."""

    was: str
    now: str
    customers: int

    @property
    def moved(self) -> bool:
        """False for those who stayed; a customer who was lost and is gone for good now has moved."""
        return self.was != self.now


def period_of(run: ScoreRun) -> tuple[date, date]:
    """The two days that the overview compares."""
    return run.as_of - timedelta(days=DAYS), run.as_of


def read_flows(run: ScoreRun) -> list[Flow]:
    """All flows up to `run`, largest first: as it kept them, or counted now."""
    kept: list[FlowCount] | None = run.summary.get("flows")
    rows = flow_counts(*period_of(run)) if kept is None else kept
    return [Flow(row["before"] or NOBODY, row["after"], row["customers"]) for row in rows]
