"""Bring every schema to the present state of the code: public, the template, then the tenants that lag behind.

A tenant is skipped when its row says that it equals the template as the template is now; one query tells which.
A tenant that can't be migrated is fenced (its hosts answer 503) and the rest go on; a later run frees it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import DatabaseError, transaction
from psycopg import sql

from retention.common.errors import DomainError
from retention.common.progress import Progress, no_progress
from tenants.backend.stance import PUBLIC
from tenants.context import as_owner, connection, use_public
from tenants.enums import TenantStatus
from tenants.models import SchemaState, Tenant
from tenants.services.comparing import fingerprint_of, refuse_differences
from tenants.services.describing import Part, describe_schema
from tenants.services.grants import grant_tenant
from tenants.services.platform import prepare_database
from tenants.services.provisioning import TEMPLATE

Migrate = Callable[[str], None]
"""Runs Django's migrations in the schema it is called with; the owner is in force."""


@dataclass
class MigrationReport:
    """What became of the tenants' schemas."""

    current: int = 0
    migrated: list[str] = field(default_factory=list)
    fenced: dict[str, str] = field(default_factory=dict)


def migrate_platform(migrate: Migrate) -> None:
    """Bring public and the template up to date, and give public's role its rights. The template has no role."""
    prepare_database()
    _migrate(PUBLIC, migrate)
    grant_tenant(PUBLIC)
    with as_owner(PUBLIC), connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(TEMPLATE)))
    _migrate(TEMPLATE, migrate)


def migrate_tenants(
    migrate: Migrate, *, all_of_them: bool = False, progress: Progress = no_progress
) -> MigrationReport:
    """Bring tenants up to date, each for itself; `all_of_them` runs also those that are said to be."""
    template = describe_schema(TEMPLATE)
    fingerprint = fingerprint_of(template)
    with use_public():
        tenants = Tenant.objects.exclude(status=TenantStatus.PROVISIONING).order_by("pk")
        lagging = tenants if all_of_them else tenants.exclude(schema_name__in=SchemaState.current(fingerprint))
        schemas = list(lagging.values_list("schema_name", flat=True))
        report = MigrationReport(current=tenants.count() - len(schemas))
    for done, schema in enumerate(schemas):
        progress(done, len(schemas))
        try:
            _bring_up(schema, migrate, template, fingerprint)
        except (DatabaseError, DomainError) as error:
            report.fenced[schema] = _fence(schema, error)
        else:
            report.migrated.append(schema)
    progress(len(schemas), len(schemas))
    return report


def _bring_up(schema: str, migrate: Migrate, template: frozenset[Part], fingerprint: str) -> None:
    with use_public():
        SchemaState.note(schema, "", status=SchemaState.MIGRATING)
    _migrate(schema, migrate)
    grant_tenant(schema)
    refuse_differences(schema, template)
    with use_public(), transaction.atomic():
        SchemaState.note(schema, fingerprint)
        Tenant.objects.filter(schema_name=schema, status=TenantStatus.FENCED).update(status=TenantStatus.ACTIVE)


def _migrate(schema: str, migrate: Migrate) -> None:
    with as_owner(schema):
        migrate(schema)


def _fence(schema: str, error: Exception) -> str:
    message = error.message if isinstance(error, DomainError) else f"{type(error).__name__}: {error}"
    with use_public(), transaction.atomic():
        SchemaState.note(schema, "", status=SchemaState.BROKEN, error=message[:2000])
        Tenant.objects.filter(schema_name=schema, status=TenantStatus.ACTIVE).update(status=TenantStatus.FENCED)
    return message
