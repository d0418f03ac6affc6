"""The door for Prometheus: what the web processes counted, and the platform's own state as it is in the rows.

It tells how busy the whole platform is, so it answers only the machine itself and whoever has the token; for others
it isn't there. A proxy on the same machine asks from the loopback on behalf of the world: a forwarded request needs
the token as well.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from retention.common import clock
from tenants.context import use_public
from tenants.enums import TenantStatus
from tenants.models import DeadLetter, Schedule, SchemaState, Tenant
from tenants.selectors.platform import sending_state

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """In the text format of Prometheus."""
    if not _may_read(request):
        raise Http404
    platform = CollectorRegistry()
    platform.register(PlatformCollector())
    text = generate_latest(_counted_by_processes()) + generate_latest(platform)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


class PlatformCollector(Collector):
    """Read when asked, so it is true whichever process answers and after any restart."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Tenants by status, refused messages that wait for a person, how late the chores are."""
        with use_public():
            statuses = dict(Tenant.objects.order_by().values_list("status").annotate(Count("pk")))
            letters = dict(DeadLetter.objects.order_by().values_list("reason").annotate(Count("pk")))
            broken = SchemaState.objects.filter(status=SchemaState.BROKEN).count()
            active = Schedule.objects.filter(tenant__status=TenantStatus.ACTIVE)
            due = active.aggregate(first=Min("due_at"))["first"]
            sending = sending_state()
        tenants = GaugeMetricFamily("stay_tenants", "Tenants by status.", labels=["status"])
        for status in TenantStatus.values:
            tenants.add_metric([status], statuses.get(status, 0))
        yield tenants
        waiting = GaugeMetricFamily("stay_dead_letters", "Refused messages that wait for a person.", labels=["reason"])
        for reason, count in sorted(letters.items()):
            waiting.add_metric([reason], count)
        yield waiting
        yield GaugeMetricFamily("stay_broken_schemas", "Schemas that differ from the template.", value=broken)
        yield GaugeMetricFamily("stay_sending_on", "Whether messages to customers go out.", value=sending.is_on)
        late = max(0.0, (clock.now() - due).total_seconds()) if due else 0.0
        yield GaugeMetricFamily("stay_schedule_late_seconds", "How overdue the most overdue chore is.", value=late)


def _counted_by_processes() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


def _may_read(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    if token and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return True
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
