"""How many customers stand where, in the run in force."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from retention.scoring.models import ScoreRun

_COUNTS = """
SELECT CASE WHEN grouping(pool) = 0 THEN 'pool' WHEN grouping(tier) = 0 THEN 'tier'
            WHEN grouping(health_band) = 0 THEN 'band' ELSE 'tenth' END AS kind,
       COALESCE(pool, tier, health_band, tenth::text, '') AS code,
       count(*), COALESCE(sum(clv), 0), count(*) FILTER (WHERE high_value)
FROM (
    SELECT pool, tier, health_band, high_value, clv,
           CASE WHEN health < 90 THEN floor(health / 10)::int * 10 WHEN health >= 90 THEN 90 END AS tenth
    FROM scoring_customerscore WHERE run_id = %(run)s
) AS scores
GROUP BY GROUPING SETS ((pool), (tier), (health_band), (tenth))
"""


@dataclass(frozen=True)
class Count:
    """Customers of one kind, what they may still bring, and how many of them are of high value."""

    customers: int = 0
    value: float = 0.0
    high_value: int = 0


@dataclass(frozen=True)
class Counts:
    """Customers by pool, value tier, health band and tenth of health ("0", "10" … "90"). "" is: not known."""

    pools: dict[str, Count] = field(default_factory=dict)
    tiers: dict[str, Count] = field(default_factory=dict)
    bands: dict[str, Count] = field(default_factory=dict)
    tenths: dict[str, Count] = field(default_factory=dict)

    def pool(self, *codes: str) -> int:
        """Customers in any of these pools."""
        return sum(self.pools.get(code, Count()).customers for code in codes)


def count_customers(run: ScoreRun) -> Counts:
    """The counts of `run`, in one pass over its scores."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"run": run.pk})
        rows = cursor.fetchall()
    found: dict[str, dict[str, Count]] = defaultdict(dict)
    for kind, code, customers, value, high_value in rows:
        found[kind][code] = Count(customers, float(value), high_value)
    return Counts(found["pool"], found["tier"], found["band"], found["tenth"])


def family_means(run: ScoreRun) -> dict[str, float]:
    """Mean points of the five families of health over the customers who have any; as the run summed them up."""
    summary: dict[str, Any] = run.summary
    counts = summary.get("family_count", {})
    return {
        family: total / counts[family] for family, total in summary.get("family_sum", {}).items() if counts[family]
    }
