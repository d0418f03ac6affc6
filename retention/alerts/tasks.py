"""What workers do for alerts. The rows decide; a task only says that it is time to look."""

from __future__ import annotations

from retention.alerts.services.minute import every_minute
from retention.common import clock
from tenants.tasks import tenant_task


@tenant_task(name="alerts.watch")
def watch_now(tenant: str) -> None:
    """Look for customers who need somebody this minute, and set their responses going."""
    every_minute(now=clock.now())
