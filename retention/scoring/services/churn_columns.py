"""What the churn model knows of a customer, each a column of numbers; NaN: not known.

All of it follows from facts up to the moment, so that none can know the outcome. Places in COLUMNS are kept with the
scores: add at the end, take none out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from retention.common.copying import NO_DAY
from retention.scoring.frames.frame import Array, Frame


@dataclass(frozen=True)
class ChurnColumn:
    """One feature: a stable code and its values as of a day number."""

    code: str
    values: Callable[[Frame, int], Array]


def churn_matrix(frame: Frame, day: int, codes: tuple[str, ...]) -> Array:
    """n × k: the columns `codes` of every customer of `frame`, which has standing and rhythm."""
    by_code = {column.code: column for column in COLUMNS}
    matrix = np.empty((len(frame), len(codes)))
    for place, code in enumerate(codes):
        matrix[:, place] = by_code[code].values(frame, day)
    return matrix


def _own(frame: Frame, visits: Array, purchases: Array) -> Array:
    return np.where(frame["on_visits"], visits, purchases)


def _age(frame: Frame, day: int) -> Array:
    return _own(frame, frame.days_since("first_login_on", day), frame.days_since("first_order_on", day))


def _times(frame: Frame, day: int) -> Array:
    return _own(frame, frame["login_days"], frame["order_days"]).astype(np.float64)


def _pace(frame: Frame, day: int) -> Array:
    return _ratio(_age(frame, day) - frame["silence"], _times(frame, day) - 1)


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)


def _plain(name: str) -> ChurnColumn:
    return ChurnColumn(name, lambda frame, day: frame[name].astype(np.float64))


COLUMNS: tuple[ChurnColumn, ...] = (
    _plain("r"),
    _plain("silence"),
    ChurnColumn("age", _age),
    ChurnColumn("times", _times),
    ChurnColumn("pace", _pace),
    _plain("days_recent"),
    ChurnColumn("trend", lambda frame, day: _ratio(frame["days_recent"], frame["days_before"])),
    _plain("year_revenue"),
    ChurnColumn("order_value", lambda frame, day: _ratio(frame["net_revenue"], frame["order_days"])),
    _plain("logins_recent"),
    _plain("logins_before"),
    ChurnColumn("other_silence", lambda frame, day: _own(frame, frame["purchase_silence"], frame["visit_silence"])),
    _plain("browse_days"),
    _plain("cart_lines"),
    _plain("favourites"),
    ChurnColumn("reply_rate", lambda frame, day: _ratio(frame["answered"], frame["delivered"])),
    ChurnColumn("benefit_use", lambda frame, day: _ratio(frame["benefits_used"], frame["benefits_granted"])),
    _plain("complaint_hours"),
    ChurnColumn("fault_share", lambda frame, day: _ratio(frame["orders_faulty"], frame["orders_recent"])),
    _plain("nps_latest"),
    _plain("tone"),
    _plain("unanswered"),
    _plain("all_off"),
    ChurnColumn("said_so", lambda frame, day: (frame["said_so_on"] != NO_DAY).astype(np.float64)),
)
CODES = tuple(column.code for column in COLUMNS)
PLACES = {code: place for place, code in enumerate(CODES)}
