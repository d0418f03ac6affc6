"""The first day on which time alone may change where a customer stands.

Between two runs most customers do nothing, and yet some of them cross a bound: a pool, a stage, an R score, a sign of
life that grows too old. All of these days follow from what a run knows of a customer, so that a refresh looks only at
those whose day has come. A day may be named too early, which costs a look, but never too late. Numbers that move a
little every day (r, chances, health) are no bounds: they wait for the next full run.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from retention.common.copying import NO_DAY
from retention.scoring.frames.days import CustomerDays
from retention.scoring.frames.frame import Array, Frame
from retention.scoring.rules import Rules
from retention.scoring.science.bg_nbd import p_alive
from retention.scoring.science.pools import ACTIVE, LOST
from retention.scoring.services.lifetime import YEAR_DAYS, Parameters, buyers, chance_of_return
from retention.scoring.services.value import Cuts

NEVER = np.iinfo(np.int64).max
LOOK_AHEAD = 32
"""So many days ahead the fading chance of a return is followed; then it is looked at again."""
Days = npt.NDArray[np.int64]


def due_column(frame: Frame, day: int, cuts: Cuts, parameters: Parameters, rules: Rules) -> Days:
    """Day numbers after `day`, NEVER where time alone changes nothing any more. `frame` is scored."""
    due = np.full(len(frame), NEVER)
    for days in (
        *_pool_bounds(frame, rules),
        *_stage_bounds(frame, day, rules),
        *_value_bounds(frame, cuts, rules),
        *_signs_of_life(frame, rules),
        _gone(frame, day, parameters, rules),
        _wounds(frame, day, rules),
        _here_today(frame, day),
    ):
        np.minimum(due, np.where(days > day, days, NEVER), out=due)
    return due


def waits(threshold: Array, rules: Rules) -> Array:
    """Whole days of silence after which each graver pool begins; −1 without a threshold."""
    days = np.ceil(np.array(rules.pools.bounds) * threshold[:, None])
    return np.where(np.isnan(days), -1, np.maximum(days, 1)).astype(np.int64)


def _after(first: Array, days: Array | float) -> Days:
    """`days` after the day `first`; NEVER where either is unknown."""
    known = (first != NO_DAY) & ~np.isnan(days)
    return np.where(known, (first + np.where(known, days, 0)).astype(np.int64), NEVER)


def _last(frame: Frame) -> Array:
    return np.where(frame["on_visits"], frame["last_login_on"], frame["last_order_on"])


def _pool_bounds(frame: Frame, rules: Rules) -> list[Days]:
    last, wait = _last(frame), waits(frame["threshold_days"], rules)
    return [np.where(wait[:, bound] < 0, NEVER, _after(last, wait[:, bound])) for bound in range(wait.shape[1])]


def _stage_bounds(frame: Frame, day: int, rules: Rules) -> list[Days]:
    first = np.where(frame["on_visits"], frame["first_login_on"], frame["first_order_on"])
    settled = _after(first, np.ceil(frame["threshold_days"]))
    just_back = (day - np.nan_to_num(frame["returned"]) + rules.pools.returned_days + 1).astype(np.int64)
    stages = (settled, np.where(np.isnan(frame["returned"]), NEVER, just_back), frame["turns_on"])
    return [np.where(frame["pool"] == ACTIVE, days, NEVER) for days in stages]


def _value_bounds(frame: Frame, cuts: Cuts, rules: Rules) -> list[Days]:
    """Where the R score falls, and where the last order leaves the window of RFM."""
    last = frame["last_order_on"]
    window = rules.number("value.window_days")
    falls = [_after(last, np.floor(-cut) + 1) for cut in cuts.r if -window < cut <= 0]
    return [*falls, _after(last, np.ceil(window))]


def _signs_of_life(frame: Frame, rules: Rules) -> list[Days]:
    """Where a sign grows too old, and where r reaches the bound from which signs are looked for."""
    window = rules.whole("pools.false_churn_days")
    signs = [frame[name] for name in ("cart_on", "unpaid_on", "followed_on", "spoke_on")]
    # r is a quotient, the pool's bound a product: they may differ by the last bit, and so by one day.
    silent = _pool_bounds(frame, rules)[0]
    anything = np.any([sign != NO_DAY for sign in signs], axis=0)
    return [*(_after(sign, window) for sign in signs), np.where(anything & (silent < NEVER), silent + 1, NEVER)]


def _gone(frame: Frame, day: int, parameters: Parameters, rules: Rules) -> Days:
    """Where somebody lost, with nothing left to try, has been lost long enough or is hardly expected any more."""
    due = np.full(len(frame), NEVER)
    tried = (frame["unanswered"] >= rules.whole("pools.gone_unanswered")) | frame["unreachable"].astype(bool)
    places = np.flatnonzero((frame["pool"] == LOST) & tried & ~np.isnan(frame["return_12m"]))
    if len(places) == 0:
        return due
    chosen = frame.at(places)
    long_enough = _after(
        _last(chosen),
        np.ceil(rules.pools.lost * chosen["threshold_days"]) + rules.whole("pools.gone_after_days"),
    )
    fades = fades_on(chosen, day, parameters, rules.number("pools.gone_return_chance"))
    due[places] = np.maximum(long_enough, fades)
    return due


def fades_on(frame: Frame, day: int, parameters: Parameters, chance: float) -> Days:
    """The first day after `day` on which a return within a year is less likely than `chance`, if nothing is bought.

    The chance only falls, so that it is halved in on; beyond LOOK_AHEAD days it is not followed.
    """
    low, high = np.zeros(len(frame), dtype=np.int64), np.full(len(frame), LOOK_AHEAD)
    for _step in range(LOOK_AHEAD.bit_length() - 1):
        middle = (low + high) // 2
        faded = _chance(frame, day, middle, parameters) < chance
        low, high = np.where(faded, low, middle), np.where(faded, middle, high)
    return day + high


def _chance(frame: Frame, day: int, ahead: Days, parameters: Parameters) -> Array:
    assert parameters.purchases is not None  # else return_12m is unknown to everybody
    history = buyers(frame, day).history.later(ahead)
    alive = p_alive(parameters.purchases, history)
    return chance_of_return(parameters.purchases, history, alive, YEAR_DAYS)


def _wounds(frame: Frame, day: int, rules: Rules) -> Days:
    """A severe complaint, or a very low score, is looked at every day: whether it caps depends on health, too."""
    wounded = ~np.isnan(frame["severe_hours"]) | (frame["nps_lowest"] <= rules.number("health.shop.cap_nps"))
    return np.where(wounded, day + 1, NEVER)


def _here_today(frame: Frame, day: int) -> Days:
    """Who bought or logged in on the very day, on the clock that is not their own: r of that clock is 0 and tells
    nothing of how it grows, so that it is looked at again the day after."""
    other = np.where(frame["on_visits"], frame["purchase_silence"], frame["visit_silence"])
    return np.where(other == 0, day + 1, NEVER)


def next_turns(days: CustomerDays, frame: Frame, day: int, threshold: Array, until: Array) -> Days:
    """The first day after `day`, before `until`, on which it turns whether somebody came more often in the last 2T
    than in the 2T before, if they don't come again; NEVER where it does not. By place in `frame`."""
    turns = np.full(len(frame), NEVER)
    days = days.of(until > day)
    if len(days) == 0:
        return turns
    t = threshold[days.customer]
    leaves_last, leaves_before = _leaves(days.day, 2 * t, None), _leaves(days.day, 2 * t, 2 * t)
    balance = np.bincount(days.customer, _signs(leaves_last, leaves_before, day), minlength=len(frame))
    customer = np.concatenate([days.customer, days.customer])
    on = np.concatenate([leaves_last, leaves_before])
    change = np.concatenate([np.full(len(days), -2), np.full(len(days), 1)])
    coming = (on > day) & (on < until[customer])
    return _first_turns(turns, balance, customer[coming], on[coming], change[coming])


