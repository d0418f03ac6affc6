"""Routing: which app's tables live where, and rows of two schemas never meet."""

from __future__ import annotations

from typing import Any

from django_tenants.routers import TenantSyncRouter

from retention.common.errors import TenancyError
from tenants.backend.guards import refuse_foreign_row


class TenantRouter(TenantSyncRouter):
    """django-tenants' router, asked by Django before it follows a relation from a row."""

    def db_for_read(self, model: type, instance: Any = None, **hints: Any) -> None:
        """Refuse to read what belongs to a row of another schema."""
        if instance is not None:
            refuse_foreign_row(instance)

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> None:
        """Refuse to relate rows of two schemas."""
        first, second = (getattr(row._state, "schema", None) for row in (one, other))
        if first is not None and second is not None and first != second:
            raise TenancyError(f"a row of {first} is related to a row of {second}")
