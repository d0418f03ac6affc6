"""Customers as they were known at a past moment, everybody or a sample, and who has come back since.

All of it is computed like the scores themselves, so that no fact from after the moment is seen at it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from retention.customers.selectors.state_sql import IdRange
from retention.scoring.frames.days import joined, login_days, order_days
from retention.scoring.frames.features import load_features
from retention.scoring.frames.frame import Array, Frame
from retention.scoring.frames.states import load_states
from retention.scoring.frames.whose import Chosen
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.services.ranges import ranges_of_customers
from retention.scoring.services.rhythm import rhythm_columns
from retention.scoring.services.standing import Clocks, silence_columns

PIECE = 500
"""Customers who are taken together where a sample is: neighbours by key, read by a range."""


def earlier(moment: Moment, days: int) -> Moment:
    """The moment so many days before."""
    return Moment(moment.as_of - timedelta(days=days), moment.zone, moment.known_at)


def pieces_of(most: int) -> list[IdRange]:
    """Everybody as one range, or pieces spread evenly over the keys: `most` customers, or a piece's."""
    pieces = ranges_of_customers(PIECE)
    step = max(math.ceil(len(pieces) * PIECE / most), 1)
    if step > 1 or not pieces:
        return pieces[::step]
    return [IdRange(pieces[0].low, pieces[-1].high)]


def frames_at(
    moment: Moment, pieces: list[IdRange], clocks: Clocks, category_ids: Array, rules: Rules
) -> Iterator[tuple[IdRange, Frame]]:
    """Each piece that has customers by `moment`, with everything that scores are made of."""
    for piece in pieces:
        states = load_states(moment, piece, category_ids)
        if len(states):
            yield piece, with_features(moment, piece, states, clocks, rules)


def with_features(moment: Moment, piece: Chosen, states: Frame, clocks: Clocks, rules: Rules) -> Frame:
    """`states` of `piece` with features, silence and rhythm."""
    inputs = load_features(moment, piece, rules, states)
    frame = inputs.with_columns(**silence_columns(inputs, moment.day, clocks))
    return frame.with_columns(**rhythm_columns(moment, piece, frame, clocks, rules))


def came_again(moment: Moment, until: Moment, piece: IdRange, frame: Frame) -> Array:
    """Who had an order day (visit clock: a log-in day) after `moment`, up to `until`."""
    visits, since = frame["on_visits"].astype(bool), moment.day + 1
    bought = order_days(until, piece, frame, since=since, only=~visits)
    came = joined(bought, login_days(until, piece, frame, since=since, only=visits)) if visits.any() else bought
    return np.bincount(came.customer, minlength=len(frame)) > 0
