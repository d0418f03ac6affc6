"""Doors of segments: rules, who is in, why."""

from datetime import UTC, date, datetime

from retention.customers.models import Customer
from retention.segments.models import Segment, SegmentMembership, SegmentSize, SegmentSnapshot, SnapshotMember
from tests.isolation.matrix import Row, World, thing

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
DAY = date(2026, 3, 31)


@thing
def segment(world: World) -> Segment:
    return Segment.objects.create(
        code="matrix-segment",
        name=world.text("Segment"),
        description=world.text("Meaning"),
        rule={"field": "name", "op": "contains", "value": world.text("Member")},
        created_at=NOW,
        updated_at=NOW,
    )


@thing
def segment_member(world: World) -> Customer:
    """A customer whom the segment's snapshot and its rule hold."""
    member = Customer.objects.create(
        external_id=world.text("segment-member"),
        name=world.text("Member"),
        public_id=world.uuid("segment-member"),
        recorded_at=NOW,
        updated_at=NOW,
    )
    SegmentMembership.objects.create(segment=world["segment"], customer=member, entered_on=DAY)
    SegmentSize.objects.create(segment=world["segment"], as_of=DAY, customers=1)
    return member


@thing
def segment_snapshot(world: World) -> SegmentSnapshot:
    """A snapshot that holds the member."""
    snapshot = SegmentSnapshot.objects.create(
        public_id=world.uuid("segment-snapshot"),
        segment=world["segment"],
        name=world.text("Frozen"),
        as_of=DAY,
        customers=1,
        rule={"field": "name", "op": "known"},
        created_at=NOW,
    )
    SnapshotMember.objects.create(snapshot=snapshot, customer=world["segment_member"])
    return snapshot


CODE = {"code": "segment.code"}
SNAPSHOT = {"code": "segment.code", "public_id": "segment_snapshot.public_id"}
DRAFT = {
    "name": "Written by a stranger",
    "0-kind": "all",
    "0.0-field": "name",
    "0.0-was": "name",
    "0.0-op": "known",
}

ROWS = (
    Row("dashboard", permission="scores.view"),
    Row("pool-flows", permission="scores.view"),
    Row("api-pool-flows", permission="scores.view", api=True),
    Row("trends", permission="scores.view"),
    Row("api-trends", permission="scores.view", api=True),
    Row("false-churn", permission="scores.view"),
    Row("tier-moves", permission="scores.view"),
    Row("api-tier-moves", permission="scores.view", api=True),
    Row("segments", permission="segments.view"),
    Row("segment-new", permission="segments.edit", methods=("GET", "POST"), data=DRAFT),
    Row("segment-builder", permission="segments.edit", methods=("POST",), data=DRAFT),
    Row("segment-preview", permission="segments.edit", methods=("POST",), data=DRAFT),
    Row("segment-count-stop", permission="segments.edit", methods=("POST",), data={"counting": "x"}),
    Row("segment", permission="segments.view", kwargs=CODE),
    Row("segment-reach", permission="segments.view", kwargs=CODE),
    Row("segment-edit", permission="segments.edit", kwargs=CODE, methods=("GET", "POST"), data=DRAFT),
    Row("segment-archive", permission="segments.edit", kwargs=CODE, methods=("POST",)),
    Row("segment-export", permission="segments.export", kwargs=CODE, methods=("POST",)),
    Row(
        "segment-audience",
        permission="segments.export",
        kwargs=CODE,
        methods=("POST",),
        data={"platform": "google"},
    ),
    Row("segment-health", permission="scores.view", kwargs=CODE, query="first=2026-03-01&last=2026-03-29"),
    Row("segment-history", permission="segments.view", kwargs=CODE, query="from=2026-01-01&to=2026-04-30"),
    Row("segment-changes-export", permission="segments.export", kwargs=CODE, methods=("POST",)),
    Row("segment-freeze", permission="segments.edit", kwargs=CODE, methods=("POST",), data={"name": "By a stranger"}),
    Row("segment-snapshot", permission="segments.view", kwargs=SNAPSHOT),
    Row("segment-snapshot-export", permission="segments.export", kwargs=SNAPSHOT, methods=("POST",)),
    Row("segment-snapshot-remove", permission="segments.edit", kwargs=SNAPSHOT, methods=("POST",)),
    Row("segment-overlap", permission="segments.view", kwargs=CODE, query="with=back_watch&part=one"),
    Row("segment-find", permission="segments.view", kwargs={"code": "segment.code"}, query="q=Scored"),
    Row(
        "segment-why",
        permission="segments.view",
        kwargs={"code": "segment.code", "public_id": "segment_member.public_id"},
    ),
    Row(
        "api-segments",
        permission="segments.view",
        methods=("GET", "POST"),
        data={"name": "By a stranger", "rule": {"field": "name", "op": "known"}},
        api=True,
    ),
    Row(
        "api-segments-count",
        permission="segments.edit",
        methods=("POST",),
        data={"rule": {"field": "name", "op": "known"}},
        api=True,
    ),
    Row(
        "api-segment",
        permission="segments.view",
        kwargs=CODE,
        methods=("GET", "PATCH", "DELETE"),
        data={"name": "By a stranger"},
        api=True,
    ),
    Row("api-segment-reach", permission="segments.view", kwargs=CODE, api=True),
    Row(
        "api-segment-why",
        permission="segments.view",
        kwargs={"code": "segment.code", "public_id": "segment_member.public_id"},
        api=True,
    ),
    Row("api-segment-members", permission="segments.view", kwargs=CODE, api=True),
    Row("api-segment-history", permission="segments.view", kwargs=CODE, api=True),
    Row(
        "api-segment-entered", permission="segments.view", kwargs=CODE, query="from=2026-01-01&to=2026-04-30", api=True
    ),
    Row("api-segment-left", permission="segments.view", kwargs=CODE, query="from=2026-04-30&to=2026-05-30", api=True),
    Row(
        "api-segment-snapshots",
        permission="segments.view",
        kwargs=CODE,
        methods=("GET", "POST"),
        data={"name": "By a stranger"},
        api=True,
    ),
    Row("api-segment-snapshot-members", permission="segments.view", kwargs=SNAPSHOT, api=True),
    Row("api-segment-overlap", permission="segments.view", kwargs={**CODE, "other": "segment.code"}, api=True),
)
