"""What workers do for data in. The rows decide; a task only says which to look at."""

from __future__ import annotations

from retention.common import clock
from retention.customers.services.behaviours import refresh_for_map
from retention.customers.services.points import earned, figures
from retention.customers.services.uploads import run_queued
from tenants.tasks import tenant_task


@tenant_task(name="customers.run_import")
def run_import(tenant: str, job: int) -> None:
    """Bring the job's file in, unless another worker does or it is done."""
    run_queued(job, now=clock.now())


@tenant_task(name="customers.refresh_for_map")
def refresh_after_map_change(tenant: str) -> None:
    """Compute the states anew that a changed behaviour map touches, shard by shard."""
    refresh_for_map()


@tenant_task(name="customers.refresh_all_points")
def refresh_all_points(tenant: str) -> None:
    """Bring the earned points of everybody in line with changed rules, shard by shard."""
    earned.refresh_all_points()


@tenant_task(name="customers.keep_membership_figures")
def keep_membership_figures(tenant: str) -> None:
    """Work out what the page of membership tells, where that takes longer than a person waits."""
    figures.keep_figures_fresh(clock.now())
