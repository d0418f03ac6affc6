"""Flows between pools over a period: the figures of the page and of the API."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db import transaction

from retention.scoring.enums import Pool
from retention.scoring.models import ScoreRun
from retention.scoring.selectors.flows import Entry, Flow, entries_between, flows_between
from retention.segments.movement.period import Period
from tenants import cache

KEPT_SECONDS = 3600


@dataclass(frozen=True)
class PoolEnds:
    """A pool at both ends: customers, and what those of the second day may still bring."""

    pool: Pool
    before: int
    after: int
    value: float
    came: int
    """Who is in it at the second end and was not at the first."""
    went: int


@dataclass(frozen=True)
class PoolMovement:
    """Everything that moved in a period."""

    period: Period
    flows: tuple[Flow, ...]
    entries: tuple[Entry, ...]

    @property
    def moved(self) -> int:
        """Customers of both days who are in another pool."""
        return sum(flow.customers for flow in self.flows if flow.before not in ("", flow.after))

    @property
    def stayed(self) -> int:
        """Customers who are where they were; they may have been elsewhere in between."""
        return sum(flow.customers for flow in self.flows if flow.before == flow.after)

    @property
    def new(self) -> int:
        """Customers who were none at the end of the first day."""
        return sum(flow.customers for flow in self.flows if not flow.before)

    @property
    def knows_value(self) -> bool:
        """False where nobody's lifetime value is known: then a sum of nothing is no value of 0."""
        return any(flow.value for flow in self.flows)

    @property
    def pools(self) -> list[PoolEnds]:
        """All pools at both ends."""
        before, after, stayed, value = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
        for flow in self.flows:
            before[flow.before] += flow.customers
            after[flow.after] += flow.customers
            value[flow.after] += flow.value  # type: ignore[assignment]
            if flow.before == flow.after:
                stayed[flow.after] += flow.customers
        return [
            PoolEnds(
                pool, before[pool], after[pool], value[pool], after[pool] - stayed[pool], before[pool] - stayed[pool]
            )
            for pool in Pool
        ]


def pool_movement(run: ScoreRun, period: Period) -> PoolMovement:
    """The movement in `period` as `run`, the one in force, tells it; kept for an hour."""
    key = f"{run.public_id}:{period.query}"
    kept: PoolMovement | None = cache.get("pool-movement", key)
    if kept is None:
        with transaction.atomic():  # both reads of one moment
            kept = PoolMovement(
                period,
                tuple(flows_between(period.first, period.last)),
                tuple(entries_between(period.first, period.last)),
            )
        cache.set("pool-movement", key, kept, seconds=KEPT_SECONDS)
    return kept
