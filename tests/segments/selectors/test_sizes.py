"""Cards and overlaps read the snapshots."""

from __future__ import annotations

from datetime import date, timedelta

from retention.segments.models import Segment, SegmentMembership, SegmentSize
from retention.segments.selectors.sizes import Overlap, overlap_customers, overlaps, segment_cards
from tests.segments.world import D, World, at


def make(code: str) -> Segment:
    rule = {"field": "language", "op": "known"}
    return Segment.objects.create(code=code, name=code, rule=rule, created_at=at(0), updated_at=at(0))


def sized(segment: Segment, **sizes: int) -> None:
    for before, size in sizes.items():
        day = D - timedelta(days=int(before.removeprefix("d")))
        SegmentSize.objects.create(segment=segment, as_of=day, customers=size)


def test_a_card_compares_with_twenty_eight_days_before(world: World) -> None:
    one, two, three = make("one"), make("two"), make("three")
    sized(one, d200=9, d29=7, d28=5, d27=3, d0=11)
    sized(two, d27=3, d0=11)
    cards = segment_cards([one, two, three])
    assert [(c.segment.code, c.customers, c.as_of, c.before, c.change) for c in cards] == [
        ("one", 11, D, 5, 6),
        ("two", 11, D, None, None),
        ("three", None, None, None, None),
    ]
    assert [size for _day, size in cards[0].line] == [7, 5, 3, 11]


def test_overlap_counts_those_who_are_in_both_now(world: World) -> None:
    one, two, three = make("one"), make("two"), make("three")
    people = [world.customer(str(n)) for n in range(5)]

    def stay(segment: Segment, *numbers: int, left: date | None = None) -> None:
        for n in numbers:
            SegmentMembership.objects.create(
                segment=segment, customer=people[n], entered_on=D - timedelta(days=5), left_on=left
            )

    stay(one, 0, 1, 2, 3)
    stay(two, 2, 3, 4)
    stay(three, 3)
    stay(three, 0, left=D)
    assert overlaps(one) == [Overlap(two, 2, 0.5), Overlap(three, 1, 0.25)]
    assert (overlap_customers(one, two), overlap_customers(three, two), overlap_customers(one, one)) == (2, 1, 4)
