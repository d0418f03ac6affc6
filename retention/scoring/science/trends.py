"""Four numbers that show a customer base going quiet, judged from sums that SQL can make.

Cochran (1977), "Sampling Techniques", ch. 6, for the standard error of a ratio of sums. A number under its minimum
is not judged: it reads "too few (n of N)" and never fires.
"""

from dataclasses import dataclass
from math import sqrt

ROUNDING = 1e-12  # a change of exactly the limit must not depend on the last binary digit


@dataclass(frozen=True)
class Reading:
    """A number and whether it is an alarm. `value` is None and `too_few` is filled where there is too little."""

    value: float | None
    fires: bool
    too_few: str = ""
    standard_error: float | None = None
    before: float | None = None


def too_few(*counts: tuple[int, int]) -> str:
    """ "too few (n of N)" for the first count under its minimum; empty where all are reached."""
    for count, minimum in counts:
        if count < minimum:
            return f"too few ({count} of {minimum})"
    return ""


@dataclass(frozen=True)
class WeekPairs:
    """Sums over the customers with a log-in in D−41…D−14: log-in days a in D−6…D and b in D−13…D−7 of each."""

    customers: int
    a: float
    b: float
    aa: float
    ab: float
    bb: float


def login_decay(
    sums: WeekPairs, *, limit: float = -0.15, z: float = 1.645, least_b: int = 400, least_customers: int = 100
) -> Reading:
    """Log-in days of this week ÷ last week − 1, with its standard error √Σ(aᵢ − (a/b)bᵢ)² ÷ b.

    Fires when it fell by more than the limit and the fall can't be chance (one-sided 95 %). Customers are picked by
    the four weeks before both, since those picked by the earlier week fall by themselves.
    """
    short = too_few((int(sums.b), least_b), (sums.customers, least_customers))
    if short or sums.b <= 0:
        return Reading(None, False, short or "too few (0 of 1)")
    ratio = sums.a / sums.b
    error = sqrt(max(sums.aa - 2 * ratio * sums.ab + ratio**2 * sums.bb, 0.0)) / sums.b
    value = ratio - 1
    return Reading(value, value < limit - ROUNDING and value + z * error < 0, standard_error=error)


@dataclass(frozen=True)
class Month:
    """A complete month: net revenue, and customers with net revenue > 0."""

    revenue: float
    payers: int


def arppu(months: tuple[Month, Month, Month], *, limit: float = 0.98, least_payers: int = 100) -> Reading:
    """Revenue per payer of the last complete month (`months` run m₋₂, m₋₁, m₀); `before` is that of m₋₂.

    Fires when it fell twice in a row and by 2 % or more in all.
    """
    short = too_few((min(month.payers for month in months), max(least_payers, 1)))
    if short:
        return Reading(None, False, short)
    oldest, middle, latest = (month.revenue / month.payers for month in months)
    fires = latest < middle < oldest and latest <= limit * oldest
    return Reading(latest, fires, before=oldest)


@dataclass(frozen=True)
class Silence:
    """On one day: silent customers (r ≥ 1) among those ever active, bar gone for good."""

    silent: int
    ever_active: int


def silent_share(now: Silence, four_weeks_ago: Silence, *, rise: float = 0.03, least: int = 200) -> Reading:
    """Share of silent customers; fires when it is `rise` (3 points) or more above that of D−28."""
    short = too_few((min(now.ever_active, four_weeks_ago.ever_active), max(least, 1)))
    if short:
        return Reading(None, False, short)
    share, before = (day.silent / day.ever_active for day in (now, four_weeks_ago))
    return Reading(share, share - before >= rise - ROUNDING, before=before)


def daily_churn(
    entered_lost: int, base: int, *, limit: float = 0.03, least_base: int = 500, least_entered: int = 20
) -> Reading:
    """Customers who entered *lost* on D ÷ those neither lost nor gone at the end of D−1; fires above 3 %.

    Entries by a changed threshold must not be counted.
    """
    short = too_few((base, max(least_base, 1)), (entered_lost, least_entered))
    if short:
        return Reading(None, False, short)
    value = entered_lost / base
    return Reading(value, value > limit)
