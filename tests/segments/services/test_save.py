"""Segments are made, changed and archived with their first snapshot and an audit entry; ready ones are not changed."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from retention.common.errors import Conflict, DomainError
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields import Field, fields
from retention.segments.models import Segment, SegmentRefresh, SegmentSize
from retention.segments.rules.tree import RuleError
from retention.segments.services.save import Draft, archive_segment, change_segment, create_segment
from tenants.context import find_tenant, use_tenant
from tenants.governance.models import AuditEntry
from tenants.people.models import User
from tenants.policies import JSONValue
from tests.segments.world import D, World, at

RULE: dict[str, JSONValue] = {"field": "language", "op": "eq", "value": "en"}


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


def test_a_rule_that_could_not_be_counted_is_kept_for_the_next_run(
    world: World, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    zero = Field("zero", "zero", FieldType.NUMBER, "1 / (length(c.name) - length(c.name))", FieldGroup.CUSTOMER)
    monkeypatch.setitem(fields._things, "zero", zero)
    world.customer("a", language="en")
    failing = {"field": "zero", "op": "ge", "value": 1}
    made = create_segment(draft=Draft("Zero", failing), actor=ada, now=at(2), as_of=D)
    assert (made.refresh.problem, made.sizes.count()) == ("database", 0)
    change_segment(segment=made, draft=Draft("Readers", RULE), actor=ada, now=at(1), as_of=D)
    assert SegmentRefresh.objects.get(segment=made).problem == ""
    change_segment(segment=made, draft=Draft("Zero", failing), actor=ada, now=at(0), as_of=D)
    kept = Segment.objects.get(pk=made.pk)
    assert (kept.rule, kept.refresh.problem, kept.sizes.get().customers) == (failing, "database", 1)
    assert [action for action, _target in acts()] == ["segment.create", "segment.change", "segment.change"]


def asking(code: str) -> dict[str, JSONValue]:
    clause: dict[str, JSONValue] = {"field": "in_segment", "op": "is", "value": True, "params": {"segment": code}}
    return {"all": [RULE, {"not": {"any": [clause]}}]}


def test_a_segment_that_others_ask_about_is_not_archived(world: World, ada: User) -> None:
    asked = create_segment(draft=Draft("Asked", RULE), actor=ada, now=at(1), as_of=D)
    asks = create_segment(draft=Draft("Asks", asking("asked")), actor=ada, now=at(1), as_of=D)
    with pytest.raises(DomainError, match=r"these would stop working: 1 segment \(“Asks”\)\.") as caught:
        archive_segment(segment=asked, actor=ada, now=at(0))
    assert (caught.value.code, Segment.objects.get(pk=asked.pk).archived_at) == ("segment_is_used", None)
    archive_segment(segment=asks, actor=ada, now=at(0))
    archive_segment(segment=asked, actor=ada, now=at(0))
    assert Segment.objects.get(pk=asked.pk).archived_at == at(0)


def test_a_segment_asks_neither_about_itself_nor_in_a_circle(world: World, ada: User) -> None:
    one = create_segment(draft=Draft("One", RULE), actor=ada, now=at(2), as_of=D)
    for code, name in (("one", "Two"), ("two", "Three")):
        create_segment(draft=Draft(name, asking(code)), actor=ada, now=at(1), as_of=D)
    for code, told in (("one", "can’t ask who is in itself"), ("two", "“two” asks"), ("three", "“three” asks")):
        with pytest.raises(RuleError, match=told) as caught:
            change_segment(segment=one, draft=Draft("One", asking(code)), actor=ada, now=at(0), as_of=D)
        assert caught.value.place == "all[1].not.any[0]"
    assert Segment.objects.get(pk=one.pk).rule == RULE


def test_ready_segments_stay_as_they_are(world: World, ada: User) -> None:
    ready = Segment.objects.get(code="high_value_quiet")
    with pytest.raises(DomainError) as caught:
        change_segment(segment=ready, draft=Draft("X", RULE), actor=ada, now=at(0), as_of=D)
    assert caught.value.code == "segment_is_ready"
    with pytest.raises(DomainError):
        archive_segment(segment=ready, actor=ada, now=at(0))
    assert acts() == []


def in_another_connection(work: Callable[[], object]) -> threading.Thread:
    """`work` in a connection of its own, under way; what it raises or gives is the thread's `told`."""

    def run() -> None:
        with use_tenant(find_tenant("acme")):
            try:
                thread.told = work()  # type: ignore[attr-defined]
            except DomainError as error:
                thread.told = error  # type: ignore[attr-defined]
            finally:
                connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["change", "archive", "create"])
def test_who_saves_at_once_sees_what_the_other_saved(act: str) -> None:
    """While `two` is let ask about `one`, and not yet committed, `one` is to ask about `two`, to go, or be asked."""
    with use_tenant(find_tenant("acme")):
        one, two = (
            Segment.objects.create(code=code, name=code, rule=RULE, created_at=at(1), updated_at=at(1))
            for code in ("one", "two")
        )
        acts: dict[str, Callable[[], object]] = {
            "change": lambda: change_segment(
                segment=one, draft=Draft("1", asking("two")), actor=None, now=at(0), as_of=D
            ),
            "archive": lambda: archive_segment(segment=one, actor=None, now=at(0)),
            "create": lambda: create_segment(draft=Draft("3", asking("one")), actor=None, now=at(0), as_of=D),
        }
        with transaction.atomic():
            change_segment(segment=two, draft=Draft("2", asking("one")), actor=None, now=at(0), as_of=D)
            if act == "create":
                Segment.objects.filter(pk=one.pk).update(archived_at=at(0))
            rival = in_another_connection(acts[act])
            rival.join(0.5)
            assert rival.is_alive()  # it waits
        rival.join()
        codes = {"change": "bad_rule", "archive": "segment_is_used", "create": "bad_rule"}
        assert rival.told.code == codes[act]  # type: ignore[attr-defined]
        assert Segment.objects.get(pk=one.pk).rule == RULE
