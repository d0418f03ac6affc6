"""How many of all, by a simple random sample: the score interval of Wilson (1927), JASA 22, 209–212."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054
"""Half of the normal distribution's middle 95 % lies within so many standard deviations."""


@dataclass(frozen=True)
class Estimate:
    """About `about` of `everyone`, and with 95 % confidence from `low` to `high`, by `asked` of them."""

    about: int
    low: int
    high: int
    asked: int
    everyone: int


def scale_up(hits: int, asked: int, everyone: int) -> Estimate:
    """`hits` of `asked` customers drawn at random from `everyone`, as a number of everyone.

    Takes the draw for one with replacement, which makes the interval a little wider than it need be. Raises
    ValueError when nobody was asked.
    """
    if not 0 <= hits <= asked or asked == 0:
        raise ValueError("a sample of at least one customer, and no more hits than customers asked")
    share, weight = hits / asked, Z95**2 / asked
    centre = (share + weight / 2) / (1 + weight)
    reach = sqrt(share * (1 - share) * weight + weight * weight / 4) / (1 + weight)
    low, high = max(centre - reach, 0.0), min(centre + reach, 1.0)
    return Estimate(round(share * everyone), round(low * everyone), round(high * everyone), asked, everyone)
