"""What a run goes by to say who will leave: the model, or, where there is none, what was measured of each pool."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from retention.scoring.frames.frame import Array, Frame
from retention.scoring.rules import Rules
from retention.scoring.science.churn_curves import ChurnModel, reasons
from retention.scoring.science.pools import POOLS, pool_of
from retention.scoring.services.churn_columns import PLACES, churn_matrix

REASONS = 3


@dataclass(frozen=True)
class ChurnRule:
    """`horizon_days` ahead; `model`, or None; `shares` of those in each pool who had left a horizon later."""

    horizon_days: int
    model: ChurnModel | None = None
    shares: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As the plan keeps it."""
        model = None if self.model is None else self.model.as_json()
        return {"horizon_days": self.horizon_days, "model": model, "shares": self.shares}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> ChurnRule:
        """What `as_json` kept."""
        model = None if kept["model"] is None else ChurnModel.from_json(kept["model"])
        return cls(kept["horizon_days"], model, kept["shares"])


def churn_columns(frame: Frame, day: int, rule: ChurnRule, rules: Rules) -> dict[str, Array]:
    """`churn_probability` (NaN: can’t be told); by a model also `churn_why`: places and effects."""
    size = len(frame)
    known = ~np.isnan(frame["r"])
    if rule.model is None:
        pool = pool_of(frame["silence"], frame["threshold_days"], rules.pools).astype(np.int64)
        shares = np.array([rule.shares.get(name, np.nan) for name in POOLS] + [np.nan])
        return {"churn_probability": np.where(known, shares[pool], np.nan)}
    model = rule.model
    parts = model.parts(churn_matrix(frame, day, model.names))
    why = reasons(model, parts, most=REASONS)
    places = np.array([PLACES[name] for name in model.names], dtype=np.float64)
    pairs = np.full((size, 2 * REASONS), np.nan)
    found = why.places.shape[1]
    pairs[:, 0 : 2 * found : 2] = places[why.places]
    pairs[:, 1 : 2 * found : 2] = why.effects
    pairs[~known] = np.nan
    return {"churn_probability": np.where(known, model.chance(parts), np.nan), "churn_why": pairs}
