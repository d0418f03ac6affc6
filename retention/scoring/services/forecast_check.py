"""Does the forecast hold? Fit on the past up to one day, forecast to another, count what was really bought."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from retention.common.copying import NO_DAY
from retention.common.errors import DomainError
from retention.scoring.frames.days import CustomerDays, order_days
from retention.scoring.frames.frame import Array, Frame, stacked
from retention.scoring.frames.states import category_ids_by_code, load_states
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules, rules_in_force
from retention.scoring.science import bg_nbd, pareto_nbd
from retention.scoring.science.purchases import PurchaseHistory
from retention.scoring.science.validation import check_forecast
from retention.scoring.services.checks import check_json, unfit_check
from retention.scoring.services.lifetime import Buyers, buyers, fit_models
from retention.scoring.services.prepare import NO_CUSTOMERS, nobody
from retention.scoring.services.ranges import ranges_of_customers
from retention.scoring.services.renewals import check_renewals


def check_forecasts(*, calibration_end: date, holdout_end: date, zone: str) -> dict[str, dict[str, Any]]:
    """Per model what it forecast for the days after `calibration_end` up to `holdout_end`, against what happened.

    Both ends are included: the holdout begins on the day after `calibration_end`. Raises DomainError when the ends
    are in the wrong order, or nobody had bought by then and nothing runs in terms.
    """
    if holdout_end <= calibration_end:
        raise DomainError(
            "empty_holdout",
            f"The holdout ends on {holdout_end:%Y-%m-%d}, not after the calibration.",
            mend="Let --holdout-end be later than --calibration-end.",
        )
    rules = rules_in_force()
    calibration, holdout = Moment(calibration_end, zone), Moment(holdout_end, zone)
    renewals = check_renewals(calibration, holdout, rules)
    subscription = {} if renewals is None else {"subscription": renewals}
    states, later = _facts(calibration, holdout, rules)
    chosen = buyers(states, calibration.day)
    if len(chosen.places) == 0 and renewals is None:
        raise nobody(calibration)
    days = (holdout_end - calibration_end).days
    actual = np.bincount(later.customer, minlength=len(states))[chosen.places]
    return _checks(chosen, actual, later, calibration, days, rules) | subscription


def _facts(calibration: Moment, holdout: Moment, rules: Rules) -> tuple[Frame, CustomerDays]:
    """States at the end of the calibration, and the order days in the holdout of those who had bought by then."""
    categories = category_ids_by_code()
    frames, places, days = [], [], []
    done = 0
    for shard in ranges_of_customers(rules.whole("runs.shard_customers")) or [NO_CUSTOMERS]:
        states = load_states(calibration, shard, categories)
        had_bought = states["first_order_on"] != NO_DAY
        later = order_days(holdout, shard, states, since=calibration.day + 1, only=had_bought)
        frames.append(states)
        places.append(later.customer + done)
        days.append(later.day)
        done += len(states)
    return stacked(frames), CustomerDays(np.concatenate(places), np.concatenate(days))


FORECASTS: dict[str, Callable[[Any, PurchaseHistory, float], Array]] = {
    "bg_nbd": bg_nbd.expected_purchases,
    "mbg_nbd": bg_nbd.expected_purchases,
    "pareto_nbd": pareto_nbd.expected_purchases,
}
BY_WEEK = ("bg_nbd", "mbg_nbd")
"""Pareto/NBD is for comparison alone."""


def _checks(
    chosen: Buyers, actual: Array, later: CustomerDays, calibration: Moment, days: int, rules: Rules
) -> dict[str, dict[str, Any]]:
    checks = {}
    for name, fit in fit_models(chosen, rules).items():
        if name not in FORECASTS:
            continue
        if not fit.identified:
            checks[name] = unfit_check(fit.reason, actual)
            continue
        expected = FORECASTS[name](fit.parameters, chosen.history, days)
        checks[name] = check_json(check_forecast(expected, actual, chosen.history.frequency))
        if name in BY_WEEK:
            ends, happened = weeks_of(later.day - calibration.day, days)
            foreseen = [float(bg_nbd.expected_purchases(fit.parameters, chosen.history, end).sum()) for end in ends]
            checks[name]["by_week"] = [
                {"day": end, "predicted": guess, "actual": real}
                for end, guess, real in zip(ends, foreseen, happened, strict=True)
            ]
    return checks


def weeks_of(day: Array, days: int) -> tuple[list[int], list[int]]:
    """The last day of each week of the holdout, and how many of the order days fall up to it."""
    ends = [*range(7, days, 7), days]
    return ends, np.searchsorted(np.sort(day), ends, side="right").tolist()
