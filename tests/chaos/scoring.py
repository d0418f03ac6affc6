"""One act of scoring in a process of its own: make a shop, ask for a run, or wake workers for what has not ended."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import django


def make_shop(slug: str, orders: str) -> None:
    """A tenant with these orders, scored in pieces of 100 customers."""
    import pandas as pd

    from tenants.context import use_tenant
    from tenants.governance.models import Policy
    from tenants.services.provisioning import provision_tenant
    from tests.scoring.loading import load_orders

    with use_tenant(provision_tenant(slug=slug, name=slug, domain=f"{slug}.localhost")):
        load_orders(pd.read_csv(Path(orders), dtype={"amount": str}))
        for name, value in {"shard_customers": 100, "refresh_from": 0, "refresh_share": 1, "full_days": 99}.items():
            Policy.objects.create(name=f"runs.{name}", value=value)


def request(slug: str, as_of: str) -> None:
    """Queue a run and wake nobody."""
    from retention.common import clock
    from retention.scoring.services.runs import request_run
    from tenants.context import find_tenant, use_tenant

    with use_tenant(find_tenant(slug)):
        request_run(as_of=date.fromisoformat(as_of), now=clock.now())


def wake(slug: str) -> None:
    """Send a task for each run that has not ended."""
    from retention.scoring.models import ScoreRun
    from retention.scoring.tasks import advance_run
    from tenants.context import find_tenant, use_tenant

    with use_tenant(find_tenant(slug)):
        for run in ScoreRun.objects.filter(status__in=["queued", "running"]):
            advance_run.wake(run=run.pk)


if __name__ == "__main__":
    django.setup()
    {"shop": make_shop, "request": request, "wake": wake}[sys.argv[1]](*sys.argv[2:])
