"""The running state of a range of customers as of a moment.

Kept at ingest, so that a run reads one row a customer. Only those with a fact after the moment, and every past
`known_at`, are computed anew from the facts, by the same SQL.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from retention.common.copying import NO_DAY, NO_NUMBER, ColumnKind, read_columns
from retention.customers.models import Category
from retention.customers.selectors.state_sql import STATE_COLUMNS, IdList, state_query
from retention.customers.services.state import planned_for_sets
from retention.scoring.features.fees import fees_sql
from retention.scoring.frames.frame import Array, Frame, sorted_frame
from retention.scoring.frames.whose import Chosen, whose_params, whose_sql
from retention.scoring.moment import Moment

KINDS = {
    "customer_id": ColumnKind.WHOLE,
    "first_order_on": ColumnKind.DAY,
    "last_order_on": ColumnKind.DAY,
    "order_days": ColumnKind.WHOLE,
    "net_revenue": ColumnKind.REAL,
    "repeat_revenue": ColumnKind.REAL,
    "year_order_days": ColumnKind.WHOLE,
    "year_revenue": ColumnKind.REAL,
    "main_category_id": ColumnKind.WHOLE,
    "main_category_last_on": ColumnKind.DAY,
    "first_login_on": ColumnKind.DAY,
    "last_login_on": ColumnKind.DAY,
    "login_days": ColumnKind.WHOLE,
    "first_seen_on": ColumnKind.DAY,
    "last_seen_on": ColumnKind.DAY,
}
FEES = {
    "customer_id": ColumnKind.WHOLE,
    "first_on": ColumnKind.DAY,
    "last_on": ColumnKind.DAY,
    "amount": ColumnKind.REAL,
}
NO_CATEGORY = -1
YEAR = 365
"""Days up to the last order, as the running state counts them."""


def load_states(moment: Moment, shard: Chosen, category_ids: Array) -> Frame:
    """Customers of `shard` who count and had any fact by then. `category` is a position in `category_ids`, or −1;
    `year_revenue` is M: that of orders, as kept, and the fees for the same 365 days."""
    if moment.known_at is None:
        parts = _kept_states(moment, shard)
    else:
        with planned_for_sets(shard):
            parts = _read(*state_query(as_of=moment.as_of, known_at=moment.known_at, customers=shard))
    seen = parts["first_seen_on"] != NO_DAY
    frame = sorted_frame({name: values[seen] for name, values in parts.items()})
    columns = dict(frame.columns)
    columns["category"] = _places(category_ids, columns.pop("main_category_id"))
    columns["year_revenue"] = np.round(columns["year_revenue"] + _year_fees(moment, shard, frame), 2)
    return Frame(frame.ids, columns)


def _year_fees(moment: Moment, shard: Chosen, frame: Frame) -> Array:
    """What the customers of `frame` paid for terms in the 365 days up to their last order."""
    fees = read_columns(fees_sql(moment, whose_sql("t", shard)), {**whose_params(shard), **moment.params}, FEES)
    known = np.isin(fees["customer_id"], frame.ids)
    first, last = fees["first_on"][known], fees["last_on"][known]
    places = np.searchsorted(frame.ids, fees["customer_id"][known])
    until = frame["last_order_on"][places]
    days = np.minimum(last, until) - np.maximum(first, until - YEAR + 1) + 1
    paid = fees["amount"][known] * np.maximum(days, 0) / (last - first + 1)
    return np.bincount(places, weights=paid, minlength=len(frame.ids))


def category_ids_by_code() -> Array:
    """Keys of all categories in the order of their codes: positions in it are the same after a new import."""
    return np.array(list(Category.objects.order_by("code").values_list("id", flat=True)), dtype=np.int64)


def _kept_states(moment: Moment, shard: Chosen) -> dict[str, Array]:
    names = ", ".join(f"s.{name}" for name in STATE_COLUMNS)
    params: dict[str, Any] = {**whose_params(shard), **moment.params}
    whose = f"FROM customers_customerstate s WHERE {whose_sql('s', shard)}"
    kept = _read(f"SELECT {names} {whose} AND s.last_seen_on <= %(as_of)s", params)
    later = read_columns(
        f"SELECT s.customer_id {whose} AND s.last_seen_on > %(as_of)s AND s.first_seen_on <= %(as_of)s",
        params,
        {"customer_id": ColumnKind.WHOLE},
    )["customer_id"]
    if len(later) == 0:
        return kept
    chosen = IdList(later.tolist())
    with planned_for_sets(chosen):
        anew = _read(*state_query(as_of=moment.as_of, customers=chosen))
    return {name: np.concatenate([kept[name], anew[name]]) for name in KINDS}


def _read(sql: str, params: dict[str, Any]) -> dict[str, Array]:
    return read_columns(sql, params, KINDS)


def _places(category_ids: Array, ids: Array) -> Array:
    """Positions in `category_ids`, which are ordered by code, not by key."""
    if len(category_ids) == 0:
        return np.full(len(ids), NO_CATEGORY, dtype=np.int64)
    by_key = np.argsort(category_ids)
    place = by_key[np.minimum(np.searchsorted(category_ids[by_key], ids), len(category_ids) - 1)]
    return np.where((ids != NO_NUMBER) & (category_ids[place] == ids), place, NO_CATEGORY)
