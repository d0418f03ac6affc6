"""Does a rhythm change? T of the last half of the window against T of the half before, learned alike.

Every gap is followed equally long in both halves, so that a base that grows, whose customers were seen for less of the
older half, does not look like one that slows down. Many categories are asked at once: Benjamini & Hochberg (1995),
"Controlling the False Discovery Rate", JRSS B 57.
"""

from dataclasses import dataclass, replace
from math import erfc, exp, log, sqrt

import numpy as np

from .arrays import BoolArray, FloatArray
from .gaps import Gaps, SortedGaps, distinct_customers
from .quantile_errors import Z, log_errors

FOLLOWED = 3.0
"""A gap is followed for so many T, at most half of the half."""
FALSE_ALARMS = 0.05


@dataclass(frozen=True)
class DriftPolicy:
    """What a change must be to be said, and what each half needs to be judged."""

    share: float = 0.2
    minimum_gaps: int = 100
    minimum_customers: int = 50


@dataclass(frozen=True)
class ThresholdDrift:
    """p90 in days of the older and the newer half; `change` = now ÷ before − 1 with a 95 % interval.

    `before`, `now`, `change` and `interval` are None where a half has too few gaps or customers. `moved`: more than
    chance and more than the policy's share.
    """

    gaps_before: int
    gaps_now: int
    before: float | None = None
    now: float | None = None
    change: float | None = None
    interval: tuple[float, float] | None = None
    moved: bool = False


def threshold_drift(
    closed: Gaps, p90: FloatArray, *, window_days: int, quantile: float = 0.9, policy: DriftPolicy = DriftPolicy()
) -> list[ThresholdDrift]:
    """One per category of `p90` (NaN where nothing was learned); `closed` must know on which day each gap began."""
    half = window_days // 2
    followed = np.minimum(FOLLOWED * np.nan_to_num(p90, nan=1.0), half / 2)
    older, newer = (_half(closed, window_days - part * half, half, followed) for part in (2, 1))
    categories = len(p90)
    ordered = [SortedGaps.of(gaps, categories) for gaps in (older, newer)]
    figures = [one.quantile(quantile) for one in ordered]
    errors = [log_errors(gaps, one, quantile)[1] for gaps, one in zip((older, newer), ordered, strict=True)]
    enough = _enough(older, categories, policy) & _enough(newer, categories, policy)
    sizes = [one.count for one in ordered]
    found = []
    for place in range(categories):
        one = ThresholdDrift(int(sizes[0][place]), int(sizes[1][place]))
        before, now = (float(days[place]) for days in figures)
        error = sqrt(errors[0][place] ** 2 + errors[1][place] ** 2)
        found.append(_compared(one, before, now, error) if enough[place] and before > 0 and now > 0 else one)
    return _said(found, policy.share)


def _half(closed: Gaps, start: int, half: int, followed: FloatArray) -> Gaps:
    """Gaps that began in the half early enough to be followed, and ended while they were."""
    limit, began = followed[closed.category], closed.began - start
    kept = (began > 0) & (began <= half - limit) & (closed.duration <= limit)
    return Gaps(closed.duration[kept], closed.customer[kept], closed.category[kept])


def _enough(gaps: Gaps, categories: int, policy: DriftPolicy) -> BoolArray:
    count = np.bincount(gaps.category, minlength=categories)
    return np.asarray(
        (count >= policy.minimum_gaps) & (distinct_customers(gaps, categories) >= policy.minimum_customers)
    )


def _compared(one: ThresholdDrift, before: float, now: float, error: float) -> ThresholdDrift:
    ratio = log(now / before)
    low, high = exp(ratio - Z * error) - 1, exp(ratio + Z * error) - 1
    return replace(one, before=before, now=now, change=exp(ratio) - 1, interval=(low, high))


def _said(found: list[ThresholdDrift], share: float) -> list[ThresholdDrift]:
    """Mark those whose change is no chance among so many looks, and large enough to matter."""
    judged = [place for place, one in enumerate(found) if one.interval is not None]
    chances = sorted((_chance(found[place]), place) for place in judged)
    most = max((rank for rank, (p, _) in enumerate(chances, 1) if p <= FALSE_ALARMS * rank / len(chances)), default=0)
    real = {place for _p, place in chances[:most]}
    return [replace(one, moved=place in real and abs(one.change or 0.0) >= share) for place, one in enumerate(found)]


def _chance(one: ThresholdDrift) -> float:
    """Two-sided p of a change like this where there is none."""
    assert one.interval is not None and one.change is not None
    low, high = one.interval
    error = (log(1 + high) - log(1 + low)) / (2 * Z)
    return erfc(abs(log(1 + one.change)) / error / sqrt(2))
