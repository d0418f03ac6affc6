"""Gaps between a customer's order days in a category, and their order statistics, for many categories at
once.

Quantiles interpolate linearly between order statistics (Hyndman & Fan 1996, type 7); the interval of a
quantile is free of any distribution: a pair of order statistics (David & Nagaraja, "Order Statistics",
7.1).
"""

from dataclasses import dataclass, field

import numpy as np

from .arrays import FloatArray, IntArray, sorted_distinct


@dataclass(frozen=True)
class Gaps:
    """Aligned arrays, one element per gap: whole days, code of the customer, code of the category.

    `began`: the day of the window (1 = its first) on which the gap began; only `gaps_between` tells it.
    """

    duration: IntArray
    customer: IntArray
    category: IntArray
    began: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def __post_init__(self) -> None:
        if not self.duration.shape == self.customer.shape == self.category.shape:
            raise ValueError("duration, customer and category must be equally long")
        if len(self.duration) and int(self.duration.min()) < 0:
            raise ValueError("a gap can't be negative")

    def __len__(self) -> int:
        return len(self.duration)


def gaps_between(
    customer: IntArray, category: IntArray, day: IntArray, *, as_of: int, window_days: int = 730
) -> tuple[Gaps, Gaps]:
    """Closed gaps between neighbouring order days, and the open gap from the last one to `as_of`.

    Rows in any order, repeats allowed; only days within the `window_days` up to `as_of` count.
    """
    known = (day <= as_of) & (day > as_of - window_days)
    customer, category, day = customer[known], category[known], day[known] - (as_of - window_days)
    if len(day) == 0:
        nothing = np.empty(0, dtype=np.int64)
        return Gaps(nothing, nothing, nothing, nothing), Gaps(nothing, nothing, nothing)
    people, width = int(customer.max()) + 1, window_days + 1
    pair, visit = np.divmod(sorted_distinct((category * people + customer) * width + day), width)
    pair_category, pair_customer = np.divmod(pair, people)
    same = np.append(pair[1:] == pair[:-1], False)
    ends = np.flatnonzero(same) + 1
    closed = Gaps(visit[ends] - visit[ends - 1], pair_customer[ends], pair_category[ends], visit[ends - 1])
    last = ~same
    return closed, Gaps(window_days - visit[last], pair_customer[last], pair_category[last])


def up_the_tree(
    customer: IntArray, category: IntArray, day: IntArray, parent: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Repeat each order day for every ancestor of its category and once for the whole tenant.

    category  codes, −1 for an order without one (it counts for the tenant only)
    parent    code of each category's parent, −1 for none. The tenant gets the code len(parent).
    """
    above = np.append(parent, -1)  # so that "no category" is its own parent
    levels = [category]
    while len(levels) <= len(parent) and int(levels[-1].max(initial=-1)) >= 0:
        levels.append(above[levels[-1]])
    codes = np.concatenate([*levels, np.full_like(category, len(parent))])
    kept = codes >= 0
    copies = len(levels) + 1
    return np.tile(customer, copies)[kept], codes[kept], np.tile(day, copies)[kept]


@dataclass(frozen=True)
class SortedGaps:
    """Durations sorted within each category; those of category c are `duration[start[c]:start[c + 1]]`."""

    duration: IntArray
    start: IntArray

    @classmethod
    def of(cls, gaps: Gaps, categories: int) -> "SortedGaps":
        width = int(gaps.duration.max(initial=0)) + 1
        keys = np.sort(gaps.category * width + gaps.duration)
        start = np.searchsorted(keys, np.arange(categories + 1) * width)
        return cls(keys % width, start)

    @property
    def count(self) -> IntArray:
        return np.diff(self.start)

    def quantile(self, q: float) -> FloatArray:
        """Linear quantile of each category, NaN where it has no gap."""
        place = np.maximum(self.count - 1, 0) * q
        below = np.floor(place).astype(np.int64)
        low, high = self._at(below), self._at(np.minimum(below + 1, np.maximum(self.count - 1, 0)))
        return low + (high - low) * (place - below)

    def interval(self, q: float, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Order statistics that hold the quantile with at least `confidence`; NaN where gaps are too few
        for it.
        """
        from scipy.stats import binom  # takes a second to load: every command would pay it

        tail, count = (1 - confidence) / 2, self.count
        lower = binom.ppf(tail, np.maximum(count, 1), q).astype(np.int64)
        upper = binom.ppf(1 - tail, np.maximum(count, 1), q).astype(np.int64) + 1
        exists = (lower >= 1) & (upper <= count)
        low = self._at(np.clip(lower, 1, np.maximum(count, 1)) - 1)
        high = self._at(np.clip(upper, 1, np.maximum(count, 1)) - 1)
        return np.where(exists, low, np.nan), np.where(exists, high, np.nan)

    def _at(self, rank: IntArray) -> FloatArray:
        """The order statistic of each category at a rank counted from 0, NaN for categories without gaps."""
        place = self.start[:-1] + rank
        padded = np.append(self.duration, 0)
        return np.where(self.count > 0, padded[np.minimum(place, len(self.duration))], np.nan)


def distinct_customers(gaps: Gaps, categories: int) -> IntArray:
    """How many customers the gaps of each category come from."""
    people = int(gaps.customer.max(initial=0)) + 1
    pairs = sorted_distinct(gaps.category * people + gaps.customer)
    return np.bincount(pairs // people, minlength=categories).astype(np.int64)
