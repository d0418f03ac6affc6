"""Snapshots: who entered, who left, how large; the same day again changes nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import translation

from retention.common.errors import DomainError
from retention.common.whole_tables import reading_whole_tables
from retention.customers.models import Customer
from retention.customers.services.merging import merge_customers
from retention.scoring.services.after_run import acts
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields import Field, fields
from retention.segments.models import Segment, SegmentMembership, SegmentRefresh, SegmentSize
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
        sizes.append(refresh_segment(speakers, as_of=day(n), now=at(0)))
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
    refresh_segment(speakers, as_of=day(0), now=at(0))
    speak("b", "c")
    refresh_segment(speakers, as_of=day(1), now=at(0))
    speak("a", "d")
    assert refresh_segment(speakers, as_of=day(1), now=at(0)) == 2
    expected = {("a", day(0), None), ("b", day(0), day(1)), ("d", day(1), None)}
    assert stays(speakers) == expected
    assert refresh_segment(speakers, as_of=day(1), now=at(0)) == 2
    assert stays(speakers) == expected
    assert list(SegmentSize.objects.values_list("as_of", "customers")) == [(day(0), 2), (day(1), 2)]


def test_history_grows_only_at_its_end(world: World, speakers: Segment) -> None:
    refresh_segment(speakers, as_of=day(1), now=at(0))
    with pytest.raises(DomainError) as caught:
        refresh_segment(speakers, as_of=day(0), now=at(0))
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
    assert refresh_segments(as_of=D, now=at(0)) == [
        Snapshot("speakers", 1),
        Snapshot("broken", None, "bad_rule"),
    ]
    kept = SegmentRefresh.objects.get(segment__code="broken")
    assert kept.problem_words == "Its rule can’t be used as it stands. Open the segment to see why."


def test_segments_are_counted_after_those_they_ask_about(world: World) -> None:
    Segment.objects.filter(ready=True).delete()
    world.customer("a", language="en")

    def asks(code: str, of: str) -> None:
        rule = {"all": [{"field": "in_segment", "op": "is", "value": True, "params": {"segment": of}}]}
        Segment.objects.create(code=code, name=code, rule=rule, created_at=at(0), updated_at=at(0))

    asks("first", "second")
    asks("second", "third")
    Segment.objects.create(code="third", name="T", rule=RULE, created_at=at(0), updated_at=at(0))
    counted = [Snapshot("third", 1), Snapshot("second", 1), Snapshot("first", 1)]
    assert refresh_segments(as_of=D, now=at(0)) == counted
    Segment.objects.filter(code="third").update(
        rule={"not": {"field": "in_segment", "op": "is", "value": True, "params": {"segment": "first"}}}
    )
    assert {one.code for one in refresh_segments(as_of=day(1), now=at(0))} == {"first", "second", "third"}


def test_why_it_was_not_counted_is_told_in_the_readers_language(speakers: Segment) -> None:
    kept = SegmentRefresh(segment=speakers, as_of=D, refreshed_at=at(0), problem="database")
    assert kept.problem_words.startswith("The database could not answer the rule")
    with translation.override("zh-hans"):
        assert kept.problem_words.startswith("数据库")
    kept.problem = "What an earlier version wrote."
    assert kept.problem_words == "What an earlier version wrote."


def test_only_what_changed_is_written(world: World, speakers: Segment) -> None:
    for code in "abcd":
        world.customer(code)
    speak("a", "b", "c")
    refresh_segment(speakers, as_of=day(0), now=at(0))
    before = versions(speakers)
    speak("a", "b", "d")
    refresh_segment(speakers, as_of=day(1), now=at(-1))
    after = versions(speakers)
    assert {code for code in "abcd" if before.get(code) == after[code]} == {"a", "b"}
    kept = SegmentRefresh.objects.get(segment=speakers)
    assert (kept.entered, kept.left, kept.as_of, kept.refreshed_at) == (1, 1, day(1), at(-1))
    refresh_segment(speakers, as_of=day(1), now=at(-2))
    assert versions(speakers) == after
    kept.refresh_from_db()
    assert (kept.entered, kept.left, kept.refreshed_at) == (0, 0, at(-2))
    assert kept.took_ms is not None


def versions(segment: Segment) -> dict[str, str]:
    """By customer, where the rows lie: another place is another version."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.external_id, string_agg(m.ctid::text, ' ' ORDER BY m.id) FROM segments_segmentmembership m"
            " JOIN customers_customer c ON c.id = m.customer_id WHERE m.segment_id = %s GROUP BY 1",
            [segment.pk],
        )
        return dict(cursor.fetchall())