def _signs(leaves_last: Days, leaves_before: Days, day: int) -> Array:
    """+1 for a day within the last 2T, −1 for one within the 2T before, else 0."""
    return np.where(leaves_last > day, 1.0, np.where(leaves_before > day, -1.0, 0.0))


def _first_turns(turns: Days, balance: Array, customer: Array, on: Days, change: Array) -> Days:
    order = np.lexsort((on, customer))
    customer, on, change = customer[order], on[order], change[order]
    if len(customer) == 0:
        return turns
    running = np.cumsum(change)
    starts = np.append(True, customer[1:] != customer[:-1])
    before = (running - change)[starts][np.cumsum(starts) - 1]
    after = balance[customer] + running - before
    # Of several changes on one day only what stands after the last of them counts; looking once too often is no harm.
    turned = (after > 0) != (balance[customer] > 0)
    np.minimum.at(turns, customer[turned], on[turned])
    return turns


def _leaves(came: Array, width: Array, more: Array | None) -> Days:
    """The first day whose window of `width` days (then `more` days before it) no longer holds the day `came`.

    By the same arithmetic as the count itself: a sum the other way round may differ by the last bit.
    """

    def outside(on: Array) -> Array:
        edge = on - width
        return np.asarray(came <= (edge if more is None else edge - more))

    on = np.ceil(came + width + (0 if more is None else more)).astype(np.int64)
    on = np.where(outside(on), on, on + 1)
    return np.where(outside(on - 1), on - 1, on)
