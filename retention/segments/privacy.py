"""What segments hold on one customer."""

from __future__ import annotations

from retention.customers.models import Customer
from retention.customers.privacy import PrivacyPart, Rows, register
from retention.segments.models import SegmentMembership


def export_memberships(customer: Customer) -> Rows:
    """The stays in segments."""
    rows = SegmentMembership.objects.filter(customer=customer).order_by("pk")
    return list(rows.values("segment__code", "entered_on", "left_on"))


def erase_memberships(customer: Customer) -> dict[str, int]:
    """Removed: they would tell what the person was like. Past sizes are kept apart and stay true."""
    return {"segment_stays_removed": SegmentMembership.objects.filter(customer=customer).delete()[0]}


register(PrivacyPart("segments", export_memberships, erase_memberships))
