"""RFM: how recently, how often and for how much a customer buys, against all others; eight tiers.

Hughes (1994), "Strategic Database Marketing" (quintiles); ties share a score here, so that equal customers are
treated alike. Frequency and value are those of the year up to the customer's *last* order: measured up to today,
nobody who left would be of value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .arrays import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd

Codes = npt.NDArray[np.int8]

# Position = tier code: 4 × general + 2 × not recent + not frequent.
TIERS = (
    "key_value",
    "key_grow",
    "key_keep",
    "key_save",
    "general_value",
    "general_grow",
    "general_keep",
    "general_save",
)
NOT_COUNTED = -1


@dataclass(frozen=True)
class RfmScores:
    """Aligned with the input; scores 1–5, and 0 for customers without an order in the window.

    tier  position in TIERS, −1 for customers who aren't counted
    """

    r: Codes
    f: Codes
    m: Codes
    tier: Codes
    high_value: BoolArray

    def frame(self) -> pd.DataFrame:
        """Columns r_score, f_score, m_score, tier (a category of its code's name), high_value."""
        import pandas as pd  # takes a second to load: every command would pay it

        return pd.DataFrame(
            {
                "r_score": self.r,
                "f_score": self.f,
                "m_score": self.m,
                "tier": pd.Categorical.from_codes(self.tier, categories=pd.Index(TIERS)),
                "high_value": self.high_value,
            }
        )


def score_rfm(
    days_since_order: FloatArray,
    order_days: IntArray,
    net_revenue: FloatArray,
    *,
    window_days: int = 730,
    high: int = 4,
) -> RfmScores:
    """Scores over the customers with an order in the `window_days` up to the as-of date.

    days_since_order  as of the as-of date, NaN for customers who never ordered
    order_days, net_revenue  over the 365 days up to the customer's own last order
    high  the lowest score that counts as high in a tier
    """
    counted = days_since_order < window_days
    r = _scores(-days_since_order, counted)
    f = _scores(order_days.astype(np.float64), counted)
    m = _scores(net_revenue, counted)
    tier = (4 * (m < high) + 2 * (r < high) + (f < high)).astype(np.int8)
    high_value = (m == 5) | ((m == 4) & (f == 5))
    return RfmScores(r, f, m, np.where(counted, tier, NOT_COUNTED).astype(np.int8), high_value)


def _scores(value: FloatArray, counted: BoolArray) -> Codes:
    """1 + ⌊5 × share of counted customers strictly below⌋; 0 where not counted. Integers, so no share is rounded."""
    ordered = np.sort(value[counted])
    below = np.searchsorted(ordered, value, side="left")
    score = 1 + 5 * below // max(len(ordered), 1)
    return np.where(counted, score, 0).astype(np.int8)
