"""What a shard changes in the history of pools.

Spells are a function of the facts and of the thresholds in force. So a customer whose facts or threshold changed gets
all spells anew, and everybody else only moves on with time: the result is what a rebuild would give.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from retention.common.copying import ColumnKind, Days, Labels, WholeNumbers, read_columns, write_columns
from retention.customers.selectors.state_sql import IdRange
from retention.scoring.enums import MoveReason, Pool
from retention.scoring.frames.days import joined, login_days, order_days
from retention.scoring.frames.frame import Array, Frame
from retention.scoring.frames.whose import Chosen, whose_params, whose_sql
from retention.scoring.models import ScoreRun
from retention.scoring.moment import Moment, day_number
from retention.scoring.rules import Rules
from retention.scoring.science.pool_spells import STILL, PoolSpells, pool_spells
from retention.scoring.science.pools import POOLS
from retention.scoring.services.due import waits
from retention.scoring.services.news import touched

POOL_NAMES = (*POOLS, "")
NO_POOL_BEFORE = len(POOLS)
BEGAN_TO_COUNT, CEASED_TO_COUNT = "began", "ceased"
REASONS = (
    MoveReason.FIRST,
    MoveReason.SILENCE,
    MoveReason.ORDER,
    MoveReason.LOG_IN,
    "",
    BEGAN_TO_COUNT,
    CEASED_TO_COUNT,
)
FIRST, SILENCE, ORDER, LOG_IN, NO_REASON, BEGAN, CEASED = range(7)
DROP_ALL = POOL_NAMES.index("")
assert {*POOLS} == {*Pool.values} - {Pool.GONE}


@dataclass(frozen=True)
class Previous:
    """The run whose spells stand, and its day."""

    run: int
    day: int
    fingerprint: str = ""
    """Of the run then: another one now says that it has been moved on meanwhile."""

    @classmethod
    def of(cls, run: ScoreRun) -> Previous:
        """The run in force, as a run builds on it."""
        return cls(run.pk, day_number(run.as_of), run.fingerprint)

    @classmethod
    def from_json(cls, kept: dict[str, Any] | None) -> Previous | None:
        """As the plan keeps it."""
        return None if kept is None else cls(kept["run"], kept["day"], kept.get("fingerprint", ""))


@dataclass(frozen=True)
class Moves:
    """Rows of PoolMove, aligned. An empty pool says: drop the customer's spells first.

    Its reason tells who began or ceased to count since the run before.
    """

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


def find_moves(
    moment: Moment,
    shard: Chosen,
    frame: Frame,
    rules: Rules,
    previous: Previous | None,
    run: int,
    news: Array | None = None,
) -> int:
    """Write what `run` changes for the customers of `shard`; returns the number of rows.

    `frame` has silence, threshold_days and on_visits. Without a previous run everybody's spells are made. `news` are
    those with other facts than it saw, where that is known already.
    """
    if previous is None:
        anew = np.ones(len(frame), dtype=bool)
        written = 0
    else:
        anew, began, left = _changed(moment, shard, frame, rules, previous, news)
        written = _drop(frame.ids[anew], np.where(began[anew], BEGAN, NO_REASON)).write(run)
        written += _drop(left, np.full(len(left), CEASED)).write(run)
        written += _time_alone(frame, ~anew, moment.day, previous.day, rules).write(run)
    return written + _from_facts(moment, shard, frame, anew, rules).write(run)


def drop_spells(shard: Chosen, previous: Previous | None, run: int) -> None:
    """The moves of a shard in which nobody counts any more."""
    if previous is not None:
        left = np.union1d(_standing(shard, previous)["customer_id"], _erased(shard))
        _drop(left, np.full(len(left), CEASED)).write(run)


def _standing(shard: Chosen, previous: Previous) -> dict[str, Array]:
    return read_columns(
        f"""SELECT s.customer_id, s.threshold_days, s.clock = 'visit' AS on_visits FROM scoring_customerscore s
        WHERE s.run_id = %(run)s AND {whose_sql("s", shard)}""",
        {"run": previous.run, **whose_params(shard)},
        {"customer_id": ColumnKind.WHOLE, "threshold_days": ColumnKind.REAL, "on_visits": ColumnKind.FLAG},
    )


def _changed(
    moment: Moment, shard: Chosen, frame: Frame, rules: Rules, previous: Previous, news: Array | None
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], Array]:
    """By place who needs spells anew and who was not in the run before, and the keys of those who no longer count."""
    before = _standing(shard, previous)
    place, ours = frame.positions(before["customer_id"])
    same = np.zeros(len(frame), dtype=bool)
    began = np.ones(len(frame), dtype=bool)
    began[place[ours]] = False
    waits_now = waits(frame["threshold_days"][place[ours]], rules)
    waits_then = waits(before["threshold_days"][ours], rules)
    equal = (waits_now == waits_then).all(axis=1) & (frame["on_visits"][place[ours]] == before["on_visits"][ours])
    same[place[ours]] = equal
    if news is None:
        news = _news(moment, shard, frame, previous)
    place_touched, known = frame.positions(news)
    same[place_touched[known]] = False
    # Facts of days to come were there already when the run before looked no further than its own day.
    same &= (frame["last_order_on"] <= previous.day) & (frame["last_login_on"] <= previous.day)
    return ~same, began, np.union1d(before["customer_id"][~ours], _erased(shard))


def _erased(shard: Chosen) -> Array:
    """Keys of those who were erased, and whose scores went with that, but who still have spells."""
    read = read_columns(
        f"""SELECT customer_id FROM (SELECT id AS customer_id FROM customers_customer WHERE erased_at IS NOT NULL) c
        WHERE {whose_sql("c", shard)}
          AND EXISTS (SELECT FROM scoring_poolspell s WHERE s.customer_id = c.customer_id)""",
        whose_params(shard),
        {"customer_id": ColumnKind.WHOLE},
    )
    return read["customer_id"]


def _news(moment: Moment, shard: Chosen, frame: Frame, previous: Previous) -> Array:
    """Customers of the shard with other facts than the previous run saw; all where it did not keep what it saw."""
    assert isinstance(shard, IdRange)  # who names customers knows of whom there is news
    seen = ScoreRun.objects.values_list("seen", flat=True).get(pk=previous.run)
    if not seen:
        return frame.ids
    return touched(shard, moment, run=previous.run, day_before=previous.day, seen=seen)


def _drop(customers: Array, reasons: Array) -> Moves:
    size = len(customers)
    nothing = np.zeros(size, dtype=np.int64)
    return Moves(
        customers,
        np.full(size, DROP_ALL),
        nothing,
        nothing,
        reasons,
        np.full(size, NO_POOL_BEFORE),
    )


def _time_alone(frame: Frame, chosen: npt.NDArray[np.bool_], day: int, day_before: int, rules: Rules) -> Moves:
    """Bounds crossed after `day_before` by customers of whom nothing new is known."""
    chosen = chosen & ~np.isnan(frame["silence"])
    ids = frame.ids[chosen]
    last = (day - frame["silence"][chosen]).astype(np.int64)
    entries = last[:, None] + waits(frame["threshold_days"][chosen], rules)
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


def _from_facts(moment: Moment, shard: Chosen, frame: Frame, chosen: npt.NDArray[np.bool_], rules: Rules) -> Moves:
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
