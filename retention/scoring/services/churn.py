"""Train the churn model on the tenant's own past, as of the run's day.

Two moments of the past, one and two horizons back: what was known of customers then, and who did not come back within
the horizon. Both are computed like the scores themselves, so that no fact from after a moment is seen at it. Only
thresholds are today's, so that a feature means the same then and now.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from retention.customers.selectors.state_sql import IdRange
from retention.scoring.frames.frame import Array, Frame, stacked
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.science.churn import ChurnFit, Gate, train
from retention.scoring.science.churn_drift import Limits
from retention.scoring.science.churn_sample import Sample
from retention.scoring.science.pools import POOLS, pool_of
from retention.scoring.services.churn_columns import CODES, churn_matrix
from retention.scoring.services.churn_rule import ChurnRule
from retention.scoring.services.past import came_again, earlier, frames_at, pieces_of, with_features
from retention.scoring.services.standing import Clocks


@dataclass(frozen=True)
class ChurnTraining:
    """What came of it: the rule to score by, the fit with its card, and the days it looked at."""

    rule: ChurnRule
    fit: ChurnFit
    before: date
    later: date

    def card_json(self) -> dict[str, Any]:
        """The model card, or why there is no model."""
        card = {} if self.fit.card is None else asdict(self.fit.card)
        return {
            **card,
            "before": self.before.isoformat(),
            "later": self.later.isoformat(),
            "horizon_days": self.rule.horizon_days,
            "shares": self.rule.shares,
            "reason": self.fit.reason,
            "short": [asdict(one) for one in self.fit.short],
        }


TOLD_LATER = ("fault_share",)
"""Refunds have no day of their own, so that a past moment knows of those that came after it."""


def train_churn(moment: Moment, clocks: Clocks, category_ids: Array, rules: Rules, *, states: Frame) -> ChurnTraining:
    """The rule that a run as of `moment` scores by. Never raises on thin data: see the fit's reason.

    `states` are everybody's as of `moment`, which a run has read already.
    """
    horizon = rules.whole("churn.horizon_days")
    before, later = (earlier(moment, back * horizon) for back in (2, 1))
    pieces = pieces_of(rules.whole("churn.sample_customers"))
    old, _ = _sample(before, later, pieces, clocks, category_ids, rules)
    new, pools = _sample(later, moment, pieces, clocks, category_ids, rules)
    of_each = rules.whole("churn.minimum_leavers")
    gate = Gate(rules.whole("churn.minimum_customers"), leavers=of_each, stayers=of_each)
    limits = Limits(rules.number("churn.drift_index"), rules.number("churn.drift_share"))
    fit = train(
        old, new, gate=gate, suspects=TOLD_LATER, now=_today(moment, states, pieces, clocks, rules), limits=limits
    )
    rule = ChurnRule(horizon, fit.model, _shares(pools, new.left, rules.whole("churn.minimum_pool")))
    return ChurnTraining(rule, fit, before.as_of, later.as_of)


def _sample(
    moment: Moment, until: Moment, pieces: list[IdRange], clocks: Clocks, category_ids: Array, rules: Rules
) -> tuple[Sample, Array]:
    """Customers who had come by `moment`, with the pool that each was in, and who did not come again by `until`."""
    frames, left = [], []
    for piece, frame in frames_at(moment, pieces, clocks, category_ids, rules):
        left.append(~came_again(moment, until, piece, frame))
        frames.append(frame)
    if not frames:
        return Sample(CODES, np.empty((0, len(CODES))), np.empty(0, dtype=bool)), np.empty(0, dtype=np.int64)
    whole, gone = stacked(frames), np.concatenate(left)
    known = ~np.isnan(whole["r"])
    pools = pool_of(whole["silence"], whole["threshold_days"], rules.pools)
    return Sample(CODES, churn_matrix(whole, moment.day, CODES)[known], gone[known]), pools[known].astype(np.int64)


def _today(moment: Moment, states: Frame, pieces: list[IdRange], clocks: Clocks, rules: Rules) -> Array:
    """The same features of the same pieces as of the run's own day, whose outcome is not known yet."""
    ours = ((piece, states.within(piece.low, piece.high)) for piece in pieces)
    frames = [with_features(moment, piece, part, clocks, rules) for piece, part in ours if len(part)]
    if not frames:
        return np.empty((0, len(CODES)))
    whole = stacked(frames)
    return churn_matrix(whole, moment.day, CODES)[~np.isnan(whole["r"])]


def _shares(pools: Array, left: Array, least: int) -> dict[str, float]:
    """Of each pool with at least `least` customers, the share who left."""
    counts = np.bincount(pools, minlength=len(POOLS))
    gone = np.bincount(pools, weights=left, minlength=len(POOLS))
    return {name: float(gone[place] / counts[place]) for place, name in enumerate(POOLS) if counts[place] >= least}
