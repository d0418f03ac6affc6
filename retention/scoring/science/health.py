"""Health 0–100 from twelve metrics, with every point explained.

A weighted mean of bounded linear scores (Mehta, Steinman & Murphy 2016, ch. 5), with a stated rule for each missing
metric and caps, since an average hides a wound. It is a summary of what is known, not a forecast: calibrate it
against churn before acting on single points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .arrays import BoolArray, FloatArray, IntArray
from .health_metrics import Absence, Family, Missing, Scorecard

if TYPE_CHECKING:
    import pandas as pd

BANDS = ("healthy", "watch", "risk")
FAMILIES = tuple(Family)


@dataclass(frozen=True)
class Health:
    """Result for n customers or accounts, in the order of the input; matrices are n × metrics of the card.

    x             as given; NaN = missing
    points        0–100, NaN where the metric was dropped
    weight        effective weight after redistribution: totals 100, 0 where dropped
    contribution  points × weight ÷ 100; a row sums to `uncapped`
    uncapped      the weighted mean; NaN where under `least_weight` of weight was present
    score         the same, at most the cap; NaN = not enough data
    cap           code of the cap that lowered the score, "" for none
    families      n × FAMILIES: weighted mean points, NaN for a family without any metric
    present       original weight of the metrics not dropped, 0–100
    bounds        n × 2: where the bands *healthy* and *watch* begin
    """

    card: Scorecard
    index: pd.Index
    x: FloatArray
    points: FloatArray
    weight: FloatArray
    contribution: FloatArray
    uncapped: FloatArray
    score: FloatArray
    cap: npt.NDArray[np.str_]
    families: FloatArray
    present: FloatArray
    bounds: FloatArray

    @property
    def band(self) -> npt.NDArray[np.str_]:
        """healthy, watch or risk by the unrounded score (show whole points rounded down); "" without a score."""
        healthy, watch = self.bounds.T
        band = np.select([self.score >= healthy, self.score >= watch, self.score < watch], BANDS, default="")
        return np.asarray(band)

    def frame(self) -> pd.DataFrame:
        """One row per customer: score, uncapped, band, cap, present, and a column for each family."""
        import pandas as pd  # takes a second to load: every command would pay it

        columns: dict[str, npt.NDArray[np.float64] | npt.NDArray[np.str_]] = {
            "score": self.score,
            "uncapped": self.uncapped,
            "band": self.band,
            "cap": self.cap,
            "present": self.present,
        }
        columns |= {family.value: self.families[:, place] for place, family in enumerate(FAMILIES)}
        return pd.DataFrame(columns, index=self.index)

    def parts(self) -> pd.DataFrame:
        """One row per customer and metric: subject, metric, family, x, points, weight, contribution."""
        import pandas as pd  # takes a second to load: every command would pay it

        metrics = self.card.metrics
        return pd.DataFrame(
            {
                "subject": np.repeat(self.index.to_numpy(), len(metrics)),
                "metric": np.tile(np.array(self.card.codes), len(self.index)),
                "family": np.tile(np.array([str(metric.family) for metric in metrics]), len(self.index)),
                "x": self.x.ravel(),
                "points": self.points.ravel(),
                "weight": self.weight.ravel(),
                "contribution": self.contribution.ravel(),
            }
        )


def score_health(
    card: Scorecard,
    x: pd.DataFrame,
    *,
    absence: pd.DataFrame | None = None,
    wounds: pd.DataFrame | None = None,
) -> Health:
    """Score every row of `x`.

    x        one column per metric code of the card, NaN = missing
    absence  same index, codes of `Absence` for missing x; a column left out, or no frame at all, is UNSTATED
    wounds   same index, true where the cap of that code applies; a column left out is false
    """
    unknown = [code for code in card.codes if code not in x.columns]
    if unknown:
        raise ValueError(f"no column for metric {', '.join(unknown)}")
    values = x[list(card.codes)].to_numpy(dtype=np.float64)
    points = _points(card, values, absence)
    present, weight = weights_of(card, points)
    contribution = np.where(weight > 0, points, 0.0) * weight / 100
    enough = present >= card.least_weight
    uncapped = np.where(enough, contribution.sum(axis=1), np.nan)
    score, cap = _capped(card, uncapped, wounds)
    families = _family_scores(card, contribution, weight)
    bounds = np.tile([card.healthy_from, card.watch_from], (len(values), 1))
    return Health(card, x.index, values, points, weight, contribution, uncapped, score, cap, families, present, bounds)


ROWS = (
    "x", "points", "weight", "contribution", "uncapped", "score", "cap", "families", "present", "bounds",
)  # fmt: skip
"""What a health has a row of for each customer."""


def merged(card: Scorecard, parts: Sequence[tuple[IntArray, Health]]) -> Health:
    """Healths by several cards as one: `parts` are places, which together are 0…n−1, and the health of those there.

    All cards have the metrics of `card`, which stands for them.
    """
    import pandas as pd  # takes a second to load: every command would pay it

    order = np.argsort(np.concatenate([places for places, _health in parts]), kind="stable")
    rows = {name: np.concatenate([getattr(health, name) for _places, health in parts])[order] for name in ROWS}
    return Health(card, pd.RangeIndex(len(order)), **rows)


def _points(card: Scorecard, values: FloatArray, absence: pd.DataFrame | None) -> FloatArray:
    """100 × clip((x − bad) ÷ (good − bad), 0, 1), or what the absence is worth; NaN = dropped."""
    bad = np.array([metric.bad for metric in card.metrics])
    good = np.array([metric.good for metric in card.metrics])
    points: FloatArray = 100 * np.clip((values - bad) / (good - bad), 0, 1)
    worth = {Missing.DROP: np.nan, Missing.ZERO: 0.0, Missing.FULL: 100.0}
    for column, metric in enumerate(card.metrics):
        missing = np.isnan(values[:, column])
        stated = absence is not None and metric.code in absence.columns
        why = absence[metric.code].to_numpy(dtype=np.int64)[missing] if absence is not None and stated else 0
        table = np.array([worth[metric.worth(reason)] for reason in Absence])
        points[missing, column] = table[why]
    return points


def weights_of(card: Scorecard, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Weight present before, and effective weights after, what dropped metrics leave behind is shared out.

    It goes to the rest of the family in proportion; where a whole family is gone, to all others in proportion.
    """
    known = ~np.isnan(points)
    original = np.array([metric.weight for metric in card.metrics], dtype=np.float64)
    kept = known * original
    weight = np.zeros_like(kept)
    for family in FAMILIES:
        members = np.array([metric.family is family for metric in card.metrics])
        whole, left = original[members].sum(), kept[:, members].sum(axis=1)
        share = np.divide(whole, left, out=np.zeros_like(left), where=left > 0)
        weight[:, members] = kept[:, members] * share[:, None]
    total = weight.sum(axis=1)
    share = np.divide(100.0, total, out=np.zeros_like(total), where=total > 0)
    return kept.sum(axis=1), weight * share[:, None]


def _capped(
    card: Scorecard, uncapped: FloatArray, wounds: pd.DataFrame | None
) -> tuple[FloatArray, npt.NDArray[np.str_]]:
    """The score after caps, and the code of the lowest cap that lowered it."""
    score = uncapped.copy()
    names = np.zeros(len(score), dtype=np.int64)
    for position, cap in enumerate(card.caps, start=1):
        if wounds is None or cap.code not in wounds.columns:
            continue
        wounded: BoolArray = wounds[cap.code].to_numpy(dtype=bool)
        lowers = wounded & (score > cap.at_most)
        score[lowers] = cap.at_most
        names[lowers] = position
    return score, np.array(["", *(cap.code for cap in card.caps)])[names]


def _family_scores(card: Scorecard, contribution: FloatArray, weight: FloatArray) -> FloatArray:
    scores = np.full((len(weight), len(FAMILIES)), np.nan)
    for place, family in enumerate(FAMILIES):
        members = np.array([metric.family is family for metric in card.metrics])
        points, weights = contribution[:, members].sum(axis=1), weight[:, members].sum(axis=1)
        np.divide(100 * points, weights, out=scores[:, place], where=weights > 0)
    return scores
