"""Snapshots: who entered, who left, how large; the same day again changes nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from retention.common.errors import DomainError
from retention.customers.models import Customer
from retention.scoring.services.after_run import run_acts
from retention.segments.models import Segment, SegmentMembership, SegmentSize
from retention.segments.selectors.members import segment_members, segments_of
from retention.segments.services.refresh import Snapshot, refresh_segment, refresh_segments
from tests.segments.world import D, World, at

RULE = {"field": "language", "op": "eq", "value": "en"}


@pytest.fixture
def speakers(world: World) -> Segment:
    return Segment.objects.create(code="speakers", name="Speakers", rule=RULE, created_at=at(0), updated_at=at(0))


def day(n: int) -> date:
    return D + timedelta(days=n)


def stays(segment: Segment) -> set[tuple[str, date, date | None]]:
    rows = SegmentMembership.objects.filter(segment=segment)
    return set(rows.values_list("customer__external_id", "entered_on", "left_on"))


def speak(*codes: str) -> None:
    """These customers, and no others, speak English from now on."""
    Customer.objects.update(language="")
    Customer.objects.filter(external_id__in=codes).update(language="en")


def test_entries_and_exits_make_the_history(world: World, speakers: Segment) -> None:
    for code in "abc":
        world.customer(code)
    sizes = []
    for n, codes in enumerate(["ab", "bc", "c", "ac"]):
        speak(*codes)
        sizes.append(refresh_segment(speakers, as_of=day(n)))
    assert sizes == [2, 2, 1, 2]
    assert stays(speakers) == {
        ("a", day(0), day(1)),
        ("a", day(3), None),
        ("b", day(0), day(2)),
        ("c", day(1), None),
    }
    assert list(SegmentSize.objects.values_list("as_of", "customers")) == [(day(n), s) for n, s in enumerate(sizes)]
    found = [[c.external_id for c in segment_members(speakers, as_of=day(n))] for n in range(4)]
    assert found == [["a", "b"], ["b", "c"], ["c"], ["a", "c"]]


def test_the_same_day_again_gives_what_one_go_would_have_given(world: World, speakers: Segment) -> None:
    for code in "abcd":
        world.customer(code)
    speak("a", "b")
    refresh_segment(speakers, as_of=day(0))
    speak("b", "c")
    refresh_segment(speakers, as_of=day(1))
    speak("a", "d")
    assert refresh_segment(speakers, as_of=day(1)) == 2
    expected = {("a", day(0), None), ("b", day(0), day(1)), ("d", day(1), None)}
    assert stays(speakers) == expected
    assert refresh_segment(speakers, as_of=day(1)) == 2
    assert stays(speakers) == expected
    assert list(SegmentSize.objects.values_list("as_of", "customers")) == [(day(0), 2), (day(1), 2)]


def test_history_grows_only_at_its_end(world: World, speakers: Segment) -> None:
    refresh_segment(speakers, as_of=day(1))
    with pytest.raises(DomainError) as caught:
        refresh_segment(speakers, as_of=day(0))
    assert caught.value.code == "segment_is_ahead"


def test_a_day_without_a_snapshot_is_asked_of_the_rule(world: World, speakers: Segment) -> None:
    world.customer("a", language="en")
    assert [c.external_id for c in segment_members(speakers, as_of=day(5))] == ["a"]
    assert stays(speakers) == set()


def test_a_broken_rule_holds_up_no_other_segment(world: World, speakers: Segment) -> None:
    Segment.objects.filter(ready=True).delete()
    broken = {"field": "gone field", "op": "known"}
    Segment.objects.create(code="broken", name="B", rule=broken, created_at=at(0), updated_at=at(0))
    Segment.objects.create(code="old", name="O", rule=RULE, created_at=at(0), updated_at=at(0), archived_at=at(0))
    world.customer("a", language="en")
    assert refresh_segments(as_of=D) == [
        Snapshot("speakers", 1),
        Snapshot("broken", None, "There is no field “gone field”."),
    ]


def test_a_score_run_refreshes_every_living_segment(world: World, speakers: Segment) -> None:
    someone = world.customer("a", language="en")
    world.score(someone, high_value=True, pool="lost")
    run_acts(world.run)
    assert [held.segment.code for held in segments_of(someone)] == ["high_value_lost", "speakers"]
    assert SegmentSize.objects.filter(as_of=D).count() == 16
