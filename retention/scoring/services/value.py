"""RFM and the value tiers: cut points over the whole tenant first, so that shards can score by themselves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from retention.scoring.enums import Tier
from retention.scoring.frames.frame import Array, Frame
from retention.scoring.rules import Rules

PARTS = 5
TIERS = tuple(Tier.values)
NO_TIER = len(TIERS)
LABELS = (*TIERS, "")


@dataclass(frozen=True)
class Cuts:
    """For each of R, F and M the values from which the scores 2, 3, 4 and 5 begin."""

    r: list[float]
    f: list[float]
    m: list[float]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def cut_points(values: Array) -> list[float]:
    """The least values that score 2 … 5, where score = 1 + ⌊5 × share strictly below⌋ over `values`.

    A score that nobody reaches gets infinity, sent as the largest double since JSON has none.
    """
    distinct, counts = np.unique(values, return_counts=True)
    below = np.cumsum(counts) - counts
    cuts = []
    for score in range(1, PARTS):
        reached = np.flatnonzero(PARTS * below >= score * len(values))
        cuts.append(float(distinct[reached[0]]) if len(reached) else float(np.finfo(np.float64).max))
    return cuts


def value_cuts(states: Frame, day: int, rules: Rules) -> Cuts:
    """Cut points over the customers with an order in the window."""
    counted = _counted(states, day, rules)
    return Cuts(
        cut_points(-states.days_since("last_order_on", day)[counted]),
        cut_points(states["year_order_days"][counted].astype(np.float64)),
        cut_points(states["year_revenue"][counted]),
    )


def value_columns(states: Frame, day: int, cuts: Cuts, rules: Rules) -> dict[str, Array]:
    """R, F and M (0: not counted), tier as a position in LABELS, and high value."""
    counted = _counted(states, day, rules)
    silence = np.where(counted, states.days_since("last_order_on", day), 0)
    r = _scores(-silence, cuts.r, counted)
    f = _scores(states["year_order_days"], cuts.f, counted)
    m = _scores(states["year_revenue"], cuts.m, counted)
    upper = rules.whole("value.upper_from")
    tier = 4 * (m < upper) + 2 * (r < upper) + (f < upper)
    with_frequency = (m >= rules.whole("value.high_with_frequency_from")) & (f == PARTS)
    high = counted & ((m >= rules.whole("value.high_from")) | with_frequency)
    return {"r_score": r, "f_score": f, "m_score": m, "tier": np.where(counted, tier, NO_TIER), "high_value": high}


def _counted(states: Frame, day: int, rules: Rules) -> Array:
    return np.asarray(states.days_since("last_order_on", day) < rules.number("value.window_days"))


def _scores(values: Array, cuts: list[float], counted: Array) -> Array:
    scores = 1 + (values[:, None] >= np.array(cuts)).sum(axis=1)
    return np.where(counted, scores, 0)
