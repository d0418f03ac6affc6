"""Segments are made, changed and archived with their first snapshot and an audit entry; ready ones are not changed."""

from __future__ import annotations

import pytest

from retention.common.errors import Conflict, DomainError
from retention.segments.models import Segment, SegmentSize
from retention.segments.rules.tree import RuleError
from retention.segments.services.save import Draft, archive_segment, change_segment, create_segment
from tenants.governance.models import AuditEntry
from tenants.people.models import User
from tests.segments.world import D, World, at

RULE = {"field": "language", "op": "eq", "value": "en"}


def acts() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("position").values_list("action", "target"))


def test_create_counts_at_once_and_is_written_down(world: World, ada: User) -> None:
    world.customer("a", language="en")
    segment = create_segment(draft=Draft("Élite, readers!", RULE), actor=ada, now=at(0), as_of=D)
    assert (segment.code, segment.created_by, segment.ready) == ("elite-readers", ada, False)
    assert list(segment.sizes.values_list("as_of", "customers")) == [(D, 1)]
    assert acts() == [("segment.create", "segment:elite-readers")]


def test_codes_are_free_and_latin(world: World, ada: User) -> None:
    names = ["Readers", "Readers", "readers", "读者", "读者"]
    made = [create_segment(draft=Draft(name, RULE), actor=ada, now=at(0), as_of=D).code for name in names]
    assert made == ["readers", "readers-2", "readers-3", "segment", "segment-2"]


def test_a_bad_rule_leaves_nothing_behind(world: World, ada: User) -> None:
    before = Segment.objects.count()
    with pytest.raises(RuleError):
        create_segment(draft=Draft("Everybody", {}), actor=ada, now=at(0), as_of=D)
    assert (Segment.objects.count(), acts()) == (before, [])


def test_change_counts_anew(world: World, ada: User) -> None:
    world.customer("a", language="en")
    world.customer("b", language="zh")
    segment = create_segment(draft=Draft("Readers", RULE), actor=ada, now=at(1), as_of=D)
    both = {"field": "language", "op": "in", "value": ["en", "zh"]}
    change_segment(segment=segment, draft=Draft("All", both), actor=ada, now=at(0), as_of=D)
    assert (segment.name, segment.code, segment.rule) == ("All", "readers", both)
    assert SegmentSize.objects.get(segment=segment).customers == 2
    assert acts() == [("segment.create", "segment:readers"), ("segment.change", "segment:readers")]


def test_two_people_do_not_overwrite_each_other(world: World, ada: User) -> None:
    segment = create_segment(draft=Draft("Readers", RULE), actor=ada, now=at(2), as_of=D)
    stale = Segment.objects.get(pk=segment.pk)
    change_segment(segment=segment, draft=Draft("Mine", RULE), actor=ada, now=at(1), as_of=D)
    with pytest.raises(Conflict):
        change_segment(segment=stale, draft=Draft("Theirs", RULE), actor=ada, now=at(0), as_of=D)
    assert Segment.objects.get(pk=segment.pk).name == "Mine"


def test_archive_keeps_the_history(world: World, ada: User) -> None:
    segment = create_segment(draft=Draft("Readers", RULE), actor=ada, now=at(1), as_of=D)
    archive_segment(segment=segment, actor=ada, now=at(0))
    archive_segment(segment=segment, actor=ada, now=at(0))
    assert Segment.objects.get(pk=segment.pk).archived_at == at(0)
    assert segment.sizes.count() == 1
    assert [action for action, _target in acts()] == ["segment.create", "segment.archive"]


def test_ready_segments_stay_as_they_are(world: World, ada: User) -> None:
    ready = Segment.objects.get(code="high_value_quiet")
    with pytest.raises(DomainError) as caught:
        change_segment(segment=ready, draft=Draft("X", RULE), actor=ada, now=at(0), as_of=D)
    assert caught.value.code == "segment_is_ready"
    with pytest.raises(DomainError):
        archive_segment(segment=ready, actor=ada, now=at(0))
    assert acts() == []
