"""Everything derived can be dropped and built again, from the facts, to the same values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from retention.common.registry import Registry
from retention.customers.models import Customer
from retention.customers.selectors.state_sql import IdRange
from retention.customers.services.state import rebuild_states
from tenants.context import current_tenant, statements_of

SHARD, SECONDS = 250_000, 1800
"""Customers of one transaction, and what a statement may take: each reads all order lines, so few are quicker."""


@dataclass(frozen=True)
class Derived:
    """Something that is a function of the facts: `rebuild` drops and builds it and returns the number of rows.

    `rebuild` may be called at any time and twice; upper floors register theirs, which then runs after those below.
    """

    name: str
    rebuild: Callable[[], int]


derived: Registry[Derived] = Registry("derived rows", key=lambda part: part.name)


def rebuild_all(progress: Callable[[str, int], None] = lambda name, rows: None) -> dict[str, int]:
    """Rebuild every registered part, in order of registration; returns rows per part."""
    counts: dict[str, int] = {}
    for part in derived:
        counts[part.name] = part.rebuild()
        progress(part.name, counts[part.name])
    return counts


def rebuild_local_days() -> int:
    """Set each fact's local day from its instant and the tenant's zone; returns how many moved to another day."""
    moved = 0
    for table, instant, day in (
        ("customers_order", "ordered_at", "ordered_on"),
        ("customers_event", "occurred_at", "occurred_on"),
        ("customers_pointentry", "occurred_at", "occurred_on"),
    ):
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET {day} = ({instant} AT TIME ZONE %(zone)s)::date"
                f" WHERE {day} <> ({instant} AT TIME ZONE %(zone)s)::date",
                {"zone": current_tenant().timezone},
            )
            moved += cursor.rowcount
    return moved


def rebuild_customer_states() -> int:
    """Build all running states anew, shard by shard."""
    last = Customer.objects.aggregate(last=Max("id"))["last"] or 0
    with statements_of(seconds=SECONDS):
        return sum(rebuild_states(IdRange(low, low + SHARD)) for low in range(1, last + 1, SHARD))


derived.register(Derived("local_days", rebuild_local_days))
derived.register(Derived("states", rebuild_customer_states))
