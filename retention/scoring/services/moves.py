"""What a shard changes in the history of pools.

Spells are a function of the facts and of the thresholds in force. So a customer whose facts or threshold changed gets
all spells anew, and everybody else only moves on with time: the result is what a rebuild would give.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retention.common.copying import ColumnKind, Days, Labels, WholeNumbers, read_columns, write_columns
from retention.customers.selectors.state_sql import IdRange
from retention.scoring.enums import MoveReason, Pool
from retention.scoring.frames.days import joined, login_days, order_days
from retention.scoring.frames.frame import Array, Frame
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.science.pool_spells import STILL, PoolSpells, pool_spells
from retention.scoring.science.pools import POOLS

POOL_NAMES = (*POOLS, "")
NO_POOL_BEFORE = len(POOLS)
REASONS = (MoveReason.FIRST, MoveReason.SILENCE, MoveReason.ORDER, MoveReason.LOG_IN, "")
FIRST, SILENCE, ORDER, LOG_IN, NO_REASON = range(5)
DROP_ALL = POOL_NAMES.index("")
assert {*POOLS} == {*Pool.values} - {Pool.GONE}


@dataclass(frozen=True)
class Previous:
    """The run whose spells stand: its day and the newest facts it had seen."""

    run: int
    day: int
    last_order: int
    last_event: int


@dataclass(frozen=True)
class Moves:
    """Rows of PoolMove, aligned. An empty pool says: drop the customer's spells first."""

    customer: npt.NDArray[np.int64]
    pool: Array
    entered_on: Array
    left_on: Array
    reason: Array
    came_from: Array

    def write(self, run: int) -> int:
        """COPY them."""
        missing = self.pool == DROP_ALL
        return write_columns(
            "scoring_poolmove",
            {
                "run_id": WholeNumbers(np.full(len(self.customer), run)),
                "customer": WholeNumbers(self.customer),
                "pool": Labels(self.pool, POOL_NAMES),
                "entered_on": Days(self.entered_on, missing),
                "left_on": Days(self.left_on, missing | (self.left_on == STILL)),
                "reason": Labels(self.reason, [str(reason) for reason in REASONS]),
                "came_from": Labels(self.came_from, POOL_NAMES),
            },
        )


def find_moves(moment: Moment, shard: IdRange, frame: Frame, rules: Rules, previous: Previous | None, run: int) -> int:
    """Write what `run` changes for the customers of `shard`; returns the number of rows.

    `frame` has silence, threshold_days and on_visits. Without a previous run everybody's spells are made.
    """
    if previous is None:
        anew = np.ones(len(frame), dtype=bool)
        written = 0
    else:
        anew, left = _changed(moment, shard, frame, rules, previous)
        dropped = np.concatenate([frame.ids[anew], left])
        written = _drop(dropped).write(run) + _time_alone(frame, ~anew, moment.day, previous.day, rules).write(run)
    return written + _from_facts(moment, shard, frame, anew, rules).write(run)


def _changed(
    moment: Moment, shard: IdRange, frame: Frame, rules: Rules, previous: Previous
) -> tuple[npt.NDArray[np.bool_], Array]:
    """Who needs spells anew (by place), and the keys of those who no longer count."""
    before = read_columns(
        """SELECT customer_id, threshold_days, clock = 'visit' AS on_visits FROM scoring_customerscore
        WHERE run_id = %(run)s AND customer_id >= %(low)s AND customer_id < %(high)s""",
        {"run": previous.run, "low": shard.low, "high": shard.high},
        {"customer_id": ColumnKind.WHOLE, "threshold_days": ColumnKind.REAL, "on_visits": ColumnKind.FLAG},
    )
    place, ours = frame.positions(before["customer_id"])
    same = np.zeros(len(frame), dtype=bool)
    waits_now = _waits(frame["threshold_days"][place[ours]], rules)
    waits_then = _waits(before["threshold_days"][ours], rules)
    equal = (waits_now == waits_then).all(axis=1) & (frame["on_visits"][place[ours]] == before["on_visits"][ours])
    same[place[ours]] = equal
    touched = _touched(shard, previous)
    place_touched, known = frame.positions(touched)
    same[place_touched[known]] = False
    # Facts of days to come were there already when the run before looked no further than its own day.
    same &= (frame["last_order_on"] <= previous.day) & (frame["last_login_on"] <= previous.day)
    return ~same, np.union1d(before["customer_id"][~ours], _erased(shard))


def _erased(shard: IdRange) -> Array:
    """Keys of those who were erased, and whose scores went with that, but who still have spells."""
    read = read_columns(
        """SELECT c.id FROM customers_customer c
        WHERE c.id >= %(low)s AND c.id < %(high)s AND c.erased_at IS NOT NULL
          AND EXISTS (SELECT FROM scoring_poolspell s WHERE s.customer_id = c.id)""",
        {"low": shard.low, "high": shard.high},
        {"id": ColumnKind.WHOLE},
    )
    return read["id"]


MARGIN = 10_000
"""Keys are given out before they are committed: so many below the newest seen are looked at again."""


