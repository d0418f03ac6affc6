"""Suspend, resume and delete a tenant: what an operator does, with its consequence in numbers first."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from psycopg import sql

from retention.common.errors import Conflict, DomainError
from tenants import files
from tenants.context import as_owner, connection, use_public, use_tenant
from tenants.enums import TenantStatus
from tenants.governance.services.audit import record_act
from tenants.models import SchemaState, Tenant
from tenants.people.models import User
from tenants.services.describing import describe_schema
from tenants.services.roles import drop_role


@dataclass(frozen=True)
class Loss:
    """What goes with a tenant."""

    tables: int
    rows: int
    people: int

    def __str__(self) -> str:
        return f"{self.rows:,} rows in {self.tables} tables, and the access of {self.people} people"


def suspend_tenant(*, tenant: Tenant, actor: object) -> None:
    """Its hosts answer 503 and its tasks are refused, within seconds; nothing is lost."""
    _move(tenant, TenantStatus.ACTIVE, TenantStatus.SUSPENDED, actor, "tenant.suspended")


def resume_tenant(*, tenant: Tenant, actor: object) -> None:
    """Serve it again."""
    _move(tenant, TenantStatus.SUSPENDED, TenantStatus.ACTIVE, actor, "tenant.resumed")


def count_loss(tenant: Tenant) -> Loss:
    """How much would be deleted: counted, not estimated."""
    tables = [p.owner for p in describe_schema(tenant.schema_name) if p.kind == "relation" and p.definition[0] == "r"]
    counts = [sql.SQL("(SELECT count(*) FROM {})").format(sql.Identifier(table)) for table in tables]
    with use_tenant(tenant):
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("SELECT {}").format(sql.SQL(" + ").join(counts)))
            rows = cursor.fetchone()[0]
        return Loss(len(tables), rows, User.objects.count())


def delete_tenant(*, tenant: Tenant, typed_slug: str, actor: object) -> Loss:
    """Delete everything of the tenant for good. `typed_slug` must be its short name, typed by a person.

    Interrupted, it leaves the tenant as "being deleted": the same call finishes it.
    """
    if typed_slug != tenant.slug:
        raise DomainError(
            "slug_differs",
            "The short name that you typed isn't this tenant's.",
            mend=f"Type {tenant.slug} to delete it.",
        )
    loss = count_loss(tenant) if _schema_exists(tenant.schema_name) else Loss(0, 0, 0)
    with use_public():
        Tenant.objects.filter(pk=tenant.pk).update(status=TenantStatus.DELETING)
    with use_tenant(tenant):
        files.delete_all()
    with transaction.atomic():
        connection.check_constraints()  # none may be pending on tables that go
        with as_owner("public"), connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(tenant.schema_name)))
        drop_role(tenant.schema_name)
        with use_public():
            SchemaState.objects.filter(schema_name=tenant.schema_name).delete()
            Tenant.objects.filter(pk=tenant.pk).delete()
            detail = {"tables": loss.tables, "rows": loss.rows, "people": loss.people}
            record_act(actor=actor, action="tenant.deleted", target=tenant.slug, detail=detail)
    return loss


def _move(tenant: Tenant, before: TenantStatus, after: TenantStatus, actor: object, action: str) -> None:
    with use_public(), transaction.atomic():
        moved = Tenant.objects.filter(pk=tenant.pk, status=before).update(status=after)
        if not moved:
            raise Conflict("tenant_state", f"{tenant.name} isn't {before.label}.", mend="Reload and look again.")
        record_act(actor=actor, action=action, target=tenant.slug, detail={})
    tenant.status = after


def _schema_exists(schema: str) -> bool:
    with use_public(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema])
        return cursor.fetchone() is not None
