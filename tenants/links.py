"""Addresses of a tenant's pages, for mails and commands, where there is no request to ask."""

from __future__ import annotations

from django.conf import settings

from tenants.context import current_tenant, use_public
from tenants.models import Domain


def tenant_url(path: str) -> str:
    """The full address of `path` ("/people/") on the primary domain of the tenant in force."""
    tenant = current_tenant()
    with use_public():
        host = Domain.objects.filter(tenant=tenant).order_by("-is_primary", "id").values_list("domain", flat=True)[0]
    port = f":{settings.STAY_URL_PORT}" if settings.STAY_URL_PORT else ""
    return f"{settings.STAY_URL_SCHEME}://{host}{port}{path}"
