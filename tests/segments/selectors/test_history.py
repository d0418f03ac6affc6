"""What became of a segment between two days, snapshots and their end, and what two segments share."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from retention.common.errors import DomainError
from retention.customers.models import Customer
from retention.customers.selectors.lists import counted_customers
from retention.customers.services.merging import merge_customers
from retention.customers.services.privacy import erase_person, export_person
from retention.segments.chores import forget
from retention.segments.models import Segment, SegmentMembership, SegmentSize, SegmentSnapshot, SnapshotMember
from retention.segments.selectors.history import Flow, changed, history_of
from retention.segments.selectors.overlap import Shared, part_of, shared_between
from retention.segments.services.refresh import refresh_segment
from retention.segments.services.snapshots import freeze_segment, remove_snapshot
from tenants.governance.models import AuditEntry, Policy
from tenants.people.models import User
from tests.segments.services.test_refresh import day, speak
from tests.segments.world import World, at

RULE = {"field": "language", "op": "eq", "value": "en"}


@pytest.fixture
def speakers(world: World) -> Segment:
    """Four days: ab, bc, c, ac."""
    segment = Segment.objects.create(code="speakers", name="Speakers", rule=RULE, created_at=at(0), updated_at=at(0))
    for code in "abc":
        world.customer(code)
    for n, codes in enumerate(["ab", "bc", "c", "ac"]):
        speak(*codes)
        refresh_segment(segment, as_of=day(n), now=at(0))
    return segment


def codes(customers: object) -> str:
    return "".join(sorted(customers.values_list("external_id", flat=True)))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("since", "until", "entered", "left"),
    [
        (0, 3, "c", "b"),
        (0, 1, "c", "a"),
        (1, 2, "", "b"),
        (2, 3, "a", ""),
        (0, 0, "", ""),
        (-5, 0, "ab", ""),
        (-5, 9, "ac", ""),
    ],
)
def test_entered_and_left_compare_two_days(speakers: Segment, since: int, until: int, entered: str, left: str) -> None:
    """Who left and came back between them did neither."""
    days: dict[str, date] = {"since": day(since), "until": day(until)}
    assert (codes(changed(speakers, "entered", **days)), codes(changed(speakers, "left", **days))) == (entered, left)
    history = history_of(speakers, **days)
    assert (history.entered, history.left) == (len(entered), len(left))


def test_sizes_and_flows_are_those_of_the_period(speakers: Segment) -> None:
    history = history_of(speakers, since=day(0), until=day(2))
    assert history.sizes == [(day(0), 2), (day(1), 2), (day(2), 1)]
    assert history.flows == [Flow(day(1), 1, 1), Flow(day(2), 0, 1)]
    assert history.known_from == day(0)


def test_a_snapshot_keeps_who_was_in_and_the_rule_as_it_was(world: World, speakers: Segment, max_: User) -> None:
    snapshot = freeze_segment(segment=speakers, name=" Spring ", actor=max_, now=at(0), as_of=day(3))
    assert (snapshot.name, snapshot.customers, snapshot.rule, snapshot.created_by) == ("Spring", 2, RULE, max_)
    speak("b")
    refresh_segment(speakers, as_of=day(4), now=at(0))
    held = SnapshotMember.objects.filter(snapshot=snapshot)
    assert codes(Customer.objects.filter(pk__in=held.values("customer"))) == "ac"
    past = freeze_segment(segment=speakers, name="Past", actor=max_, now=at(0), as_of=day(1))
    assert past.customers == 2
    entry = AuditEntry.objects.filter(action="segment.freeze").order_by("pk")[0]
    assert entry.detail == {"snapshot": str(snapshot.public_id), "customers": 2, "as_of": day(3).isoformat()}
    with pytest.raises(DomainError, match="needs a name"):
        freeze_segment(segment=speakers, name=" ", actor=max_, now=at(0), as_of=day(3))
    remove_snapshot(snapshot=snapshot, actor=max_, now=at(0))
    assert list(SegmentSnapshot.objects.values_list("name", flat=True)) == ["Past"]


def test_whoever_is_erased_is_gone_from_snapshots_whose_count_stays(
    world: World, speakers: Segment, ada: User
) -> None:
    snapshot = freeze_segment(segment=speakers, name="Spring", actor=ada, now=at(0), as_of=day(3))
    someone = Customer.objects.get(external_id="a")
    told = export_person(customer=someone, actor=ada, now=at(0))
    assert [row["snapshot__name"] for row in told["held"]["segment_snapshots"]] == ["Spring"]
    erase_person(customer=someone, actor=ada, now=at(0))
    snapshot.refresh_from_db()
    assert (snapshot.customers, snapshot.members.count()) == (2, 1)
    assert not SnapshotMember.objects.filter(customer=someone).exists()


def test_two_who_turn_out_to_be_one_are_in_a_snapshot_once(world: World, speakers: Segment, max_: User) -> None:
    snapshot = freeze_segment(segment=speakers, name="Spring", actor=max_, now=at(0), as_of=day(3))
    a, b, c = (Customer.objects.get(external_id=code) for code in "abc")
    merge_customers(gone=a.pk, stays=c.pk)
    assert held(snapshot) == "c"
    merge_customers(gone=c.pk, stays=b.pk)
    assert held(snapshot) == "b"


def held(snapshot: SegmentSnapshot) -> str:
    """Who of a snapshot counts."""
    return codes(counted_customers().filter(pk__in=snapshot.members.values("customer")))


def test_history_older_than_the_policy_is_forgotten_and_who_is_in_stays(
    world: World, speakers: Segment, max_: User
) -> None:
    freeze_segment(segment=speakers, name="Spring", actor=max_, now=at(0), as_of=day(3))
    Policy.objects.create(name="segments.history_days", value=90)
    now = at(-92)  # 92 days after D, of which the 90th before is D + 2
    forget(now)
    assert set(SegmentMembership.objects.values_list("customer__external_id", "left_on")) == {
        ("a", None), ("b", day(2)), ("c", None),
    }  # fmt: skip
    assert list(SegmentSize.objects.values_list("as_of", flat=True)) == [day(2), day(3)]
    assert SegmentSnapshot.objects.count() == 1
    forget(at(0) + timedelta(days=731))
    assert SegmentSnapshot.objects.count() == 0
    assert SegmentMembership.objects.filter(left_on=None).count() == 2


def test_what_two_segments_share(world: World) -> None:
    one, other, empty = (
        Segment.objects.create(code=code, name=code, rule=RULE, created_at=at(0), updated_at=at(0))
        for code in ("one", "other", "empty")
    )
    people = {code: world.customer(code) for code in "abcdefg"}
    stays = [(one, "abcd", None), (other, "cdefg", None), (other, "a", day(1))]
    for segment, letters, left in stays:
        for code in letters:
            SegmentMembership.objects.create(segment=segment, customer=people[code], entered_on=day(0), left_on=left)
    Customer.objects.filter(external_id="g").update(erased_at=at(0))
    shared = shared_between(one, other)
    assert (shared, shared_between(other, one)) == (Shared(2, 2, 2), Shared(2, 2, 2))
    assert (shared.of_smaller, shared.of_all) == (0.5, 2 / 6)
    assert [codes(part_of(one, other, part)) for part in ("both", "one", "other")] == ["cd", "ab", "ef"]
    nothing = shared_between(empty, one)
    assert (nothing, nothing.of_smaller) == (Shared(0, 0, 4), None)
    assert shared_between(empty, empty).of_all is None
