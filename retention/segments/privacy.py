"""What segments hold on one customer."""

from __future__ import annotations

from retention.customers.models import Customer
from retention.customers.privacy import PrivacyPart, Rows, register
from retention.segments.models import SegmentMembership, SnapshotMember


def export_memberships(customer: Customer) -> Rows:
    """The stays in segments."""
    rows = SegmentMembership.objects.filter(customer=customer).order_by("pk")
    return list(rows.values("segment__code", "entered_on", "left_on"))


def erase_memberships(customer: Customer) -> dict[str, int]:
    """Removed: they would tell what the person was like. Past sizes are kept apart and stay true."""
    return {"segment_stays_removed": SegmentMembership.objects.filter(customer=customer).delete()[0]}


def export_snapshots(customer: Customer) -> Rows:
    """The snapshots of segments that hold the customer."""
    rows = SnapshotMember.objects.filter(customer=customer).order_by("pk")
    return list(rows.values("snapshot__segment__code", "snapshot__name", "snapshot__as_of"))


def erase_snapshots(customer: Customer) -> dict[str, int]:
    """Removed from every snapshot, which still says how many it held."""
    return {"segment_snapshots_left": SnapshotMember.objects.filter(customer=customer).delete()[0]}


register(PrivacyPart("segments", export_memberships, erase_memberships))
register(PrivacyPart("segment_snapshots", export_snapshots, erase_snapshots))
