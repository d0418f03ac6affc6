"""What became of a segment between two days: who entered, who left, how large it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Count, Q, QuerySet

from retention.customers.models import Customer
from retention.customers.selectors.lists import counted_customers
from retention.segments.models import Segment, SegmentMembership, SegmentSize

Way = Literal["entered", "left"]
WAYS: tuple[Way, ...] = ("entered", "left")


@dataclass(frozen=True)
class Flow:
    """The comings and goings of one day."""

    day: date
    entered: int
    left: int


@dataclass(frozen=True)
class History:
    """A segment between two days, both included. `entered` and `left` compare the two days and nothing between.

    `known_from` is the first day that was counted: before it nothing is known. None: none yet.
    """

    since: date
    until: date
    known_from: date | None
    entered: int
    left: int
    sizes: Sequence[tuple[date, int]]
    flows: Sequence[Flow]

    def count(self, way: str) -> int:
        """How many went that way."""
        return self.entered if way == "entered" else self.left


def history_of(segment: Segment, *, since: date, until: date) -> History:
    """The history of `segment` from `since` to `until`."""
    sizes = SegmentSize.objects.filter(segment=segment).order_by("as_of")
    return History(
        since,
        until,
        sizes.values_list("as_of", flat=True).first(),
        changed(segment, "entered", since=since, until=until).count(),
        changed(segment, "left", since=since, until=until).count(),
        list(sizes.filter(as_of__gte=since, as_of__lte=until).values_list("as_of", "customers")),
        _flows(segment, since, until),
    )


def changed(segment: Segment, way: Way, *, since: date, until: date) -> QuerySet[Customer]:
    """Those who are in on `until` and were not on `since` ("entered"), or the other way about ("left")."""
    then, now = _inside(segment, since), _inside(segment, until)
    there, not_there = (now, then) if way == "entered" else (then, now)
    return counted_customers().filter(pk__in=there).exclude(pk__in=not_there).order_by("id")


def _inside(segment: Segment, day: date) -> QuerySet[SegmentMembership]:
    stays = SegmentMembership.objects.filter(segment=segment, entered_on__lte=day)
    return stays.filter(Q(left_on=None) | Q(left_on__gt=day)).values("customer_id")  # type: ignore[return-value]


def _flows(segment: Segment, since: date, until: date) -> list[Flow]:
    """Each day on which somebody came or went, after `since`."""
    stays = SegmentMembership.objects.filter(segment=segment).order_by()
    entered, left = (
        dict(
            stays.filter(**{f"{column}__gt": since, f"{column}__lte": until})
            .values_list(column)
            .annotate(customers=Count("pk"))
        )
        for column in ("entered_on", "left_on")
    )
    return [Flow(day, entered.get(day, 0), left.get(day, 0)) for day in sorted(entered.keys() | left.keys())]
