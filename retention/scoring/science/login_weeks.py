"""The sums behind log-in decay for many days at once, from each customer's log-in days.

The weeks are those of DEFINITIONS, section 6; `trends.login_decay` judges the sums. Cochran (1977), "Sampling
Techniques", ch. 6, for why these six are enough.
"""

import numpy as np
import numpy.typing as npt

from .arrays import IntArray

WEEK, PICKED = 7, 28
REACH = 2 * WEEK + PICKED
"""Days that a day's sums look back, itself counted."""
CHUNK = 50_000
SUMS = ("customers", "a", "b", "aa", "ab", "bb")


def login_weeks(customer: IntArray, day: IntArray, first: int, last: int) -> npt.NDArray[np.int64]:
    """Rows for the days first … last, columns as SUMS: over the customers with a log-in in D−41…D−14, log-in days a in
    D−6…D and b in D−13…D−7 of each.

    customer, day   distinct log-in days; those outside first − 41 … last are ignored
    """
    sums = np.zeros((last - first + 1, len(SUMS)), dtype=np.int64)
    start, width = first - REACH + 1, last - first + REACH
    inside = (day >= start) & (day <= last)
    codes, place = np.unique(customer[inside], return_inverse=True)
    offset = day[inside] - start
    for low in range(0, len(codes), CHUNK):
        chosen = (place >= low) & (place < low + CHUNK)
        logged = np.zeros((min(CHUNK, len(codes) - low), width + 1), dtype=np.int16)
        logged[place[chosen] - low, offset[chosen] + 1] = 1
        sums += _sums(np.cumsum(logged, axis=1, dtype=np.int16), last - first + 1)
    return sums


def _sums(until: npt.NDArray[np.int16], days: int) -> npt.NDArray[np.int64]:
    """`until` is customers × (log-in days before each day of the width)."""
    ends = (until[:, REACH - back : REACH - back + days] for back in (0, WEEK, 2 * WEEK, REACH))
    now, week, fortnight, start = ends
    picked = fortnight > start
    a = np.where(picked, now - week, 0).astype(np.int64)
    b = np.where(picked, week - fortnight, 0).astype(np.int64)
    parts = (picked, a, b, a * a, a * b, b * b)
    return np.stack([part.sum(axis=0, dtype=np.int64) for part in parts], axis=1)
