"""Why a health changed, point by point, and exactly.

Each cause (the facts, a threshold, each changed policy) is a player that may be switched from then to now; what it did
is its Shapley value (Shapley 1953, "A value for n-person games"; as a way to split a change: Shorrocks 2013,
"Decomposition procedures for distributional analysis", J. Economic Inequality 11, 99–126): its mean effect over all
orders in which the causes could have been switched. So the parts add up to the change, no order is preferred, a cause
that changes nothing gets nothing, and looking from now to then gives the same parts with the other sign.

A score is itself a sum of terms: the points that each metric brings by its own weight, what the weight of missing
metrics brings by being shared out among the others, and what a cap takes off. Every term is split by itself, so that
the facts' part is told metric by metric.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np

from .arrays import FloatArray
from .health import Health

SHARED, CAP = -2, -1
"""Places of the last two terms: the weight shared out, and the cap."""


def terms(health: Health) -> FloatArray:
    """n × (metrics + 2): the metrics' own points, what shared-out weight adds, what the cap takes off (≤ 0).

    A row sums to the score. The card's `least_weight` must be 0, so that every row has a score.
    """
    own = np.array([metric.weight for metric in health.card.metrics])
    base = np.where(np.isnan(health.points), 0.0, health.points) * own / 100
    whole = health.contribution.sum(axis=1)
    shared, capped = whole - base.sum(axis=1), health.score - health.uncapped
    return np.column_stack([base, shared, capped])


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
