"""The purchase history that the lifetime models read: counts and whole days, one row per customer.

Fader, Hardie & Lee (2005), "RFM and CLV: Using Iso-Value Curves for Customer Base Analysis": (x, t_x, T) is
all that BG/NBD and Pareto/NBD need of a customer. One customer's orders on one local day are one purchase.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .arrays import FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PurchaseHistory:
    """Aligned arrays, one element per customer; ages are differences of local dates, in days.

    frequency     x: purchase days after the first one (a one-time buyer has 0)
    recency_days  t_x: first to last purchase day (0 for a one-time buyer)
    age_days      T: first purchase day to the as-of date
    """

    frequency: IntArray
    recency_days: IntArray
    age_days: IntArray

    def __post_init__(self) -> None:
        shapes = {self.frequency.shape, self.recency_days.shape, self.age_days.shape}
        if len(shapes) != 1 or self.frequency.ndim != 1:
            raise ValueError("frequency, recency_days and age_days must be one-dimensional and equally long")
        if len(self) == 0:
            return
        if self.frequency.min() < 0 or self.recency_days.min() < 0:
            raise ValueError("frequency and recency_days can't be negative")
        if np.any(self.recency_days > self.age_days):
            raise ValueError("a last purchase can't lie after the as-of date")
        if np.any(self.frequency > self.recency_days):
            raise ValueError("there can't be more repeat purchase days than days up to the last one")

    def __len__(self) -> int:
        return len(self.frequency)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> PurchaseHistory:
        """From columns frequency, recency and T, the last two in whole days."""
        columns = [frame[name].to_numpy(dtype=np.int64) for name in ("frequency", "recency", "T")]
        return cls(*columns)

    def take(self, rows: slice | IntArray) -> PurchaseHistory:
        return PurchaseHistory(self.frequency[rows], self.recency_days[rows], self.age_days[rows])

    def later(self, days: IntArray) -> PurchaseHistory:
        """The same, so many days later, if nobody has bought since."""
        return PurchaseHistory(self.frequency, self.recency_days, self.age_days + days)


@dataclass(frozen=True)
class PurchaseSummary:
    """A history with money: `customer` is the code of each row, ascending; only customers who bought appear.

    monetary_value  mean amount of a repeat purchase day (the first day left out); 0 for a one-time buyer
    """

    customer: IntArray
    history: PurchaseHistory
    monetary_value: FloatArray

    def frame(self) -> pd.DataFrame:
        """Columns frequency, recency, T (days) and monetary_value, indexed by customer code."""
        import pandas as pd  # takes a second to load: every command would pay it

        return pd.DataFrame(
            {
                "frequency": self.history.frequency,
                "recency": self.history.recency_days,
                "T": self.history.age_days,
                "monetary_value": self.monetary_value,
            },
            index=pd.Index(self.customer, name="customer"),
        )


def summarise_purchases(customer: IntArray, day: IntArray, amount: FloatArray, as_of: int) -> PurchaseSummary:
    """Fold orders in any order into one row per customer.

    customer  codes 0 … n−1; day  whole days on any common count; amount  net of refunds; as_of  a day on the
    same count: later orders are left out. A zero amount counts as a purchase; returns are not orders and
    come in as lower amounts of the day they belong to.
    """
    known = day <= as_of
    if not known.all():
        customer, day, amount = customer[known], day[known], amount[known]
    if len(customer) == 0:
        nobody = np.empty(0, dtype=np.int64)
        return PurchaseSummary(nobody, PurchaseHistory(nobody, nobody, nobody), np.empty(0))
    origin = int(day.min())
    width = int(as_of) - origin + 1
    # One sort of plain integers: customer and day in one key. Sorting rows by two columns takes five times
    # longer.
    keys = np.sort(customer * width + (day - origin))
    starts_day = np.empty(len(keys), dtype=bool)
    starts_day[0] = True
    np.not_equal(keys[1:], keys[:-1], out=starts_day[1:])
    visits = keys[starts_day]
    buyer, visit_day = np.divmod(visits, width)
    starts = np.flatnonzero(np.r_[True, buyer[1:] != buyer[:-1]])
    ends = np.r_[starts[1:], len(visits)]
    codes = buyer[starts]
    first, last, days = visit_day[starts], visit_day[ends - 1], ends - starts
    total, opening = _amounts(customer, day - origin, amount, codes, first)
    repeat = days - 1
    value = np.divide(total - opening, repeat, out=np.zeros(len(codes)), where=repeat > 0)
    return PurchaseSummary(codes, PurchaseHistory(repeat, last - first, width - 1 - first), value)


def _amounts(
    customer: IntArray, day: IntArray, amount: FloatArray, codes: IntArray, first: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Sum of all amounts, and of those on the first day, for each of `codes`."""
    size = int(codes[-1]) + 1
    first_of = np.zeros(size, dtype=np.int64)
    first_of[codes] = first
    on_first = day == first_of[customer]
    total = np.bincount(customer, weights=amount, minlength=size).astype(np.float64)
    opening = np.bincount(customer[on_first], weights=amount[on_first], minlength=size).astype(np.float64)
    return total[codes], opening[codes]
