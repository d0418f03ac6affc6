"""Who moved from which pool to which within 28 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from retention.scoring.models import ScoreRun

DAYS = 28
_FLOWS = """
SELECT COALESCE(b.pool, 'none') AS was, s.pool AS now, count(*)
FROM scoring_customerscore s
LEFT JOIN scoring_poolspell b ON b.customer_id = s.customer_id
     AND b.entered_on <= %(then)s AND (b.left_on IS NULL OR b.left_on > %(then)s)
WHERE s.run_id = %(run)s AND s.pool <> ''
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""


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


def read_flows(run: ScoreRun) -> list[Flow]:
    """All flows up to `run`, largest first."""
    with connection.cursor() as cursor:
        cursor.execute(_FLOWS, {"run": run.pk, "then": run.as_of - timedelta(days=DAYS)})
        return [Flow(*row) for row in cursor.fetchall()]
