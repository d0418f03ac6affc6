"""What the database adds up of an experiment: who was exposed to which arm, and each metric's sums by arm.

A customer counts once, by the earliest exposure of all profiles merged into them; staff and test profiles don't count.
A metric's value of a customer is the sum of their outcomes from the exposure on; no outcome is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from campaigns.models import Experiment
from campaigns.science.sums import Sums
from retention.customers.services.state import planned_for_sets

EXPOSED = """
    exposed AS (
        SELECT DISTINCT ON (1) coalesce(c.merged_into_id, c.id) AS customer, x.arm_id, x.exposed_at
        FROM campaigns_exposure x JOIN customers_customer c ON c.id = x.customer_id
        WHERE x.experiment_id = %(experiment)s AND NOT x.withdrawn AND c.kind = 'person'
          AND x.exposed_at < coalesce(%(until)s::timestamptz, 'infinity')
        ORDER BY 1, x.exposed_at, x.id
    )"""
_OUTCOMES = """
    counted AS (
        SELECT o.metric, o.value, o.occurred_at, coalesce(c.merged_into_id, c.id) AS customer
        FROM campaigns_outcome o JOIN customers_customer c ON c.id = o.customer_id
        WHERE o.experiment_id = %(experiment)s AND NOT o.withdrawn
          AND o.occurred_at < coalesce(%(until)s::timestamptz, 'infinity')
    )"""


@dataclass(frozen=True)
class ExperimentSums:
    """`exposed` by arm id; `metrics` by name, then arm id; and what was left out."""

    exposed: Mapping[int, int]
    metrics: Mapping[str, Mapping[int, Sums]]
    before_exposure: int
    not_exposed: int
    conflicts: int


def sum_experiment(experiment: Experiment, *, until: datetime | None = None) -> ExperimentSums:
    """The sums of what happened before `until`, or of all there is."""
    given = {"experiment": experiment.pk, "until": until}
    exposed = dict(rows_of(f"WITH {EXPOSED} SELECT arm_id, count(*) FROM exposed GROUP BY arm_id", given))
    arms = list(experiment.arms.values_list("pk", flat=True))
    counts = {arm: exposed.get(arm, 0) for arm in arms}
    early, strangers = rows_of(_LEFT_OUT, given)[0]
    return ExperimentSums(
        counts,
        _metrics(given, counts),
        before_exposure=early,
        not_exposed=strangers,
        conflicts=rows_of(_CONFLICTS, given)[0][0],
    )


def _metrics(given: dict[str, Any], counts: Mapping[int, int]) -> dict[str, dict[int, Sums]]:
    found: dict[str, dict[int, Sums]] = {}
    for metric, arm, total, squares, binary in rows_of(_SUMS, given):
        found.setdefault(metric, {})[arm] = Sums(counts[arm], float(total), float(squares), binary)
    for sums in found.values():
        for arm, n in counts.items():
            sums.setdefault(arm, Sums(n, 0.0, 0.0, binary=True))
    return found


def rows_of(sql: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What the query answers; planned for many customers, however few the planner believes there are."""
    with transaction.atomic(), planned_for_sets(), connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


_SUMS = f"""
    WITH {EXPOSED}, {_OUTCOMES}, by_customer AS (
        SELECT k.metric, e.arm_id, sum(k.value) AS value
        FROM counted k JOIN exposed e USING (customer) WHERE k.occurred_at >= e.exposed_at
        GROUP BY k.metric, e.arm_id, k.customer
    )
    SELECT metric, arm_id, sum(value), sum(value * value), bool_and(value IN (0, 1))
    FROM by_customer GROUP BY metric, arm_id ORDER BY metric, arm_id
    """
_LEFT_OUT = f"""
    WITH {EXPOSED}, {_OUTCOMES}
    SELECT count(*) FILTER (WHERE k.occurred_at < e.exposed_at), count(*) FILTER (WHERE e.customer IS NULL)
    FROM counted k LEFT JOIN exposed e USING (customer)
    """
_CONFLICTS = f"""
    WITH {EXPOSED}
    SELECT count(DISTINCT e.customer) FROM exposed e JOIN (
        SELECT coalesce(c.merged_into_id, c.id) AS customer, x.arm_id FROM (
            SELECT customer_id, arm_id, exposed_at FROM campaigns_exposureconflict
            WHERE experiment_id = %(experiment)s
            UNION ALL
            SELECT customer_id, arm_id, exposed_at FROM campaigns_exposure
            WHERE experiment_id = %(experiment)s AND NOT withdrawn
        ) x JOIN customers_customer c ON c.id = x.customer_id
        WHERE x.exposed_at < coalesce(%(until)s::timestamptz, 'infinity')
    ) m ON m.customer = e.customer AND m.arm_id <> e.arm_id
    """
