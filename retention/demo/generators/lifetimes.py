"""When customers of the shop join and leave: synthetic, by a law whose figures are those of a real shop.

The panel's households were chosen because they bought all year: nobody is seen to leave, so no model of lifetimes can
be learned from them (BG/NBD: a → 0). What is kept of them is what they do while they are customers: how often and how
regularly they buy (NBD r 1.40, α 1.36 weeks), what, and for how much (Gamma-Gamma p .49, q 3.85, v 218; frequency and
value uncorrelated). How long they stay is drawn here: each leaves at a rate of their own, Gamma(s, β) over customers,
with the figures that Pareto/NBD finds in CDNOW (2,357 customers up to 1997-09-30). Every basket left is a real one.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

S, BETA_WEEKS = 0.606, 11.67
"""CDNOW's drop-out: of those who just joined two of five stay for 38 weeks."""
ESTABLISHED = 0.7
"""So many were customers before the year began, for anything up to `TENURE_WEEKS`; the others join during the year."""
TENURE_WEEKS = 156
SEED = 19970930


def while_customers(orders: pd.DataFrame, *, first_day: date, last_day: date) -> pd.Series:
    """Which rows of `orders` (customer, ordered_at in local time) lie between their customer's joining and leaving.

    Joining is the first basket on or after the day drawn (the first basket at all where none comes after it), and
    always kept. The same call gives the same answer.
    """
    rng = np.random.default_rng(SEED)
    people = np.sort(orders["customer"].unique())
    is_new = rng.random(len(people)) >= ESTABLISHED
    joins = np.where(is_new, rng.integers(0, (last_day - first_day).days + 1, len(people)), 0)
    tenure = np.where(is_new, 0.0, rng.random(len(people)) * TENURE_WEEKS)
    stays = days_left(rng.random(len(people)), tenure)

    place = np.searchsorted(people, orders["customer"].to_numpy())
    day = (orders["ordered_at"].dt.normalize() - pd.Timestamp(first_day)).dt.days.to_numpy()
    last = np.full(len(people), -1)
    np.maximum.at(last, place, day)
    has_joined = day >= np.where(last < joins, 0, joins)[place]
    start = np.full(len(people), day.max() + 1)
    np.minimum.at(start, place[has_joined], day[has_joined])
    return pd.Series(has_joined & (day - start[place] <= stays[place]), index=orders.index)


def days_left(chance: np.ndarray, tenure_weeks: np.ndarray) -> np.ndarray:
    """Days until somebody leaves who has stayed for `tenure_weeks` already: the share `chance` stays longer.

    S(t | tenure) = ((β + tenure) ÷ (β + tenure + t))^s, the Pareto law of the second kind (Schmittlein, Morrison &
    Colombo 1987).
    """
    return np.asarray(7 * (BETA_WEEKS + tenure_weeks) * (np.maximum(chance, 1e-12) ** (-1 / S) - 1))
