"""Does the forecast hold? Fit on the past up to one day, forecast to another, count what was really bought."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from retention.common.errors import DomainError
from retention.customers.selectors.state_sql import IdRange
from retention.scoring.frames.days import order_days
from retention.scoring.frames.frame import Array, Frame, stacked
from retention.scoring.frames.states import category_ids_by_code, load_states
from retention.scoring.moment import Moment, day_number
from retention.scoring.rules import Rules, rules_in_force
from retention.scoring.science import bg_nbd, pareto_nbd
from retention.scoring.science.purchases import PurchaseHistory
from retention.scoring.science.validation import ForecastCheck, check_forecast
from retention.scoring.services.lifetime import Buyers, buyers, fit_models, number
from retention.scoring.services.prepare import nobody
from retention.scoring.services.ranges import ranges_of_customers


def check_forecasts(*, calibration_end: date, holdout_end: date, zone: str) -> dict[str, dict[str, Any]]:
    """Per model what it forecast for the days after `calibration_end` up to `holdout_end`, against what happened.

    Both ends are included: the holdout begins on the day after `calibration_end`. Raises DomainError when the ends
    are in the wrong order or nobody had bought by then.
    """
    if holdout_end <= calibration_end:
        raise DomainError(
            "empty_holdout",
            f"The holdout ends on {holdout_end:%Y-%m-%d}, not after the calibration.",
            mend="Let --holdout-end be later than --calibration-end.",
        )
    rules = rules_in_force()
    calibration, holdout = Moment(calibration_end, zone), Moment(holdout_end, zone)
    states, actual = _facts(calibration, holdout, rules)
    chosen = buyers(states, calibration.day)
    if len(chosen.places) == 0:
        raise nobody(calibration)
    days = (holdout_end - calibration_end).days
    return _checks(chosen, actual[chosen.places], days, rules)


def _facts(calibration: Moment, holdout: Moment, rules: Rules) -> tuple[Frame, Array]:
    """States at the end of the calibration and order days in the holdout, customer by customer."""
    categories = category_ids_by_code()
    frames, counts = [], []
    for shard in ranges_of_customers(rules.whole("runs.shard_customers")):
        states = load_states(calibration, shard, categories)
        frames.append(states)
        counts.append(_bought_later(holdout, shard, states, day_number(calibration.as_of) + 1))
    if not frames:
        raise nobody(calibration)
    return stacked(frames), np.concatenate(counts)


def _bought_later(holdout: Moment, shard: IdRange, states: Frame, since: int) -> Array:
    days = order_days(holdout, shard, states, since=since)
    return np.bincount(days.customer, minlength=len(states))


def _checks(chosen: Buyers, actual: Array, days: int, rules: Rules) -> dict[str, dict[str, Any]]:
    forecasts: dict[str, Callable[[Any, PurchaseHistory, float], Array]] = {
        "bg_nbd": bg_nbd.expected_purchases,
        "mbg_nbd": bg_nbd.expected_purchases,
        "pareto_nbd": pareto_nbd.expected_purchases,
    }
    checks = {}
    for name, fit in fit_models(chosen, rules).items():
        if name not in forecasts:
            continue
        if not fit.identified:
            checks[name] = _unfit(fit.reason, actual)
            continue
        expected = forecasts[name](fit.parameters, chosen.history, days)
        checks[name] = _as_json(check_forecast(expected, actual, chosen.history.frequency))
    return checks


def _unfit(reason: str, actual: Array) -> dict[str, Any]:
    return {
        "predicted": None,
        "actual": int(actual.sum()),
        "mae": None,
        "auc": None,
        "by_frequency": [],
        "identified": False,
        "reason": reason,
    }


def _as_json(check: ForecastCheck) -> dict[str, Any]:
    return {
        "predicted": check.predicted,
        "actual": check.actual,
        "mae": number(check.mae),
        "auc": number(check.auc),
        "by_frequency": [asdict(row) for row in check.by_frequency],
        "customers": check.customers,
        "lift": [asdict(row) for row in check.lift],
        "identified": True,
    }
