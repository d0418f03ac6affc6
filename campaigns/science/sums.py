"""What SQL adds up and Python decides on: one metric of one arm."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan


@dataclass(frozen=True)
class Sums:
    """`n` customers, the sum of their values and of the squares. `binary`: every value is 0 or 1."""

    n: int
    total: float
    squares: float
    binary: bool = False

    @property
    def mean(self) -> float:
        """The mean; for a binary metric the share, as a fraction."""
        return self.total / self.n if self.n else nan

    @property
    def variance(self) -> float:
        """Of the sample (n − 1); NaN under two customers."""
        if self.n < 2:
            return nan
        return max(self.squares - self.total**2 / self.n, 0.0) / (self.n - 1)
