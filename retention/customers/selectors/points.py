"""What is left of a customer's growth points, what expires next, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet, Sum

from retention.customers.enums import PointKind
from retention.customers.models import Customer, PointEntry


@dataclass(frozen=True)
class Points:
    """As of a day: what may be spent, and the next day after which some of it is gone."""

    balance: int
    expiring: int
    expires_on: date | None


def usable_points(as_of: date) -> QuerySet[PointEntry]:
    """Entries up to `as_of` whose last day of use is not over: their sum is the balance."""
    lasting = Q(expires_on=None) | Q(expires_on__gte=as_of)
    return PointEntry.objects.filter(lasting, occurred_on__lte=as_of)


def points_of(customer: Customer, as_of: date, *, within: int = 30) -> Points:
    """The balance, and what of it expires first in so many days after `as_of`."""
    entries = usable_points(as_of).filter(customer=customer).order_by()
    balance = entries.aggregate(total=Sum("points"))["total"] or 0
    soon = entries.filter(expires_on__lte=as_of + timedelta(days=within)).values("expires_on")
    ends = soon.annotate(left=Sum("points")).filter(left__gt=0).order_by("expires_on").first()
    if ends is None or balance <= 0:
        return Points(balance, 0, None)
    return Points(balance, min(ends["left"], balance), ends["expires_on"])


def latest_entries(customer: Customer, as_of: date, limit: int) -> list[PointEntry]:
    """The newest entries up to `as_of`, without those that only move a debt."""
    entries = PointEntry.objects.filter(customer=customer, occurred_on__lte=as_of).exclude(kind=PointKind.MOVED)
    return list(entries.order_by("-occurred_at", "-pk")[:limit])
