"""Sizes of segments: now, against 28 days before, and as a line; what two segments share."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from retention.segments.models import Segment, SegmentMembership, SegmentRefresh, SegmentSize
from retention.segments.sparkline import spark_points

CHANGE_DAYS = 28
LINE_DAYS = 182


@dataclass(frozen=True)
class Card:
    """A segment with its latest size. Without a snapshot `customers` is None; without an earlier one `before` is."""

    segment: Segment
    customers: int | None
    as_of: date | None
    before: int | None
    line: tuple[tuple[date, int], ...]
    refresh: SegmentRefresh | None = None

    @property
    def change(self) -> int | None:
        """Customers more (or fewer) than 28 days before."""
        return None if self.customers is None or self.before is None else self.customers - self.before

    @property
    def spark(self) -> str:
        """The line as the points of a small SVG polyline; "" below two snapshots."""
        return spark_points([size for _day, size in self.line])


@dataclass(frozen=True)
class Overlap:
    """What another segment shares with this one. `share` is of this one's customers."""

    segment: Segment
    customers: int
    share: float


def segment_cards(segments: list[Segment]) -> list[Card]:
    """The cards of `segments`, in two queries at most."""
    rows = (
        SegmentSize.objects.filter(segment__in=segments)
        .order_by("as_of")
        .values_list("segment_id", "as_of", "customers")
    )
    lines: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for key, as_of, customers in rows:
        lines[key].append((as_of, customers))
    refreshes = SegmentRefresh.objects.in_bulk([segment.pk for segment in segments])
    return [_card(segment, lines[segment.pk], refreshes.get(segment.pk)) for segment in segments]


def _card(segment: Segment, line: list[tuple[date, int]], refresh: SegmentRefresh | None) -> Card:
    if not line:
        return Card(segment, None, None, None, (), refresh)
    as_of, customers = line[-1]
    before = [size for day, size in line if day <= as_of - timedelta(days=CHANGE_DAYS)]
    shown = tuple(point for point in line if point[0] > as_of - timedelta(days=LINE_DAYS))
    return Card(segment, customers, as_of, before[-1] if before else None, shown, refresh)


def snapshot_day(segment: Segment) -> date | None:
    """The day of the latest snapshot."""
    return SegmentSize.objects.filter(segment=segment).order_by("-as_of").values_list("as_of", flat=True).first()


def overlap_customers(one: Segment, other: Segment) -> int:
    """How many customers are in both, by their latest snapshots."""
    ours = SegmentMembership.objects.filter(segment=one, left_on=None).values("customer")
    return SegmentMembership.objects.filter(segment=other, left_on=None, customer__in=ours).count()


def overlaps(segment: Segment, *, limit: int = 8) -> list[Overlap]:
    """The other living segments that share most customers with `segment`, by their latest snapshots."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.segment_id, count(*), (SELECT count(*) FROM segments_segmentmembership"
            " WHERE segment_id = %(segment)s AND left_on IS NULL)"
            " FROM segments_segmentmembership m"
            " JOIN segments_segmentmembership o ON o.customer_id = m.customer_id AND o.left_on IS NULL"
            " JOIN segments_segment s ON s.id = o.segment_id AND s.archived_at IS NULL"
            " WHERE m.segment_id = %(segment)s AND m.left_on IS NULL AND o.segment_id <> m.segment_id"
            " GROUP BY o.segment_id ORDER BY 2 DESC, 1 LIMIT %(limit)s",
            {"segment": segment.pk, "limit": limit},
        )
        rows: list[tuple[int, int, int]] = cursor.fetchall()
    others = Segment.objects.in_bulk([key for key, _shared, _all in rows])
    return [Overlap(others[key], shared, shared / everyone) for key, shared, everyone in rows]
