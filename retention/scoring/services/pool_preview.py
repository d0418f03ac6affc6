"""Who would move pool if a threshold were set by hand: told before it is saved, computed on the run in force."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from retention.common.copying import NO_NUMBER, ColumnKind, read_columns
from retention.customers.models import Category
from retention.scoring.enums import Pool, ThresholdSource
from retention.scoring.frames.frame import Array
from retention.scoring.models import ScoreRun
from retention.scoring.rules import Rules
from retention.scoring.science.pools import pool_of
from retention.scoring.services.plan import Plan
from retention.scoring.services.standing import GONE, POOL_LABELS, Clocks

HANDED_DOWN = (ThresholdSource.PARENT, ThresholdSource.FLOOR)
"""Sources of categories that take what is set above them."""
MEASURED = len(POOL_LABELS) - 2  # all but "gone" and ""


@dataclass(frozen=True)
class PoolShift:
    """Customers who would go from `before` to `after`, and how many of them are of high value."""

    before: Pool
    after: Pool
    customers: int
    high_value: int


def shifts_by_override(run: ScoreRun, category_id: int | None, clock: str, days: float) -> list[PoolShift]:
    """Who would move if this threshold were set by hand. A category's own threshold; None: the tenant's."""
    plan = Plan.of(run)
    clocks = plan.clocks
    if clock == "visit":
        clocks = replace(clocks, visit_days=days)
    else:
        changed = clocks.purchase_days.copy()
        changed[_handed_down(plan, category_id)] = days
        clocks = replace(clocks, purchase_days=changed)
    return _shifts(run, clocks, plan.rules)


def _handed_down(plan: Plan, category_id: int | None) -> list[int]:
    """Positions that an override reaches: its own, and those below it that don't speak for themselves."""
    sources, tenant = plan.clocks.sources, len(plan.category_ids)
    place = {key: position for position, key in enumerate(plan.category_ids)}
    start = tenant if category_id is None else place.get(category_id)
    if start is None:  # a category that came after the run: nobody is in it yet
        return []
    below: dict[int, list[int]] = {}
    for key, parent in Category.objects.filter(pk__in=plan.category_ids).values_list("pk", "parent_id"):
        below.setdefault(place.get(parent, tenant), []).append(place[key])
    reached, queue = [start], [start]
    while queue:
        silent = [at for at in below.get(queue.pop(), []) if sources[at] in HANDED_DOWN and at not in reached]
        reached += silent
        queue += silent
    return reached


def _shifts(run: ScoreRun, clocks: Clocks, rules: Rules) -> list[PoolShift]:
    plan = Plan.of(run)
    read = read_columns(
        """SELECT s.category_id, s.purchase_silence + (%(as_of)s::date - s.as_of) AS purchase_silence,
               s.visit_silence + (%(as_of)s::date - s.as_of) AS visit_silence, s.high_value,
               coalesce(array_position(%(labels)s::text[], s.pool::text), 0) - 1 AS pool
        FROM scoring_customerscore s WHERE s.run_id = %(run)s""",
        {"run": run.pk, "as_of": run.as_of, "labels": list(POOL_LABELS[: GONE + 1])},
        {
            "category_id": ColumnKind.WHOLE,
            "purchase_silence": ColumnKind.REAL,
            "visit_silence": ColumnKind.REAL,
            "high_value": ColumnKind.FLAG,
            "pool": ColumnKind.WHOLE,
        },
    )
    place = _places(plan.category_ids, read["category_id"])
    visits = clocks.on_visits[place]
    silence = np.where(visits, read["visit_silence"], read["purchase_silence"])
    threshold = np.where(visits, clocks.visit_days, clocks.purchase_days[place])
    after = pool_of(silence, threshold, rules.pools).astype(np.int64)
    before = read["pool"]
    after = np.where((before == GONE) & (after == MEASURED - 1), GONE, after)  # still lost, still gone
    moved = (before != after) & (before >= 0) & (after >= 0)
    pairs = list(zip(before[moved].tolist(), after[moved].tolist(), strict=True))
    dear = Counter(pair for pair, high in zip(pairs, read["high_value"][moved].tolist(), strict=True) if high)
    return [
        PoolShift(Pool(POOL_LABELS[was]), Pool(POOL_LABELS[now]), count, dear[(was, now)])
        for (was, now), count in Counter(pairs).most_common()
    ]


def _places(category_ids: list[int], keys: Array) -> Array:
    if not category_ids:
        return np.full(len(keys), -1, dtype=np.int64)
    known = np.array(category_ids, dtype=np.int64)
    order = np.argsort(known)
    place = order[np.minimum(np.searchsorted(known[order], keys), len(known) - 1)]
    return np.where((keys != NO_NUMBER) & (known[place] == keys), place, -1)
