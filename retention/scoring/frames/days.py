"""Order days and log-in days: distinct (customer, day) pairs, sorted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from retention.common.copying import ColumnKind, read_columns
from retention.customers.selectors.state_sql import IdList
from retention.scoring.frames.frame import Frame
from retention.scoring.frames.whose import Chosen, whose_params, whose_sql
from retention.scoring.moment import Moment
from retention.scoring.science.arrays import sorted_distinct

PAIR = {"customer_id": ColumnKind.WHOLE, "day": ColumnKind.DAY}


@dataclass(frozen=True)
class CustomerDays:
    """Positions of customers in a frame and their days, sorted by both; repeats left out."""

    customer: npt.NDArray[np.int64]
    day: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.customer)

    def of(self, chosen: npt.NDArray[np.bool_]) -> CustomerDays:
        """Only those of customers `chosen` (by position)."""
        kept = chosen[self.customer]
        return CustomerDays(self.customer[kept], self.day[kept])

    def count_between(
        self, size: int, after: npt.NDArray[np.float64], up_to: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.int64]:
        """Per customer the days with after < day ≤ up_to, bounds by position."""
        inside = (self.day > after[self.customer]) & (self.day <= up_to[self.customer])
        return np.bincount(self.customer[inside], minlength=size)


def joined(one: CustomerDays, other: CustomerDays) -> CustomerDays:
    """Both together, sorted; of different customers."""
    customer = np.concatenate([one.customer, other.customer])
    order = np.argsort(customer, kind="stable")
    return CustomerDays(customer[order], np.concatenate([one.day, other.day])[order])


def order_days(
    moment: Moment,
    shard: Chosen,
    frame: Frame,
    *,
    since: int | None = None,
    only: npt.NDArray[np.bool_] | None = None,
) -> CustomerDays:
    """Order days of `frame`'s customers (of those marked in `only`), from the day number `since` on."""
    return _days(
        f"""SELECT o.customer_id, o.ordered_on AS day FROM customers_order o
        WHERE {moment.purchases()}
          AND o.ordered_on >= DATE '1970-01-01' + %(since)s""",
        "o",
        moment,
        shard,
        frame,
        since,
        only,
    )


def login_days(
    moment: Moment,
    shard: Chosen,
    frame: Frame,
    *,
    since: int | None = None,
    only: npt.NDArray[np.bool_] | None = None,
) -> CustomerDays:
    """Log-in days of `frame`'s customers (of those marked in `only`), from the day number `since` on."""
    return _days(
        f"""SELECT e.customer_id, e.occurred_on AS day
        FROM customers_event e JOIN customers_eventbehaviour b ON b.name = e.name
        WHERE {moment.events()}
          AND b.behaviour = 'log_in' AND e.occurred_on >= DATE '1970-01-01' + %(since)s""",
        "e",
        moment,
        shard,
        frame,
        since,
        only,
    )


FEW = 0.2
"""Up to this share of a range its customers are named one by one."""


def _days(
    sql: str,
    alias: str,
    moment: Moment,
    shard: Chosen,
    frame: Frame,
    since: int | None,
    only: npt.NDArray[np.bool_] | None,
) -> CustomerDays:
    first = -700_000 if since is None else since
    wanted = np.ones(len(frame), dtype=bool) if only is None else only
    if not wanted.any():
        nothing = np.empty(0, dtype=np.int64)
        return CustomerDays(nothing, nothing)
    if isinstance(shard, IdList) or wanted.mean() < FEW:
        shard = IdList(frame.ids[wanted].tolist())
    params: dict[str, Any] = {**moment.params, **whose_params(shard), "since": first}
    read = read_columns(f"{sql} AND {whose_sql(alias, shard)}", params, PAIR)
    place, ours = frame.positions(read["customer_id"])
    ours &= wanted[place]
    width = moment.day - first + 1
    keys = sorted_distinct(place[ours] * width + (read["day"][ours] - first))
    customer, day = np.divmod(keys, width)
    return CustomerDays(customer, day + first)
