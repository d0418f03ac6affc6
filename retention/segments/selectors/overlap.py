"""What two segments share, by their latest counts: both, only the one, only the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db import connection
from django.db.models import QuerySet

from retention.customers.models import Customer
from retention.customers.selectors.lists import counted_customers
from retention.customers.selectors.state_sql import WHO_COUNTS
from retention.segments.models import Segment, SegmentMembership

Part = Literal["both", "one", "other"]
PARTS: tuple[Part, ...] = ("both", "one", "other")


@dataclass(frozen=True)
class Shared:
    """How many are in both, only in the one and only in the other."""

    both: int
    one: int
    other: int

    @property
    def of_smaller(self) -> float | None:
        """The share of the smaller segment that is in both (Szymkiewicz–Simpson); None where one is empty."""
        smaller = self.both + min(self.one, self.other)
        return self.both / smaller if smaller else None

    @property
    def of_all(self) -> float | None:
        """The share of those in either that is in both (Jaccard); None where both are empty."""
        either = self.both + self.one + self.other
        return self.both / either if either else None

    def count(self, part: str) -> int:
        """How many are in that part."""
        return {"both": self.both, "one": self.one, "other": self.other}[part]


def shared_between(one: Segment, other: Segment) -> Shared:
    """The three counts, in one statement over the customers who count."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*) FILTER (WHERE held.one AND held.other), count(*) FILTER (WHERE NOT held.other),
                   count(*) FILTER (WHERE NOT held.one)
            FROM (
                SELECT m.customer_id, bool_or(m.segment_id = %(one)s) AS one,
                       bool_or(m.segment_id = %(other)s) AS other
                FROM segments_segmentmembership m
                JOIN customers_customer c ON c.id = m.customer_id AND {WHO_COUNTS}
                WHERE m.segment_id IN (%(one)s, %(other)s) AND m.left_on IS NULL
                GROUP BY m.customer_id
            ) held""",  # noqa: S608
            {"one": one.pk, "other": other.pk},
        )
        row: tuple[int, int, int] = cursor.fetchone()
    return Shared(*row)


def part_of(one: Segment, other: Segment, part: Part) -> QuerySet[Customer]:
    """The customers of one part, in order of id."""
    here, there = (
        SegmentMembership.objects.filter(segment=segment, left_on=None).values("customer_id")
        for segment in (one, other)
    )
    customers = counted_customers().order_by("id")
    if part == "both":
        return customers.filter(pk__in=here).filter(pk__in=there)
    inside, outside = (here, there) if part == "one" else (there, here)
    return customers.filter(pk__in=inside).exclude(pk__in=outside)
