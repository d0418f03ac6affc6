"""One customer's level: where it comes from, how far the next one is, and until when it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet, Sum

from retention.customers.enums import PointKind
from retention.customers.models import Customer, Level, Membership, PointEntry
from retention.customers.selectors.levels_sql import window_and_keep

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Keeping:
    """The policy: points add up over `window` days, and a level once reached is kept for `keep` days."""

    window: int
    keep: int


@dataclass(frozen=True)
class Standing:
    """A level as of a day. `membership` gives it, or the points do. `kept_until`: where they no longer suffice.

    `next_level` and `missing` are of the points: while a membership holds the level there is no next one.
    """

    level: Level | None
    membership: Membership | None
    earned: int
    window: int
    next_level: Level | None
    missing: int
    kept_until: date | None


def keeping() -> Keeping:
    """The policy of the tenant in force."""
    return Keeping(*window_and_keep())


def held_memberships(as_of: date) -> QuerySet[Membership]:
    """Memberships that hold on `as_of`: neither lapsed, nor withdrawn, nor still to come."""
    lasting = Q(ends_on=None) | Q(ends_on__gte=as_of)
    return Membership.objects.filter(lasting, withdrawn=False, since__lte=as_of)


def membership_of(customer: Customer, as_of: date) -> Membership | None:
    """The one that counts on `as_of`: of those that hold, the latest begun."""
    return held_memberships(as_of).filter(customer=customer).order_by("-since", "-pk").first()


def standing_of(customer: Customer, as_of: date) -> Standing:
    """The customer's level as of a day."""
    rules, ladder = keeping(), list(Level.objects.order_by("points_needed"))
    days = _days(customer, as_of, rules)
    earned, reached, kept_until = climbed(days, ladder, as_of, rules)
    membership = membership_of(customer, as_of)
    level = reached
    if membership is not None:
        level = next((one for one in ladder if one.code == membership.level), None)
        kept_until = None
    above = level.points_needed if level else -1
    following = next((one for one in ladder if one.points_needed > max(above, earned)), None)
    if membership is not None:
        following = None  # while it holds it decides: no points lead anywhere
    missing = following.points_needed - earned if following else 0
    return Standing(level, membership, earned, rules.window, following, missing, kept_until)


def climbed(
    days: Mapping[date, int], ladder: Sequence[Level], as_of: date, rules: Keeping
) -> tuple[int, Level | None, date | None]:
    """Points in the period up to `as_of`, the level, and the last day on which it is kept though points fell short.

    `days` are points by local day. No point earned after `as_of` counts on the way to that last day.
    """

    def rolling(day: date) -> int:
        return sum(points for on, points in days.items() if day - rules.window * DAY < on <= day)

    sums = {day: rolling(day) for day in (as_of - back * DAY for back in range(rules.keep))}
    peak = max(0, *sums.values())
    level = next((one for one in reversed(ladder) if one.points_needed <= peak), None)
    if level is None or sums[as_of] >= level.points_needed or not level.points_needed:
        return sums[as_of], level, None
    last = max(day for day, points in sums.items() if points >= level.points_needed)
    return sums[as_of], level, last + (rules.keep - 1) * DAY


def _days(customer: Customer, as_of: date, rules: Keeping) -> dict[date, int]:
    since = as_of - (rules.window + rules.keep) * DAY
    entries = PointEntry.objects.filter(customer=customer, occurred_on__gt=since, occurred_on__lte=as_of)
    counted = entries.exclude(kind=PointKind.SPENT).order_by().values("occurred_on")
    return dict(counted.annotate(total=Sum("points")).values_list("occurred_on", "total"))
