"""How long a term is: renewals are only comparable among terms of one length (Fader & Hardie 2007, section 2)."""

from dataclasses import dataclass

import numpy as np

from .arrays import IntArray

DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class TermLength:
    """A usual length of a term. A row whose days lie within `shortest` … `longest` is one such term.

    The bounds hold calendar months of every length, and last days that are the first day of the next term.
    `months` is 0 for terms counted in days.
    """

    name: str
    shortest: int
    longest: int
    months: int
    days: int

    @property
    def in_months(self) -> float:
        """The length in months, for discounting."""
        return self.months or self.days / DAYS_A_MONTH

    def grace(self, most: int) -> int:
        """Days after its end in which a renewal still counts: `most`, but never above half a term."""
        return min(most, self.days // 2)

    def discount(self, a_month: float) -> float:
        """The discount of one term."""
        return float((1 + a_month) ** self.in_months - 1)


TERM_LENGTHS = (
    TermLength("weekly", 6, 8, 0, 7),
    TermLength("monthly", 27, 32, 1, 30),
    TermLength("quarterly", 88, 94, 3, 91),
    TermLength("half_yearly", 180, 186, 6, 182),
    TermLength("yearly", 363, 368, 12, 365),
    TermLength("two_yearly", 727, 733, 24, 730),
)
TERM_BY_NAME = {term.name: term for term in TERM_LENGTHS}


def renewals_due(term: TermLength, next_end: IntArray, until: int) -> IntArray:
    """How often each contract comes up for renewal from `next_end` to `until`, both included (days since 1970),
    if it is renewed each time.
    """
    if term.months == 0:
        return np.maximum((until - next_end) // term.days + 1, 0)
    first, last = (next_end + 1).astype("datetime64[D]"), np.datetime64(until + 1, "D")
    months = _month(last) - _month(first) - (_day_of_month(last) < _day_of_month(first))
    return np.where(next_end > until, 0, np.maximum(months, 0) // term.months + 1).astype(np.int64)


def _month(day: "np.ndarray[tuple[int, ...], np.dtype[np.datetime64]] | np.datetime64") -> IntArray:
    return np.asarray(day.astype("datetime64[M]").astype(np.int64))


def _day_of_month(day: "np.ndarray[tuple[int, ...], np.dtype[np.datetime64]] | np.datetime64") -> IntArray:
    return np.asarray((day - day.astype("datetime64[M]")).astype(np.int64))
