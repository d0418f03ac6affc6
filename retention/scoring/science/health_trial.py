"""Two scorecards tried on the same past: which of them saw better who would leave?

Health is no forecast, so it is judged as a ranking: the area under the curve of both (DeLong, DeLong & Clarke-Pearson
1988) with the interval of their difference, the share that left in the tenth with the lowest health, and in each band.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, FloatArray, IntArray
from .health import BANDS, Health
from .validation import auc_gain

Z = 1.96


@dataclass(frozen=True)
class BandOutcome:
    """How many were in the band, and how many of them left."""

    band: str
    customers: int
    left: int

    @property
    def share(self) -> float | None:
        """The share that left; None of nobody."""
        return self.left / self.customers if self.customers else None


@dataclass(frozen=True)
class CardOutcome:
    """One scorecard: how well it ranked, who left of its lowest tenth, and of each of its bands."""

    auc: float
    lowest_tenth: float
    bands: tuple[BandOutcome, ...]


@dataclass(frozen=True)
class HealthTrial:
    """Both cards on those of whom both knew enough. `gain` is the new AUC minus the old, with its 95 % interval."""

    customers: int
    left: int
    old: CardOutcome
    new: CardOutcome
    gain: float
    interval: tuple[float, float]

    @property
    def is_told_apart(self) -> bool:
        """Whether the difference is more than chance."""
        return self.interval[0] > 0 or self.interval[1] < 0


@dataclass(frozen=True)
class TooFew:
    """`have` of the `need` who left, or who stayed, whichever are fewer."""

    have: int
    need: int


def try_cards(old: Health, new: Health, left: BoolArray, *, least: int) -> HealthTrial | TooFew:
    """`old` and `new` are of the same n customers, `left` says of each whether they had left a horizon later."""
    both = ~np.isnan(old.score) & ~np.isnan(new.score)
    gone = left[both]
    fewer = min(int(gone.sum()), int((~gone).sum()))
    if fewer < least:
        return TooFew(fewer, least)
    found = auc_gain(-old.score[both], -new.score[both], gone)
    before, after = _outcome(found.old, old, both, gone), _outcome(found.new, new, both, gone)
    interval = found.gain - Z * found.error, found.gain + Z * found.error
    return HealthTrial(len(gone), int(gone.sum()), before, after, found.gain, interval)


def _outcome(auc: float, card: Health, both: BoolArray, gone: BoolArray) -> CardOutcome:
    band = card.band[both]
    bands = tuple(BandOutcome(name, int((band == name).sum()), int(gone[band == name].sum())) for name in BANDS)
    return CardOutcome(auc, _lowest_tenth(card.score[both], gone), bands)


def _lowest_tenth(score: FloatArray, gone: BoolArray) -> float:
    """The share that left of the tenth with the lowest scores; those who tie at its edge count in proportion."""
    size = max(len(score) // 10, 1)
    edge = np.partition(score, size - 1)[size - 1]
    below, tied = score < edge, score == edge
    room = (size - int(below.sum())) / int(tied.sum())
    return float((gone[below].sum() + room * gone[tied].sum()) / size)


@dataclass(frozen=True)
class Flips:
    """Who changes band: their places, and how many of everybody go from which band to which ("": too little known)."""

    places: IntArray
    counts: tuple[tuple[str, str, int], ...]
    everybody: int


def flips(old: Health, new: Health) -> Flips:
    """Those whose band differs: first whose health is known to both, the largest change of score first."""
    was, becomes = old.band, new.band
    moved = np.flatnonzero(was != becomes)
    change = np.abs(new.score[moved] - old.score[moved])
    names, sizes = np.unique(np.array([was[moved], becomes[moved]]), axis=1, return_counts=True)
    counts = tuple((str(a), str(b), int(n)) for (a, b), n in zip(names.T, sizes, strict=True))
    return Flips(moved[np.argsort(-np.nan_to_num(change, nan=-1), kind="stable")], counts, len(was))
