"""How many of those with a sign of life came back, on the tenant's own past: the back-test of false churn.

At moments a month apart the rule is asked what it would have said then, of the facts up to the moment; the month after
it says who came back. So no fact from after a moment is seen at it. Only thresholds are today's, so that a pool means
the same then and now. Measured after the run is in force, in the worker, and kept in its summary.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import transaction

from retention.customers.selectors.state_sql import IdRange
from retention.scoring.features.events import ACTIVITY, CART
from retention.scoring.features.service import FAULTS
from retention.scoring.frames.features import load_features
from retention.scoring.frames.frame import Array
from retention.scoring.frames.states import load_states
from retention.scoring.models import ScoreRun
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.science.false_churn import KINDS
from retention.scoring.science.pools import AT_RISK, HIBERNATING, LOST, POOLS, pool_of
from retention.scoring.services.past import came_again, earlier, pieces_of
from retention.scoring.services.plan import Plan, moment_of
from retention.scoring.services.standing import Clocks, false_churn_of, silence_columns
from tenants.context import current_tenant

GROUPS = (*KINDS, "any", "none")
SILENT_POOLS = (AT_RISK, HIBERNATING, LOST)
EVIDENCE = (ACTIVITY, CART, FAULTS)
"""What false churn is told by."""


def measure_returns(moment: Moment, clocks: Clocks, category_ids: Array, rules: Rules) -> dict[str, Any]:
    """Silent customers by group and pool, and how many of them came back within the days, over all moments.

    ``{"days", "moments": [dates], "counts": {group: {pool: [customers, came back]}}}``. A customer counts at each
    moment at which they were silent, and in each kind of which there was a sign.
    """
    days, most = rules.whole("pools.returns_days"), rules.whole("churn.sample_customers")
    pieces = pieces_of(most)
    counts = np.zeros((len(GROUPS), len(SILENT_POOLS), 2), dtype=np.int64)
    moments = []
    for back in range(rules.whole("pools.returns_moments"), 0, -1):
        then, until = earlier(moment, back * days), earlier(moment, (back - 1) * days)
        found = sum((_count(then, until, piece, clocks, category_ids, rules) for piece in pieces), 0 * counts)
        if found[:, :, 0].any():
            moments.append(then.as_of.isoformat())
            counts += found
    return {
        "days": days,
        "moments": moments,
        "counts": {
            group: {POOLS[pool]: counts[row, place].tolist() for place, pool in enumerate(SILENT_POOLS)}
            for row, group in enumerate(GROUPS)
        },
    }


def _count(then: Moment, until: Moment, piece: IdRange, clocks: Clocks, category_ids: Array, rules: Rules) -> Array:
    """Groups × silent pools × (customers, came back) of one piece at one moment."""
    none = np.zeros((len(GROUPS), len(SILENT_POOLS), 2), dtype=np.int64)
    states = load_states(then, piece, category_ids)
    if len(states) == 0:
        return none
    inputs = load_features(then, piece, rules, states, only=EVIDENCE)
    frame = inputs.with_columns(**silence_columns(inputs, then.day, clocks))
    evidence = false_churn_of(frame, then.day, rules)
    pool = pool_of(frame["silence"], frame["threshold_days"], rules.pools)
    back = came_again(then, until, piece, frame)
    groups = [*evidence.evidence.T, evidence.found, ~evidence.found]
    return np.array(
        [
            [[(group & (pool == one)).sum(), (group & (pool == one) & back).sum()] for one in SILENT_POOLS]
            for group in groups
        ],
        dtype=np.int64,
    )


def keep_returns(run: ScoreRun) -> None:
    """Measure as of `run`, which has just come into force, and keep it in its summary."""
    plan, moment = Plan.of(run), moment_of(run, current_tenant().timezone)
    if "pools.returns_days" not in plan.rules.values:  # a run from before there was such a policy
        return
    found = measure_returns(moment, plan.clocks, np.array(plan.category_ids, dtype=np.int64), plan.rules)
    with transaction.atomic():
        row = ScoreRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        row.summary["returns"] = found
        row.save(update_fields=["summary"])
