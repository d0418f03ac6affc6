"""How sure the value of customers is: the interval of what each may bring, and what running terms are still worth.

Computed when read: a run stores one number per customer, and a million intervals that nobody looks at would slow it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retention.scoring.models import CustomerScore, ScoreModel, ScoreRun
from retention.scoring.rules import Rules
from retention.scoring.science.lifetime_value import Horizon
from retention.scoring.science.purchases import PurchaseHistory
from retention.scoring.science.value_interval import ValueModels, ValueRanges
from retention.scoring.selectors.subscriptions import NOTHING, worth_by_customer
from retention.scoring.services.lifetime import MONTHS, YEAR_DAYS, Parameters


class ValuesAhead:
    """Adds to scores of one run what is computed when read; ask one for all pieces of a list."""

    def __init__(self, run: ScoreRun) -> None:
        self.run, self.rules = run, Rules.of(run.plan["rules"])
        self.ranges = _ranges(run, self.rules)

    def attach(self, scores: Sequence[CustomerScore]) -> None:
        """Set `clv_low`, `clv_high`, `subscription_value`, `subscription_low` and `subscription_high`."""
        self._attach_ranges(scores)
        worth = worth_by_customer(self.run, [score.customer_id for score in scores])
        for score in scores:
            one = worth.get(score.customer_id, NOTHING)
            score.subscription_value, score.subscription_low, score.subscription_high = one.value, one.low, one.high

    def _attach_ranges(self, scores: Sequence[CustomerScore]) -> None:
        for score in scores:
            score.clv_low = score.clv_high = None
        known = [score for score in scores if score.clv is not None]
        if self.ranges is None or not known:
            return
        found = self.ranges.of(self._history(known), np.array([score.monetary_value or 0.0 for score in known]))
        for score, low, high in zip(known, found.low.tolist(), found.high.tolist(), strict=True):
            score.clv_low, score.clv_high = low, high

    def _history(self, scores: Sequence[CustomerScore]) -> PurchaseHistory:
        """The days that recency and age are made of: they were stored in the models' time unit."""
        unit = self.rules.number("models.time_unit_days")
        recency, age = (
            np.rint(np.array([getattr(score, name) for score in scores], dtype=np.float64) * unit).astype(np.int64)
            for name in ("recency", "t")
        )
        return PurchaseHistory(np.array([score.frequency for score in scores], dtype=np.int64), recency, age)


def _ranges(run: ScoreRun, rules: Rules) -> ValueRanges | None:
    """None where a model is not identified, or for a run from before covariances were kept."""
    plan = run.plan.get("parameters")
    parameters = None if plan is None else Parameters.from_json(plan)
    if parameters is None or parameters.purchases is None or parameters.gamma_gamma is None:
        return None
    kept = {model.name: _covariance(model) for model in run.models.filter(name__in=[parameters.model, "gamma_gamma"])}
    bought, spent = kept.get(parameters.model, ()), kept.get("gamma_gamma", ())
    if not bought or not spent:
        return None
    horizon = Horizon(YEAR_DAYS, MONTHS, rules.number("value.discount_a_month"))
    models = ValueModels(parameters.purchases, bought, parameters.gamma_gamma, spent)
    return ValueRanges(models, horizon, margin=rules.number("value.margin"))


def _covariance(model: ScoreModel) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in model.details.get("covariance", ()))
