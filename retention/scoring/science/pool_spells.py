"""Pools over time: when each customer entered and left each pool, from order days and a threshold alone.

Because a pool follows from the days since the last order, spells are computed, not observed: the pools of any past
day and the flows between any two days are exact, however seldom scores were run. Thresholds are taken as constant,
so that a changed T never shows as a movement of customers.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .arrays import FloatArray, IntArray
from .pools import ACTIVE, DEFAULT_POOLS, HIBERNATING, LOST, NO_POOL, POOLS, Codes, PoolPolicy

STILL = -1  # left_on of a spell that lasts beyond the as-of day


@dataclass(frozen=True)
class PoolSpells:
    """Aligned arrays, sorted by customer and day: in `pool` from `entered_on` up to, not including, `left_on`."""

    customer: IntArray
    pool: Codes
    entered_on: IntArray
    left_on: IntArray

    def __len__(self) -> int:
        return len(self.customer)


def pool_spells(
    customer: IntArray,
    day: IntArray,
    threshold_days: FloatArray,
    *,
    as_of: int,
    policy: PoolPolicy = DEFAULT_POOLS,
) -> PoolSpells:
    """Spells up to and including the day `as_of`.

    customer, day   distinct order days (visit clock: log-in days), sorted by customer, then day; later ones ignored
    threshold_days  T by customer code, known for everybody who appears
    """
    known = day <= as_of
    customer, day = customer[known], day[known]
    last = np.append(customer[1:] != customer[:-1], True)[: len(customer)]
    until = np.append(day[1:], as_of + 1)[: len(day)]
    until = np.where(last, as_of + 1, until)
    starts = [day]
    for bound in policy.bounds:
        # The first whole day of silence that reaches the bound; at least one day of each order is active.
        wait = np.maximum(np.ceil(bound * threshold_days[customer]), 1).astype(np.int64)
        starts.append(np.minimum(day + wait, until))
    entered = np.stack(starts, axis=1)
    left = np.concatenate([entered[:, 1:], until[:, None]], axis=1)
    # An order while still active ends nothing: that spell goes on until silence or the as-of day ends it.
    goes_on = ~last & (entered[:, 1] == until)
    follows = np.append(False, goes_on[:-1])[: len(goes_on)]
    left[:, ACTIVE] = _carried_back(left[:, ACTIVE], follows)
    open_end = last[:, None] & (left == until[:, None])
    final = _carried_back(open_end[:, ACTIVE].astype(np.int64), follows).astype(bool)
    open_end[:, ACTIVE] = final
    exists = entered < left
    exists[:, ACTIVE] &= ~follows
    row, pool = np.nonzero(exists)
    ends = np.where(open_end, STILL, left)
    return PoolSpells(customer[row], pool.astype(np.int8), entered[row, pool], ends[row, pool])


def _carried_back(value: IntArray, follows: npt.NDArray[np.bool_]) -> IntArray:
    """Each chain of rows (a row that `follows` belongs to the one before) gets the value of its last row."""
    if len(value) == 0:
        return value
    ends = np.append(np.flatnonzero(~follows)[1:], len(value)) - 1
    lengths = np.diff(np.append(np.flatnonzero(~follows), len(value)))
    return np.repeat(value[ends], lengths)


def pools_on(spells: PoolSpells, day: int, customers: int) -> Codes:
    """The pool of each customer code at the end of `day`; −1 before their first order."""
    inside = (spells.entered_on <= day) & ((spells.left_on == STILL) | (spells.left_on > day))
    pool = np.full(customers, NO_POOL, dtype=np.int8)
    pool[spells.customer[inside]] = spells.pool[inside]
    return pool


def flows(before: Codes, after: Codes) -> IntArray:
    """Customers by pool before (rows) and after (columns), in the order of POOLS; the last row and column count
    those without a pool: rows' last = not yet customers.
    """
    side = len(POOLS) + 1
    cells = (before % side).astype(np.int64) * side + after % side
    return np.bincount(cells, minlength=side * side).reshape(side, side).astype(np.int64)


def entered_between(spells: PoolSpells, pool: int, first_day: int, last_day: int) -> IntArray:
    """Codes of the customers who entered `pool` on a day in first_day … last_day, in order; once each."""
    chosen = (spells.pool == pool) & (spells.entered_on >= first_day) & (spells.entered_on <= last_day)
    return np.unique(spells.customer[chosen])


def days_since_return(spells: PoolSpells, as_of: int, customers: int) -> FloatArray:
    """Days since an order last ended *hibernating* or *lost*, by customer code; NaN for those who never returned."""
    silent = (spells.pool == HIBERNATING) | (spells.pool == LOST)
    back = silent & (spells.left_on != STILL) & (spells.left_on <= as_of)
    # Hibernating also ends by becoming lost: only the last spell of a silence ends with an order.
    ended_by_order = np.append(spells.pool[1:] == ACTIVE, False)[: len(spells)]
    back &= ended_by_order
    returned = np.full(customers, np.nan)
    returned[spells.customer[back]] = as_of - spells.left_on[back]  # sorted by day: the last return wins
    return returned
