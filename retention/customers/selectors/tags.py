"""The tags that stand on a customer, by source."""

from __future__ import annotations

from itertools import groupby

from retention.customers.models import Customer, CustomerTag


def tags_of(customer: Customer) -> list[tuple[str, list[str]]]:
    """Source and tags in force, both in order."""
    rows = CustomerTag.objects.filter(customer=customer, removed_at=None).order_by("source", "tag")
    return [(source, [row.tag for row in group]) for source, group in groupby(rows, key=lambda row: row.source)]
