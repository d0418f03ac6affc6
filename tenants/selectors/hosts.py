"""Which tenant answers at a host."""

from __future__ import annotations

import time

from django.conf import settings

from tenants.context import use_public
from tenants.models import Domain, Tenant

_known: dict[str, tuple[float, Tenant | None]] = {}


def tenant_at(host: str) -> Tenant | None:
    """The tenant of `host`, or None. Remembered for ``HOST_SECONDS``, so that most requests switch only once."""
    seconds: float = settings.HOST_SECONDS
    until, tenant = _known.get(host, (0.0, None))
    if time.monotonic() < until:
        return tenant
    with use_public():
        domain = Domain.objects.filter(domain=host).select_related("tenant").first()
    tenant = domain.tenant if domain else None
    if seconds and tenant is not None:  # strangers can't fill the memory with hosts
        _known[host] = (time.monotonic() + seconds, tenant)
    return tenant
