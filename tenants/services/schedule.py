"""Find what is due, over all tenants and any number of schedulers, and wake it once.

The row decides: a due row is claimed by moving its time on, under SKIP LOCKED, so two schedulers never wake the same
chore for the same moment. A lost wake-up is made good at the next time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tenants.chores import chores
from tenants.context import use_public
from tenants.enums import TenantStatus
from tenants.models import Tenant

MOST_AT_ONCE = 500

_KNOWN = """
INSERT INTO tenants_schedule (tenant_id, name, due_at)
SELECT t.id, chore.name, %(now)s
FROM tenants_tenant t CROSS JOIN unnest(%(names)s::text[]) AS chore (name)
WHERE t.status = %(active)s
ON CONFLICT ON CONSTRAINT schedule_unique DO NOTHING
"""
_CLAIM = """
UPDATE tenants_schedule s SET due_at = %(now)s + chore.every
FROM unnest(%(names)s::text[], %(every)s::interval[]) AS chore (name, every)
WHERE chore.name = s.name AND s.id IN (
    SELECT d.id FROM tenants_schedule d JOIN tenants_tenant t ON t.id = d.tenant_id
    WHERE d.due_at <= %(now)s AND d.name = ANY(%(names)s) AND t.status = %(active)s
    ORDER BY d.due_at, d.id LIMIT %(most)s FOR UPDATE OF d SKIP LOCKED
)
RETURNING s.tenant_id, s.name
"""


@dataclass(frozen=True)
class Due:
    """A chore that this scheduler claimed: wake it in `tenant`."""

    tenant: Tenant
    name: str


def claim_due(*, now: datetime) -> list[Due]:
    """Claim every chore of every active tenant that is due at `now`; each is in one scheduler's answer only."""
    params: dict[str, Any] = {
        "now": now,
        "names": chores.names(),
        "every": [chore.every for chore in chores],
        "active": TenantStatus.ACTIVE,
        "most": MOST_AT_ONCE,
    }
    with use_public(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN, params)
            cursor.execute(_CLAIM, params)
            claimed = sorted(cursor.fetchall())
        tenants = Tenant.objects.in_bulk({tenant for tenant, _name in claimed})
    return [Due(tenants[tenant], name) for tenant, name in claimed]
