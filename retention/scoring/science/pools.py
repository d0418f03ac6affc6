"""Pools: how long a customer has been silent, measured in their own rhythm, and what of life comes before that.

Silence ÷ threshold follows the idea of "active" in Schmittlein, Morrison & Colombo (1987), "Counting Your Customers:
Who Are They and What Will They Do Next?", with the rhythm of the category in place of a personal one. Shares of
pools are outcomes, never quotas.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .arrays import BoolArray, FloatArray

Codes = npt.NDArray[np.int8]

POOLS = ("active", "at_risk", "hibernating", "lost")
ACTIVE, AT_RISK, HIBERNATING, LOST = range(4)
NO_POOL = -1

STAGES = ("new", "growing", "mature", "returned")
NEW, GROWING, MATURE, RETURNED = range(4)
NO_STAGE = -1


@dataclass(frozen=True)
class PoolPolicy:
    """Where pools begin, in multiples of the threshold T; how long somebody counts as just returned, in days."""

    at_risk: float = 0.5
    hibernating: float = 1.0
    lost: float = 2.0
    returned_days: int = 30

    def __post_init__(self) -> None:
        if not 0 < self.at_risk < self.hibernating < self.lost:
            raise ValueError("pools must begin one after the other: 0 < at_risk < hibernating < lost")

    @property
    def bounds(self) -> tuple[float, float, float]:
        return self.at_risk, self.hibernating, self.lost


DEFAULT_POOLS = PoolPolicy()


def silence_ratio(silence_days: FloatArray, threshold_days: FloatArray) -> FloatArray:
    """r: silence ÷ its threshold; NaN for customers who never ordered (purchase clock) or logged in (visit clock)."""
    return silence_days / threshold_days


def pool_of(silence_days: FloatArray, threshold_days: FloatArray, policy: PoolPolicy = DEFAULT_POOLS) -> Codes:
    """Position in POOLS, −1 where silence or threshold is unknown. A bound belongs to the graver pool."""
    reached = [silence_days >= bound * threshold_days for bound in policy.bounds]
    pool = np.sum(reached, axis=0).astype(np.int8)
    return np.where(np.isnan(silence_days) | np.isnan(threshold_days), NO_POOL, pool).astype(np.int8)


def healthy_stage(
    pool: Codes,
    age_days: FloatArray,
    threshold_days: FloatArray,
    recent_days: FloatArray,
    earlier_days: FloatArray,
    days_since_return: FloatArray,
    policy: PoolPolicy = DEFAULT_POOLS,
) -> Codes:
    """Position in STAGES of customers in the pool *active*; −1 for everybody else. First yes wins:

    returned  an order (visit clock: log-in) ended *hibernating* or *lost* in the last `returned_days` days
    new       the first order lies less than T back: too early for a rhythm
    growing   more order days in the last 2T than in the 2T before
    mature    the rest: at least as steady as before

    age_days  since the first order; days_since_return  NaN where nobody ever returned.
    """
    stage = np.full(len(pool), MATURE, dtype=np.int8)
    stage[recent_days > earlier_days] = GROWING
    stage[age_days < threshold_days] = NEW
    stage[days_since_return <= policy.returned_days] = RETURNED
    stage[pool != ACTIVE] = NO_STAGE
    return stage


def gone_for_good(
    days_lost: FloatArray,
    chance_of_return: FloatArray,
    false_churn: BoolArray,
    unanswered_win_backs: FloatArray,
    reachable: BoolArray,
    said_so: BoolArray,
    *,
    minimum_days: int = 180,
    largest_chance: float = 0.05,
    win_backs: int = 2,
) -> BoolArray:
    """Lost for long, hardly expected back, and nothing left to try; or they said so. Reversible, never a quota.

    days_lost  days in the pool *lost*, NaN outside it; chance_of_return  within 12 months, NaN = unknown, which
    is no evidence against them.
    """
    tried = (unanswered_win_backs >= win_backs) | ~reachable
    faded = (days_lost >= minimum_days) & (chance_of_return < largest_chance)
    return (faded & tried & ~false_churn) | said_so
