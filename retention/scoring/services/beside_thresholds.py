"""What stands beside a learned threshold and never sets it: the figure pooled with its neighbours, and its drift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from retention.scoring.frames.frame import Array
from retention.scoring.rules import Rules
from retention.scoring.science.gaps import Gaps, SortedGaps
from retention.scoring.science.pooled_thresholds import PooledThreshold, pool_thresholds
from retention.scoring.science.quantile_errors import log_errors
from retention.scoring.science.threshold_drift import DriftPolicy, ThresholdDrift, threshold_drift
from retention.scoring.science.thresholds import LearnedThreshold


@dataclass(frozen=True)
class Beside:
    """Of one category; None where it does not apply or nothing can be said."""

    pooled: PooledThreshold | None = None
    drift: ThresholdDrift | None = None

    def pooled_json(self) -> dict[str, Any] | None:
        """As stored and as programs read it."""
        return None if self.pooled is None else asdict(self.pooled)

    def drift_json(self) -> dict[str, Any] | None:
        """The same of the drift."""
        return None if self.drift is None else asdict(self.drift)


NOTHING_BESIDE = Beside()


def beside_categories(closed: Gaps, learned: Sequence[LearnedThreshold], parents: Array, rules: Rules) -> list[Beside]:
    """One per element of `learned`, whose last is the tenant: it has no neighbours to lean on."""
    policy, size = rules.thresholds, len(learned)
    p90 = np.array([np.nan if one.p90 is None else one.p90 for one in learned])
    log_days, errors = log_errors(closed, SortedGaps.of(closed, size), policy.quantile)
    limits = policy.shortest_days, policy.longest_days
    pooled = pool_thresholds(log_days[:-1], errors[:-1], parents.astype(np.int64), limits)
    drift = threshold_drift(
        closed,
        p90,
        window_days=rules.whole("silence.window_days"),
        quantile=policy.quantile,
        policy=DriftPolicy(rules.number("silence.drift_share"), policy.minimum_gaps, policy.minimum_customers),
    )
    return [Beside(leans, moves) for leans, moves in zip([*pooled, None], drift, strict=True)]
