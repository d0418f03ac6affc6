"""Make a tenant usable: its row, its domain, its schema cloned from the template, its rights, its presets.

Each step finds out whether it was done: after kill -9 at any moment the same call finishes the work. The schema is
made in one transaction, so it is whole or absent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction

from retention.common.errors import Conflict, DomainError
from tenants.context import connection, use_public, use_tenant
from tenants.enums import Business, TenantStatus
from tenants.models import Domain, SchemaState, Tenant
from tenants.presets import presets
from tenants.services.cloning import clone_schema
from tenants.services.comparing import fingerprint_of, refuse_differences
from tenants.services.describing import describe_schema
from tenants.services.grants import grant_tenant

TEMPLATE = "template"
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
RESERVED = frozenset({"public", "template", "platform", "ext", "operator"})


@dataclass(frozen=True)
class TenantPlan:
    """What an operator says about a new tenant."""

    slug: str
    name: str
    domain: str
    business: str = Business.SHOP
    timezone: str = "UTC"
    currency: str = "USD"
    language: str = "en"

    @property
    def schema(self) -> str:
        """The schema's name; the prefix keeps it apart from the platform's own."""
        return "t_" + self.slug.replace("-", "_")


def provision_tenant(
    *,
    slug: str,
    name: str,
    domain: str,
    business: str = Business.SHOP,
    timezone: str = "UTC",
    currency: str = "USD",
    language: str = "en",
) -> Tenant:
    """Create the tenant and make it active, or finish one whose creation was interrupted.

    Raises Conflict when the name or the domain is taken, DomainError when the schema can't equal the template.
    """
    plan = TenantPlan(slug, name, domain.lower(), business, timezone, currency, language)
    return activate_tenant(prepare_tenant(plan))


def prepare_tenant(plan: TenantPlan) -> Tenant:
    """Everything but serving: the row, the schema with its rights, the presets. What is done already stays."""
    _check(plan)
    tenant = _register(plan)
    with transaction.atomic():
        if not _exists(plan.schema):
            clone_schema(TEMPLATE, plan.schema)
        grant_tenant(plan.schema)
    template = describe_schema(TEMPLATE)
    refuse_differences(plan.schema, template)
    with use_public():
        SchemaState.note(plan.schema, fingerprint_of(template))
    with use_tenant(tenant), transaction.atomic():
        for preset in presets:
            preset.apply(tenant)
    return tenant


def activate_tenant(tenant: Tenant) -> Tenant:
    """Let its hosts answer."""
    with use_public():
        Tenant.objects.filter(pk=tenant.pk, status=TenantStatus.PROVISIONING).update(status=TenantStatus.ACTIVE)
        tenant.refresh_from_db()
    return tenant


def _check(plan: TenantPlan) -> None:
    wrong = {
        "slug": not SLUG.fullmatch(plan.slug) or len(plan.slug) > 40 or plan.slug in RESERVED,
        "name": not plan.name.strip() or len(plan.name) > 120,
        "domain": not HOST.fullmatch(plan.domain) or plan.domain in settings.PLATFORM_HOSTS,
        "business": plan.business not in Business.values,
        "timezone": plan.timezone not in available_timezones(),
        "currency": not re.fullmatch("[A-Z]{3}", plan.currency),
        "language": plan.language not in dict(settings.LANGUAGES),
    }
    for field in (name for name, is_wrong in wrong.items() if is_wrong):
        raise DomainError(f"invalid_{field}", f"“{getattr(plan, field)}” can't be the {field}.", mend=MENDS[field])


MENDS = {
    "slug": "Use up to 40 lower-case letters, digits and single hyphens, beginning with a letter.",
    "name": "Use 1 to 120 characters.",
    "domain": "Use a host name of the tenant's own, such as acme.example.com, that isn't the platform's.",
    "business": f"Use one of: {', '.join(Business.values)}.",
    "timezone": "Use a name such as Europe/Berlin or Asia/Shanghai.",
    "currency": "Use a code of three capitals, such as EUR or CNY.",
    "language": f"Use one of: {', '.join(dict(settings.LANGUAGES))}.",
}


def _register(plan: TenantPlan) -> Tenant:
    """The tenant's row and domain, committed before anything else: whoever comes again finds them."""
    with use_public(), transaction.atomic():
        tenant, is_new = Tenant.objects.select_for_update().get_or_create(
            slug=plan.slug,
            defaults={
                "schema_name": plan.schema,
                "name": plan.name,
                "business": plan.business,
                "timezone": plan.timezone,
                "currency": plan.currency,
                "language": plan.language,
            },
        )
        if not is_new and tenant.status != TenantStatus.PROVISIONING:
            raise Conflict("tenant_exists", f"There is a tenant called “{plan.slug}” already.", mend="Choose another.")
        taken = Domain.objects.filter(domain=plan.domain).exclude(tenant=tenant).exists()
        if taken or Tenant.objects.filter(schema_name=plan.schema).exclude(pk=tenant.pk).exists():
            raise Conflict("domain_taken", f"{plan.domain} belongs to another tenant.", mend="Choose another domain.")
        Domain.objects.get_or_create(domain=plan.domain, tenant=tenant, defaults={"is_primary": True})
        return tenant


def _exists(schema: str) -> bool:
    with use_public(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema])
        return cursor.fetchone() is not None
