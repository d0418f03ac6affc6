"""Open a task: once for where it came from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from retention.customers.models import Account, Customer
from retention.success.models import PlaybookRun, Task
from retention.success.services.staff import whose
from tenants.people.models import User

TITLE = 200


def open_task(
    *,
    title: str,
    kind: str,
    customer: Customer | None = None,
    account: Account | None = None,
    assignee: User | None = None,
    role: str = "",
    due_at: datetime,
    source: str,
    source_key: str,
    now: datetime,
    body: str = "",
    touch_key: str = "",
) -> Task:
    """The task that came from (`source`, `source_key`): opened now, or as it stands when it was opened before.

    Without an assignee a role of csm or consultant finds the account's own. `touch_key` names the entry of the
    contact ledger that stands for this call already; without it the outcome of the call writes one.
    """
    return open_row(
        Task(
            title=title[:TITLE],
            body=body,
            kind=kind,
            customer=customer,
            account=account,
            assignee=assignee,
            role=role,
            due_at=due_at,
            source=source,
            source_key=source_key,
            touch_key=touch_key,
            opened_at=now,
        )
    )


def open_step(
    *,
    run: PlaybookRun,
    step: str,
    title: str,
    body: str,
    role: str,
    kind: str,
    due_at: datetime,
    evidence_kind: str,
    evidence_ask: Sequence[str],
    now: datetime,
) -> Task:
    """The task of one step of a run."""
    return open_row(
        Task(
            title=title[:TITLE],
            body=body,
            kind=kind,
            customer=run.customer,
            account=run.account,
            role=role,
            due_at=due_at,
            source="playbook",
            source_key=f"{run.public_id}:{step}",
            run=run,
            step=step,
            evidence_kind=evidence_kind,
            evidence_ask=list(evidence_ask),
            opened_at=now,
        )
    )


def open_row(task: Task) -> Task:
    """Insert it unless it is there; whoever comes second gets what the first one made."""
    if task.assignee is None:
        task.assignee = whose(task.role, account=task.account, customer=task.customer)
    with transaction.atomic():
        Task.objects.bulk_create([task], ignore_conflicts=True)
    return Task.objects.get(source=task.source, source_key=task.source_key)
