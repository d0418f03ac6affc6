"""The task that runs a chore: the scheduler found it due, a worker does it."""

from __future__ import annotations

from datetime import datetime

from tenants.chores import chores
from tenants.tasks import tenant_task


@tenant_task(name="tenants.run_chore")
def run_chore(tenant: str, name: str, due_at: str) -> None:
    """Run the chore `name` for `tenant`. A name that no longer exists is nothing to do."""
    chore = chores.get(name)
    if chore is not None:
        chore.run(datetime.fromisoformat(due_at))
