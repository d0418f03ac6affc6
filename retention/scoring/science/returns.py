"""Who came back: shares with intervals, and what a sign of life adds among people equally silent.

Wilson (1927), "Probable Inference, the Law of Succession, and Statistical Inference", for a share. Mantel & Haenszel
(1959) for the difference of two shares over strata, with the variance of Sato (1989), "On the variance estimator for
the Mantel-Haenszel risk difference", Biometrics 45, which holds for few large strata and for many thin ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054  # 95 %


@dataclass(frozen=True)
class Came:
    """Of `n` customers `back` came back."""

    n: int
    back: int

    @property
    def share(self) -> float:
        """Of one who came back; 0 of nobody."""
        return self.back / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % by Wilson; (0, 1) of nobody."""
        if not self.n:
            return 0.0, 1.0
        weight = Z * Z / self.n
        centre = (self.share + weight / 2) / (1 + weight)
        reach = Z * sqrt(self.share * (1 - self.share) / self.n + weight / (4 * self.n)) / (1 + weight)
        return max(centre - reach, 0.0), min(centre + reach, 1.0)

    def __add__(self, other: "Came") -> "Came":
        return Came(self.n + other.n, self.back + other.back)


@dataclass(frozen=True)
class Difference:
    """Of two shares, in the mix of strata that both have; the interval is 95 %."""

    value: float
    interval: tuple[float, float]


def stratified_difference(pairs: Sequence[tuple[Came, Came]]) -> Difference | None:
    """(with the sign, without it) by stratum; None where no stratum has both.

    A stratum that has one side only says nothing and is left out.
    """
    both = [(one, other) for one, other in pairs if one.n and other.n]
    if not both:
        return None
    weight = sum(one.n * other.n / (one.n + other.n) for one, other in both)
    value = sum((one.back * other.n - other.back * one.n) / (one.n + other.n) for one, other in both) / weight
    p, q = 0.0, 0.0
    for one, other in both:
        whole = one.n + other.n
        p += (one.n**2 * other.back - other.n**2 * one.back + one.n * other.n * (other.n - one.n) / 2) / whole**2
        q += (one.back * (other.n - other.back) + other.back * (one.n - one.back)) / (2 * whole)
    reach = Z * sqrt(max(value * p + q, 0.0)) / weight
    return Difference(value, (max(value - reach, -1.0), min(value + reach, 1.0)))