def _touched(shard: IdRange, previous: Previous) -> Array:
    """Customers of the shard with other facts than the previous run saw.

    Every new version of a fact has a higher key. It may be of another customer than the version before, who lost it.
    Who was made one with a customer scored then has got that one's facts, whose keys stay as they were.
    """
    read = read_columns(
        _TOUCHED,
        {
            "run": previous.run,
            "last_order": previous.last_order - MARGIN,
            "last_event": previous.last_event - MARGIN,
            "low": shard.low,
            "high": shard.high,
        },
        {"customer_id": ColumnKind.WHOLE},
    )
    return read["customer_id"]


_TOUCHED = """
    SELECT customer_id FROM customers_order
    WHERE id > %(last_order)s AND customer_id >= %(low)s AND customer_id < %(high)s
    UNION
    SELECT customer_id FROM customers_event
    WHERE id > %(last_event)s AND customer_id >= %(low)s AND customer_id < %(high)s
    UNION
    SELECT o.customer_id FROM customers_order n
    JOIN customers_order o ON o.external_id = n.external_id AND o.version < n.version
    WHERE n.id > %(last_order)s AND n.version > 1 AND o.customer_id >= %(low)s AND o.customer_id < %(high)s
    UNION
    SELECT o.customer_id FROM customers_event n
    JOIN customers_event o ON o.event_id = n.event_id AND o.version < n.version AND o.superseded_at IS NOT NULL
    WHERE n.id > %(last_event)s AND n.version > 1 AND o.customer_id >= %(low)s AND o.customer_id < %(high)s
    UNION
    SELECT c.merged_into_id FROM scoring_customerscore s JOIN customers_customer c ON c.id = s.customer_id
    WHERE s.run_id = %(run)s AND c.merged_into_id >= %(low)s AND c.merged_into_id < %(high)s
    """


def _waits(threshold: Array, rules: Rules) -> Array:
    """Whole days of silence after which each graver pool begins; −1 without a threshold."""
    days = np.ceil(np.array(rules.pools.bounds) * threshold[:, None])
    return np.where(np.isnan(days), -1, np.maximum(days, 1)).astype(np.int64)


def _drop(customers: Array) -> Moves:
    size = len(customers)
    nothing = np.zeros(size, dtype=np.int64)
    return Moves(
        customers,
        np.full(size, DROP_ALL),
        nothing,
        nothing,
        np.full(size, NO_REASON),
        np.full(size, NO_POOL_BEFORE),
    )


def _time_alone(frame: Frame, chosen: npt.NDArray[np.bool_], day: int, day_before: int, rules: Rules) -> Moves:
    """Bounds crossed after `day_before` by customers of whom nothing new is known."""
    chosen = chosen & ~np.isnan(frame["silence"])
    ids = frame.ids[chosen]
    last = (day - frame["silence"][chosen]).astype(np.int64)
    entries = last[:, None] + _waits(frame["threshold_days"][chosen], rules)
    # Bounds that fall on one day (a very short threshold) leave only the gravest pool of that day.
    later = np.column_stack([entries[:, 1:], np.full(len(ids), np.iinfo(np.int64).max)])
    crossed = (entries > day_before) & (entries <= day) & (entries < later)
    row, step = np.nonzero(crossed)
    following = np.append(row[1:] == row[:-1], False)[: len(row)]
    entered = entries[row, step]
    left = np.where(following, np.append(entered[1:], 0)[: len(row)], STILL)
    earlier = _came_from(entries, row, step)
    return Moves(ids[row], step + 1, entered, left, np.full(len(row), SILENCE), earlier)


def _came_from(entries: Array, row: Array, step: Array) -> Array:
    """The pool before: the next milder one that lasted a day."""
    came = step.copy()
    for _ in range(2):
        skipped = (came > 0) & (entries[row, np.maximum(came - 1, 0)] == entries[row, step])
        came = np.where(skipped, came - 1, came)
    return came


def _from_facts(moment: Moment, shard: IdRange, frame: Frame, chosen: npt.NDArray[np.bool_], rules: Rules) -> Moves:
    """All spells of the `chosen` from their order days or log-in days."""
    on_visits = frame["on_visits"].astype(bool)
    days = joined(
        order_days(moment, shard, frame, only=chosen & ~on_visits),
        login_days(moment, shard, frame, only=chosen & on_visits),
    )
    spells = pool_spells(days.customer, days.day, frame["threshold_days"], as_of=moment.day, policy=rules.pools)
    return _as_moves(spells, frame)


def _as_moves(spells: PoolSpells, frame: Frame) -> Moves:
    starts = np.append(True, spells.customer[1:] != spells.customer[:-1])[: len(spells)]
    before = np.append(0, spells.pool[:-1])[: len(spells)].astype(np.int64)
    on_visits = frame["on_visits"].astype(bool)[spells.customer]
    back = np.where(on_visits, LOG_IN, ORDER)
    reason = np.where(starts, FIRST, np.where(spells.pool == 0, back, SILENCE))
    return Moves(
        frame.ids[spells.customer],
        spells.pool.astype(np.int64),
        spells.entered_on,
        spells.left_on,
        reason,
        np.where(starts, NO_POOL_BEFORE, before),
    )
