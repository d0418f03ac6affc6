"""How often customers came lately, and whether they came back from a silence."""

from __future__ import annotations

import numpy as np

from retention.scoring.frames.days import login_days, order_days
from retention.scoring.frames.frame import Array, Frame
from retention.scoring.frames.whose import Chosen
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.services.due import next_turns, waits
from retention.scoring.services.standing import Clocks, days_since_return, rhythm_counts


def rhythm_columns(moment: Moment, shard: Chosen, frame: Frame, clocks: Clocks, rules: Rules) -> dict[str, Array]:
    """Counts of days in the last 2T and the 2T before, on the purchase clock and on the customer's own; returns.

    `turns_on` is the next day on which time alone turns which of the own counts is larger, while they are active.
    """
    day = moment.day
    on_visits = frame["on_visits"].astype(bool)
    visit_t = np.full(len(frame), clocks.visit_days)
    bought = order_days(moment, shard, frame, since=_since(day, clocks.purchase_days.max(), rules))
    recent, before = rhythm_counts(bought, frame, day, frame["purchase_threshold"])
    returned = days_since_return(bought.of(~on_visits), frame, day, frame["first_order_on"], rules)
    own_recent, own_before = recent, before
    leaves_active = day - frame["silence"] + waits(frame["threshold_days"], rules)[:, 0]
    turns = next_turns(bought.of(~on_visits), frame, day, frame["purchase_threshold"], leaves_active)
    if on_visits.any():
        since = _since(day, clocks.visit_days, rules)
        visited = login_days(moment, shard, frame, since=since, only=on_visits)
        visits_recent, visits_before = rhythm_counts(visited, frame, day, visit_t)
        own_recent = np.where(on_visits, visits_recent, recent)
        own_before = np.where(on_visits, visits_before, before)
        back = days_since_return(visited, frame, day, frame["first_login_on"], rules)
        returned = np.where(on_visits, back, returned)
        turns = np.where(on_visits, next_turns(visited, frame, day, visit_t, leaves_active), turns)
    return {
        "order_days_recent": recent,
        "order_days_before": before,
        "days_recent": own_recent.astype(np.float64),
        "days_before": own_before.astype(np.float64),
        "returned": returned,
        "turns_on": turns,
    }


def _since(day: int, threshold: float, rules: Rules) -> int:
    """Far enough back for four thresholds, and for a silence that ended lately."""
    returned = rules.pools.returned_days + 1
    return day - int(np.ceil(max(4 * threshold, threshold * rules.pools.hibernating + returned))) - 1
