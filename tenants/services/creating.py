"""A tenant with its first person: what an operator orders by one command or form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from retention.common.errors import DomainError
from tenants.context import use_public, use_tenant
from tenants.governance.services.audit import record_act
from tenants.models import Tenant
from tenants.people.enums import RoleName
from tenants.people.services.invitations import invite_person
from tenants.services.provisioning import TenantPlan, activate_tenant, prepare_tenant


@dataclass(frozen=True)
class CreatedTenant:
    """The tenant, who rules it, and the link that lets them in, which is known only now."""

    tenant: Tenant
    admin: str
    invitation_url: str


def create_tenant(*, plan: TenantPlan, admin_email: str, actor: object, now: datetime) -> CreatedTenant:
    """Provision the tenant and invite its admin. Interrupted at any moment, the same call finishes the work.

    Raises Conflict when the tenant is there already or the domain is another's; DomainError for a value that can't be.
    """
    try:
        validate_email(admin_email)
    except ValidationError:
        raise DomainError(
            "invalid_admin_email", f"“{admin_email}” is not an e-mail address.", mend="Give one like ada@example.com."
        ) from None
    tenant = prepare_tenant(plan)
    with use_tenant(tenant):  # an operator is nobody there: the tenant's own log says by what door
        invited = invite_person(email=admin_email, role=RoleName.ADMIN, actor="create_tenant", now=now)
    activate_tenant(tenant)
    with use_public():
        record_act(
            actor=actor, action="tenant.created", target=tenant.slug, detail={"business": plan.business}, at=now
        )
    return CreatedTenant(tenant, invited.invitation.email, invited.url)