def test_a_statement_that_fails_holds_up_no_other_and_says_so(
    world: World, speakers: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.customer("a", language="en")
    Segment.objects.filter(ready=True).delete()
    zero = Field("zero", "zero", FieldType.NUMBER, "1 / (length(c.name) - length(c.name))", FieldGroup.CUSTOMER)
    monkeypatch.setitem(fields._things, "zero", zero)
    failing, _last = (
        Segment.objects.create(code=code, name=code, rule=RULE, created_at=at(0), updated_at=at(0))
        for code in ("failing", "last")
    )
    refresh_segments(as_of=day(0), now=at(0))
    Segment.objects.filter(pk=failing.pk).update(rule={"field": "zero", "op": "ge", "value": 1})
    problem = "database"
    assert refresh_segments(as_of=day(1), now=at(-1)) == [
        Snapshot("speakers", 1),
        Snapshot("failing", None, problem),
        Snapshot("last", 1),
    ]
    kept = {one.segment.code: (one.as_of, one.problem) for one in SegmentRefresh.objects.select_related("segment")}
    assert kept == {"speakers": (day(1), ""), "failing": (day(0), problem), "last": (day(1), "")}
    assert stays(failing) == {("a", day(0), None)}


def test_large_tables_are_read_as_such_only_inside(world: World, speakers: Segment) -> None:
    def settings() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('work_mem'), current_setting('random_page_cost')")
            return list(cursor.fetchone())

    before = settings()
    with reading_whole_tables():
        assert settings() == ["128MB", "4"]
    assert settings() == before
    refresh_segment(speakers, as_of=day(0), now=at(0))
    assert settings() == before


def test_stays_of_two_who_turn_out_to_be_one_become_one_history(world: World, speakers: Segment) -> None:
    other = Segment.objects.create(code="other", name="O", rule=RULE, created_at=at(0), updated_at=at(0))
    gone, kept = world.customer("gone"), world.customer("kept", language="en")

    def stay(segment: Segment, customer: Customer, entered: int, left: int | None) -> None:
        SegmentMembership.objects.create(
            segment=segment, customer=customer, entered_on=day(entered), left_on=None if left is None else day(left)
        )

    for entered, left in ((-90, -80), (-60, -40), (-20, None)):
        stay(speakers, gone, entered, left)
    for entered, left in ((-70, -50), (-40, -35), (-10, None)):
        stay(speakers, kept, entered, left)
    stay(other, kept, -5, None)
    merge_customers(gone=gone.pk, stays=kept.pk)
    assert stays(speakers) == {
        ("kept", day(-90), day(-80)),
        ("kept", day(-70), day(-35)),
        ("kept", day(-20), None),
    }
    assert stays(other) == {("kept", day(-5), None)}
    refresh_segment(speakers, as_of=D, now=at(0))
    assert ("kept", day(-20), None) in stays(speakers)
    assert (speakers.refresh.entered, speakers.refresh.left) == (0, 0)


def test_a_score_run_refreshes_every_living_segment(world: World, speakers: Segment) -> None:
    someone = world.customer("a", language="en")
    world.score(someone, high_value=True, pool="lost")
    acts["segments"].act(world.run)
    assert [held.segment.code for held in segments_of(someone)] == ["high_value_lost", "speakers"]
    assert SegmentSize.objects.filter(as_of=D).count() == 16
