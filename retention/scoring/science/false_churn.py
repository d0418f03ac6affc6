"""False churn: somebody who buys nothing and yet is not gone, since something of theirs is still going on.

The rule of DEFINITIONS, section 1, not a model. Lemmens & Gupta (2020), "Managing Churn to Maximize Profits", show why
treating those who would stay as churners wastes money; whether each kind does return is measured, not assumed.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .arrays import BoolArray, FloatArray

KINDS = ("cart", "follow", "community")


@dataclass(frozen=True)
class FalseChurn:
    """`evidence` is customers × KINDS; `found` where there is any."""

    evidence: npt.NDArray[np.bool_]

    @property
    def found(self) -> BoolArray:
        return np.asarray(self.evidence.any(axis=1))

    def words(self) -> list[str]:
        """The kinds found, comma-separated, "" for none."""
        names = [
            ",".join(kind for bit, kind in enumerate(KINDS) if code >> bit & 1) for code in range(1 << len(KINDS))
        ]
        codes = self.evidence @ (1 << np.arange(len(KINDS)))
        return [names[code] for code in codes.tolist()]


def find_false_churn(
    r: FloatArray,
    days_since_cart: FloatArray,
    days_since_follow: FloatArray,
    days_since_community: FloatArray,
    *,
    window_days: int = 30,
    silent_from: float = 0.5,
) -> FalseChurn:
    """Customers with r ≥ `silent_from` and a sign of life within the window.

    days_since_…  days from the youngest still open cart or unpaid order, favourite, watch or subscription, and
    comment, like or post, to the as-of date; NaN for none. Day 0 is the as-of date itself.
    """
    silent = r >= silent_from
    signs = np.stack([days_since_cart, days_since_follow, days_since_community], axis=1)
    return FalseChurn((signs < window_days) & (signs >= 0) & silent[:, None])
