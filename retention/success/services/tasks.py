"""Work on tasks: open, do, call off, hand on. Each is one conditional UPDATE; who comes second is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from retention.common.errors import Conflict, DomainError
from retention.customers.enums import Channel, Purpose
from retention.customers.models import Touch
from retention.customers.services.own_facts import OwnFact, record_facts
from retention.customers.services.touches import record_touch
from retention.success.enums import SPOKEN, CallOutcome, TaskKind, TaskStatus
from retention.success.models import Evidence, Task
from retention.success.services.evidence import evidence_text
from retention.success.services.opening import open_task
from retention.success.services.runs import advance
from tenants.governance.services.audit import record_act
from tenants.people.models import User

__all__ = ["cancel_task", "complete_task", "open_task", "reassign_task"]
NOTE = 2000


def complete_task(
    *,
    task: Task,
    person: User,
    actor: object,
    now: datetime,
    outcome: str = "",
    note: str = "",
    evidence: str | Sequence[str] = "",
) -> Task:
    """`person` has done it. A step needs its evidence, a call how it went; refused without.

    The outcome of a call goes into the contact ledger; one in which we spoke is a fact too.
    """
    with transaction.atomic():
        held = _hold(task)
        if held.kind == TaskKind.CALL and outcome not in CallOutcome.values:
            raise DomainError("call_needs_outcome", _("Say how the call went."), mend=_("Choose from the list."))
        changes: dict[str, object] = {"outcome": outcome if held.kind == TaskKind.CALL else "", "note": note[:NOTE]}
        if held.evidence_kind:
            text = evidence_text(held, evidence)
            Evidence.objects.create(task=held, kind=held.evidence_kind, text=text, given_at=now, given_by=person)
            changes["proof_kind"] = held.evidence_kind
        _close(held, TaskStatus.DONE, person, now, changes)
        if held.kind == TaskKind.CALL:
            _write_down_call(held, person, now)
        record_act(actor=actor, action="task.done", target=f"task:{held.public_id}", at=now)
        if held.run is not None:
            advance(run=held.run, now=now)
    return held


def cancel_task(*, task: Task, person: User | None, actor: object, now: datetime, note: str) -> Task:
    """It need not be done, for a reason. A step of an SOP can't be called off alone: its run can."""
    if not note.strip():
        raise DomainError("cancel_needs_reason", _("A reason is needed."), mend=_("Say why it need not be done."))
    with transaction.atomic():
        held = _hold(task)
        if held.run_id is not None:
            raise DomainError(
                "step_of_a_run", _("A step can’t be called off alone."), mend=_("Call off the whole SOP instead.")
            )
        _close(held, TaskStatus.CANCELLED, person, now, {"note": note.strip()[:NOTE]})
        if held.touch_key:
            Touch.objects.filter(source_key=held.touch_key).delete()  # nobody was called: its place is free again
        record_act(actor=actor, action="task.cancelled", target=f"task:{held.public_id}", at=now)
    return held


def reassign_task(*, task: Task, assignee: User, actor: object, now: datetime) -> Task:
    """From now on it is `assignee`'s."""
    with transaction.atomic():
        held = _hold(task)
        held.assignee = assignee
        held.save(update_fields=["assignee"])
        record_act(
            actor=actor,
            action="task.reassigned",
            target=f"task:{held.public_id}",
            detail={"to": str(assignee.public_id)},
            at=now,
        )
    return held


def _hold(task: Task) -> Task:
    """The task under its row's lock, still open."""
    held = Task.objects.select_for_update(of=("self",)).select_related("account", "customer").get(pk=task.pk)
    if not held.is_open:
        raise Conflict("task_closed", _("This task is closed already."), mend=_("Reload the page."))
    return held


def _close(task: Task, status: TaskStatus, person: User | None, now: datetime, changes: dict[str, object]) -> None:
    changes |= {"status": status, "closed_at": now, "closed_by": person}
    Task.objects.filter(pk=task.pk).update(**changes)
    for name, value in changes.items():
        setattr(task, name, value)


def _write_down_call(task: Task, person: User, now: datetime) -> None:
    """One entry of the ledger for the call, and a fact where we spoke. A wrong number reached nobody."""
    spoke = task.outcome in SPOKEN
    if task.customer is not None:
        if task.touch_key and Touch.objects.filter(source_key=task.touch_key).exists():
            kept = Touch.objects.filter(source_key=task.touch_key)
            if task.outcome == CallOutcome.WRONG_NUMBER:
                kept.delete()
            else:
                kept.update(two_way=spoke, made_by=person.email, summary=task.note[:300], occurred_at=now)
        elif task.outcome != CallOutcome.WRONG_NUMBER:
            record_touch(
                customer=task.customer,
                channel=Channel.CALL,
                purpose=Purpose.SUCCESS,
                now=now,
                made_by=person.email,
                summary=task.note[:300],
                two_way=spoke,
                source_key=f"task:{task.public_id}",
            )
    if spoke and (task.customer_id or task.account_id):
        contact = task.customer.external_id if task.customer is not None else ""
        record_facts(
            [
                OwnFact(
                    event_id=f"call-{task.public_id}",
                    name="call_answered",
                    occurred_at=now,
                    customer=task.customer_id,
                    account=task.account_id,
                    properties={"contact": contact, "summary": task.note[:300]},
                )
            ],
            now=now,
        )
