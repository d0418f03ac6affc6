"""Customers by repeat purchases, in a few bars: none, then equally many numbers each, and the rest.

Where people buy seldom a bar is one number: 0, 1, 2 … 7 and more. Where they buy often these would all be small, and
the last would hold everybody: there a bar is wider (0, 1–5, 6–10 … 31 and more).
"""

from dataclasses import dataclass

import numpy as np

from .arrays import IntArray

TOP = 7
"""The place of the last bar."""
WIDTHS = (1, 2, 5, 10, 20, 50, 100)
MOST_IN_LAST = 0.5
"""So many of the customers the last bar may hold before bars are made wider."""


@dataclass(frozen=True)
class FrequencyBars:
    """Bars 0 … `top`, of `width` numbers each between the first and the last."""

    top: int = TOP
    width: int = 1

    @property
    def last_from(self) -> int:
        """The least number in the last bar."""
        return 1 + (self.top - 1) * self.width

    def of(self, frequency: IntArray) -> IntArray:
        """The bar of each."""
        return np.minimum((frequency + self.width - 1) // self.width, self.top)

    def first(self, bar: int) -> int:
        """The least number in `bar`."""
        return 0 if bar == 0 else 1 + (bar - 1) * self.width

    def last(self, bar: int) -> int | None:
        """The largest number in `bar`; None in the last one."""
        return None if bar == self.top else bar * self.width


def bars_for(frequency: IntArray, *, top: int = TOP) -> FrequencyBars:
    """The narrowest bars of which the last doesn't hold most customers."""
    for width in WIDTHS:
        bars = FrequencyBars(top, width)
        if len(frequency) == 0 or (frequency >= bars.last_from).mean() <= MOST_IN_LAST:
            return bars
    return bars
