"""Where each customer stands on their own rhythm: silence, ratio, pool, stage, false churn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retention.common.copying import NO_DAY
from retention.scoring.enums import Pool, Stage
from retention.scoring.frames.days import CustomerDays
from retention.scoring.frames.frame import Array, Frame
from retention.scoring.rules import Rules
from retention.scoring.science.false_churn import FalseChurn, find_false_churn
from retention.scoring.science.pools import LOST, gone_for_good, healthy_stage, pool_of

POOL_LABELS = ("active", "at_risk", "hibernating", "lost", "gone", "")
STAGE_LABELS = ("new", "growing", "mature", "returned", "")
GONE = POOL_LABELS.index(Pool.GONE)
assert set(POOL_LABELS) == {*Pool.values, ""} and set(STAGE_LABELS) == {*Stage.values, ""}


@dataclass(frozen=True)
class Clocks:
    """T of both clocks and the one that counts, by position of category; the last is that of no category."""

    purchase_days: Array
    sources: list[str]
    visit_days: float
    visit_source: str
    on_visits: Array

    @property
    def longest(self) -> float:
        """The longest T in use."""
        return float(max(self.purchase_days.max(), self.visit_days))


def silence_columns(states: Frame, day: int, clocks: Clocks) -> dict[str, Array]:
    """Silence, threshold and ratio on both clocks, and on the customer's own."""
    category = states["category"]
    purchase_t = clocks.purchase_days[category]
    visits = clocks.on_visits[category]
    purchase_silence = states.days_since("last_order_on", day)
    visit_silence = states.days_since("last_login_on", day)
    purchase_r, visit_r = purchase_silence / purchase_t, visit_silence / clocks.visit_days
    return {
        "on_visits": visits,
        "purchase_silence": purchase_silence,
        "visit_silence": visit_silence,
        "threshold_days": np.where(visits, clocks.visit_days, purchase_t),
        "purchase_threshold": purchase_t,
        "purchase_r": purchase_r,
        "visit_r": visit_r,
        "silence": np.where(visits, visit_silence, purchase_silence),
        "r": np.where(visits, visit_r, purchase_r),
    }


def false_churn_of(frame: Frame, day: int, rules: Rules) -> FalseChurn:
    """Who is silent and yet has something going on."""
    cart = np.fmin(frame.days_since("cart_on", day), frame.days_since("unpaid_on", day))
    return find_false_churn(
        frame["r"],
        cart,
        frame.days_since("followed_on", day),
        frame.days_since("spoke_on", day),
        window_days=rules.whole("pools.false_churn_days"),
        silent_from=rules.pools.at_risk,
    )


def pool_column(frame: Frame, day: int, false_churn: FalseChurn, rules: Rules) -> Array:
    """Positions in POOL_LABELS; −1 (no pool) becomes the last, empty label by itself."""
    policy = rules.pools
    pool = pool_of(frame["silence"], frame["threshold_days"], policy).astype(np.int64)
    days_lost = np.where(pool == LOST, frame["silence"] - np.ceil(policy.lost * frame["threshold_days"]), np.nan)
    last = np.where(frame["on_visits"], frame["last_login_on"], frame["last_order_on"])  # what ends any pool
    said_so = (frame["said_so_on"] != NO_DAY) & (frame["said_so_on"] >= last) & (pool >= 0)
    gone = gone_for_good(
        days_lost,
        frame["return_12m"],
        false_churn.found,
        frame["unanswered"].astype(np.float64),
        ~frame["unreachable"],
        said_so,
        minimum_days=rules.whole("pools.gone_after_days"),
        largest_chance=rules.number("pools.gone_return_chance"),
        win_backs=rules.whole("pools.gone_unanswered"),
    )
    return np.where(gone, GONE, pool)


def stage_column(frame: Frame, day: int, pool: Array, returned: Array, rules: Rules) -> Array:
    """Positions in STAGE_LABELS; −1 becomes the last, empty label."""
    first = np.where(frame["on_visits"], frame["first_login_on"], frame["first_order_on"])
    age = np.where(first == NO_DAY, np.nan, day - first).astype(np.float64)
    stage = healthy_stage(
        pool.astype(np.int8),
        age,
        frame["threshold_days"],
        frame["days_recent"],
        frame["days_before"],
        returned,
        rules.pools,
    )
    return stage.astype(np.int64)


def rhythm_counts(days: CustomerDays, frame: Frame, day: int, threshold: Array) -> tuple[Array, Array]:
    """Days in the last 2T, and in the 2T before."""
    size, until = len(frame), np.full(len(frame), float(day))
    middle = day - 2 * threshold
    return (
        days.count_between(size, middle, until),
        days.count_between(size, middle - 2 * threshold, middle),
    )


def days_since_return(days: CustomerDays, frame: Frame, day: int, first: Array, rules: Rules) -> Array:
    """Days since an order (visit clock: log-in) last ended a silence of a whole threshold; NaN for who never returned.

    `days` must reach back a threshold and the window of *just returned*; where no earlier day is among them although
    the customer is older (`first`), that silence was long enough.
    """
    policy = rules.pools
    size = len(frame)
    returned = np.full(size, np.nan)
    if len(days) == 0:
        return returned
    starts = np.append(True, days.customer[1:] != days.customer[:-1])
    before = np.append(0, days.day[:-1])
    before = np.where(starts, np.where(days.day > first[days.customer], -10_000_000, days.day), before)
    wait = np.maximum(np.ceil(policy.hibernating * frame["threshold_days"]), 1)
    back = (days.day - before >= wait[days.customer]) & (days.day > day - policy.returned_days - 1)
    returned[days.customer[back]] = day - days.day[back]
    return returned
