"""Has the world moved since a churn model learned? Two questions, each with what chance alone would give.

*Are customers still the same?* The population stability index (Siddiqi 2006, "Credit Risk Scorecards", ch. 9) between
the customers it was tried on and today's: Σ (p − q) log(p ÷ q) over tenths of the former, "not known" a part of its
own. Where nothing moved, the index is about (1/n + 1/m) times a chi-squared number with as many degrees of freedom as
parts less one (Yurdakul 2018, "Statistical Properties of Population Stability Index"): below that it says nothing.

*Were its chances true?* How many it foresaw to leave on the moment it was tried on, and how many did; the gap against
its standard error if every chance were true (Spiegelhalter 1986, Statistics in Medicine 5).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from .arrays import BoolArray, FloatArray

PARTS = 10
SURE = 0.999
CERTAIN_Z = 3.29


@dataclass(frozen=True)
class Limits:
    """From where on something is told: an index, and a gap between foreseen and happened as a fraction."""

    index: float = 0.25
    gap: float = 0.03


@dataclass(frozen=True)
class Shift:
    """How far the values of `name` moved (PSI), and the most that chance alone would give."""

    name: str
    index: float
    by_chance: float


@dataclass(frozen=True)
class Drift:
    """What moved, strongest first; the shares foreseen and happened, and z of their gap.

    `off`: the gap is beyond chance and beyond the limit.
    """

    shifts: tuple[Shift, ...]
    foreseen: float
    happened: float
    z: float
    off: bool


def watch(
    names: tuple[str, ...],
    then: FloatArray,
    now: FloatArray,
    chance: FloatArray,
    left: BoolArray,
    *,
    limits: Limits | None = None,
) -> Drift:
    """Compare `now` (m × k) with `then` (n × k, NaN: not known), and `chance` with who of `then` had `left`."""
    limits = limits or Limits()
    found = [_shift(name, then[:, place], now[:, place]) for place, name in enumerate(names)]
    moved = [one for one in found if one.index > max(limits.index, one.by_chance)]
    gap = float(chance.mean() - left.mean())
    error = float(np.sqrt((chance * (1 - chance)).sum())) / len(chance)
    z = gap / error if error else 0.0
    return Drift(
        shifts=tuple(sorted(moved, key=lambda one: -one.index)),
        foreseen=float(chance.mean()),
        happened=float(left.mean()),
        z=z,
        off=abs(z) > CERTAIN_Z and abs(gap) > limits.gap,
    )


def _shift(name: str, then: FloatArray, now: FloatArray) -> Shift:
    known = then[~np.isnan(then)]
    edges = np.unique(np.quantile(known, np.arange(1, PARTS) / PARTS)) if len(known) else np.empty(0)
    old, new = _counts(then, edges), _counts(now, edges)
    used = (old + new) > 0
    old, new = old[used] + 0.5, new[used] + 0.5  # half a customer a part: an empty one is not infinitely far
    p, q = old / old.sum(), new / new.sum()
    free = max(int(used.sum()) - 1, 1)
    by_chance = float(chdtri(free, 1 - SURE)) * (1 / max(len(then), 1) + 1 / max(len(now), 1))
    return Shift(name, float(((p - q) * np.log(p / q)).sum()), by_chance)


def _counts(values: FloatArray, edges: FloatArray) -> FloatArray:
    """How many fall between the edges, an edge itself below it, and at the end how many are not known."""
    parts = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left"))
    return np.bincount(parts, minlength=len(edges) + 2).astype(np.float64)
