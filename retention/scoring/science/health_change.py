"""Why a health changed, point by point, and exactly.

Each cause (the facts, a threshold, each changed policy) is a player that may be switched from then to now; what it did
is its Shapley value (Shapley 1953, "A value for n-person games"; as a way to split a change: Shorrocks 2013,
"Decomposition procedures for distributional analysis", J. Economic Inequality 11, 99–126): its mean effect over all
orders in which the causes could have been switched. So the parts add up to the change, no order is preferred, a cause
that changes nothing gets nothing, and looking from now to then gives the same parts with the other sign.

A score is itself a sum of terms: the points of each metric that has data throughout, weighed as if these alone had
any; what the others add, which have data only then or only now, by their points and by the weight that they take from
those or leave to them; and what a cap takes off. Every term is split by itself, so that the facts' part is told metric
by metric.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np

from .arrays import BoolArray, FloatArray
from .health import Health, weights_of

SHARED, CAP = -2, -1
"""Places of the last two terms: what metrics add that have data only sometimes, and the cap."""


def known_throughout(healths: Sequence[Health]) -> BoolArray:
    """Which metrics have data in every row of all these."""
    known: BoolArray = ~np.isnan(np.concatenate([health.points for health in healths])).any(axis=0)
    return known


def terms(health: Health, throughout: BoolArray) -> FloatArray:
    """n × (metrics + 2): points of the metrics known `throughout`, what the others add, what the cap takes off (≤ 0).

    A row sums to the score. The card's `least_weight` must be 0, so that every row has a score.
    """
    points = np.where(throughout, health.points, np.nan)
    _present, weight = weights_of(health.card, points)
    base = np.where(throughout, points, 0.0) * weight / 100
    others = health.contribution.sum(axis=1) - base.sum(axis=1)
    return np.column_stack([base, others, health.score - health.uncapped])


def mean_terms(healths: Sequence[Health], each: int) -> FloatArray:
    """sets × (metrics + 2): `terms` on average over `each` customers.

    Each of `healths` holds one or more sets, one below the other, of the same customers in the same order. A metric is
    known throughout for a customer who has data for it in every set.
    """
    known = ~np.isnan(np.concatenate([health.points for health in healths]))
    throughout = known.reshape(-1, each, known.shape[1]).all(axis=0)
    found = [terms(health, np.tile(throughout, (len(health.points) // each, 1))) for health in healths]
    return np.concatenate([rows.reshape(-1, each, rows.shape[1]).mean(axis=1) for rows in found])


def shapley(values: FloatArray) -> FloatArray:
    """players × terms: what each player did to each term.

    `values` has a row for each set of players switched, 2^players × terms: player i is in set s when bit i of s is
    set. Columns sum to values[last] − values[0].
    """
    players = len(values).bit_length() - 1
    if len(values) != 1 << players:
        raise ValueError("one row is needed for each set of players")
    sets = np.arange(len(values))
    sizes = np.array([int(one).bit_count() for one in sets])
    orders = np.array([factorial(k) * factorial(players - k - 1) for k in range(players)] + [0], dtype=np.float64)
    share = orders[sizes] / factorial(players)
    parts = np.zeros((players, values.shape[1]))
    for player in range(players):
        without = sets[(sets >> player) & 1 == 0]
        gain = values[without | (1 << player)] - values[without]
        parts[player] = share[without] @ gain
    return parts


@dataclass(frozen=True)
class Split:
    """What each player did to each term (players × terms), and the scores before and after."""

    parts: FloatArray
    before: float
    after: float

    @property
    def by_player(self) -> FloatArray:
        """What each player did to the score; sums to after − before."""
        total: FloatArray = self.parts.sum(axis=1)
        return total


def split_change(values: FloatArray) -> Split:
    """`values` as in `shapley`, from `terms`."""
    return Split(shapley(values), float(values[0].sum()), float(values[-1].sum()))


def rounded_to_total(parts: FloatArray, total: float, *, places: int = 1) -> FloatArray:
    """`parts` rounded so that they add up to `total` rounded: the largest remainders take what rounding left over.

    `total` must be the sum of `parts`; no part moves by as much as one unit of the last place.
    """
    unit = 10.0**-places
    floors = np.floor(parts / unit + 1e-9)
    left = round(total / unit) - int(floors.sum())
    order = np.argsort(-(parts / unit - floors), kind="stable")
    floors[order[: max(left, 0)]] += 1
    rounded: FloatArray = np.round(floors * unit, places)
    return rounded
