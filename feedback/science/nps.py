"""Net promoter score with an adjusted interval.

The interval adds three quarters of a promoter, three quarters of a detractor and one and a half passives, then takes
the Wald interval of the difference of two shares of one sample: the adjusted Wald of Agresti and Min (2005), weighted
for the score as by Bonett and Price (2012) and Rocks (2016).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

PROMOTERS_ADDED, DETRACTORS_ADDED, PASSIVES_ADDED = 0.75, 0.75, 1.5
Z = 1.959963984540054


@dataclass(frozen=True)
class Nps:
    """Counts, the score in points (−100 … 100) and its 95 % interval; None of both without an answer."""

    promoters: int
    passives: int
    detractors: int

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def score(self) -> float | None:
        """Share of promoters less share of detractors, in points."""
        return 100 * (self.promoters - self.detractors) / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The adjusted interval in points, within −100 and 100."""
        if not self.n:
            return None
        n = self.n + PROMOTERS_ADDED + DETRACTORS_ADDED + PASSIVES_ADDED
        up, down = (self.promoters + PROMOTERS_ADDED) / n, (self.detractors + DETRACTORS_ADDED) / n
        half = Z * math.sqrt((up + down - (up - down) ** 2) / n)
        return max(-100.0, 100 * (up - down - half)), min(100.0, 100 * (up - down + half))
