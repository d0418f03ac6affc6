"""Runs: started once for their trigger, each step opened when it is its turn, closed with the last one.

The hand-over starts by itself when a consultant changes; its end is a fact, so that scoring sees it. A renewal starts
by itself when the end of a term comes near.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from retention.common.errors import Conflict, DomainError
from retention.customers.models import Account, Customer
from retention.customers.services.own_facts import OwnFact, record_facts
from retention.success.enums import DueFrom, RenewalStatus, RunStatus, TaskStatus, Trigger
from retention.success.models import Playbook, PlaybookRun, Renewal, Task
from retention.success.services.content import Step, read_steps, words
from retention.success.services.due import days_before, working_days_after
from retention.success.services.opening import open_step
from retention.success.services.playbooks import ensure_ready, published
from tenants.context import current_tenant
from tenants.governance.services.audit import record_act
from tenants.people.models import User
from tenants.policies import policy_number

HANDOVER = "handover"
LOOK_BACK = timedelta(days=30)
"""An older change of consultant starts nothing: its time is over."""
AT_ONCE = 200


def start_run(
    *,
    playbook: Playbook,
    account: Account | None = None,
    customer: Customer | None = None,
    trigger: Trigger,
    key: str,
    actor: User | None,
    now: datetime,
    term_on: date | None = None,
) -> PlaybookRun:
    """Start `playbook` for an account or a customer, once for `key`; who comes second gets the same run."""
    version = published(playbook)
    if version is None:
        raise DomainError("not_published", _("This SOP has no published version."), mend=_("Publish one first."))
    if account is None and customer is None:
        raise DomainError("for_nobody", _("An SOP runs for an account or a customer."), mend=_("Choose one."))
    steps = read_steps(version.content)
    if term_on is None and any(step.due.kind == DueFrom.TERM for step in steps):
        raise DomainError(
            "term_unknown",
            _("Its steps are due before the end of a term, and no contract with an end is known."),
            mend=_("Import the contract first."),
        )
    with transaction.atomic():
        run = PlaybookRun(
            version=version,
            account=account,
            customer=customer,
            trigger=trigger,
            trigger_key=key,
            starts_on=now.astimezone(current_tenant().zone).date(),
            term_on=term_on,
            started_at=now,
            started_by=actor,
        )
        PlaybookRun.objects.bulk_create([run], ignore_conflicts=True)
        kept = PlaybookRun.objects.select_related("account", "customer", "version").get(trigger_key=key)
        if kept.public_id == run.public_id:
            _open_waiting(kept, steps, now)
            record_act(
                actor=actor, action="playbook.started", target=f"run:{kept.public_id}",
                detail={"playbook": playbook.code, "trigger": trigger.value}, at=now,
            )  # fmt: skip
    return kept


@transaction.atomic
def advance(*, run: PlaybookRun, now: datetime) -> PlaybookRun:
    """Open the steps whose turn it is; close the run when all are done."""
    held = PlaybookRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if held.status != RunStatus.RUNNING:
        return held
    steps = read_steps(held.version.content)
    _open_waiting(held, steps, now)
    done = held.tasks.filter(status=TaskStatus.DONE).count()
    if done == len(steps):
        PlaybookRun.objects.filter(pk=held.pk).update(status=RunStatus.DONE, closed_at=now)
        held.refresh_from_db()
        _say_closed(held, now)
    return held


@transaction.atomic
def call_off(*, run: PlaybookRun, reason: str, actor: User, now: datetime) -> int:
    """End a run for a reason; its open steps are called off too: how many those were. A hand-over is closed by it."""
    if not reason.strip():
        raise DomainError("cancel_needs_reason", _("A reason is needed."), mend=_("Say why it need not be done."))
    running = PlaybookRun.objects.filter(pk=run.pk, status=RunStatus.RUNNING)
    if not running.update(status=RunStatus.CANCELLED, closed_at=now, reason=reason.strip()[:300]):
        raise Conflict("run_closed", _("This run is over already."), mend=_("Reload the page."))
    record_act(actor=actor, action="playbook.called_off", target=f"run:{run.public_id}", at=now)
    _say_closed(PlaybookRun.objects.get(pk=run.pk), now)
    open_steps = Task.objects.filter(run=run, status=TaskStatus.OPEN)
    return open_steps.update(status=TaskStatus.CANCELLED, closed_at=now, closed_by=actor, note=reason.strip()[:300])


def _say_closed(run: PlaybookRun, now: datetime) -> None:
    """That a hand-over is over, done or called off, is a fact: without it the account's health stays at 0.

    While another of the same account is under way nothing is said: to scoring the last one closes them all.
    """
    if run.version.playbook.code != HANDOVER or run.account_id is None:
        return
    Account.objects.select_for_update(no_key=True).get(pk=run.account_id)  # of two that end at once one is the last
    if PlaybookRun.objects.filter(
        account=run.account_id, status=RunStatus.RUNNING, version__playbook__code=HANDOVER
    ).exists():
        return
    said = {"called_off": True} if run.status == RunStatus.CANCELLED else {}
    fact = OwnFact(f"handover-{run.public_id}", "handover_closed", now, account=run.account_id, properties=said)
    record_facts([fact], now=now)


def start_handovers(*, now: datetime) -> int:
    """Start the hand-over for each change of a consultant that has none yet; how many were started.

    Known by its event, so that two workers, or a second look, start one. A change that was closed already, one by a
    ticket system's own `handover_closed`, starts nothing.
    """
    waiting = _changes_without_run(now)
    if not waiting:
        return 0
    ensure_ready(now=now)
    playbook = Playbook.objects.get(code=HANDOVER)
    if playbook.archived_at is not None:
        return 0
    accounts = Account.objects.in_bulk([account for account, _event in waiting])
    for account, event_id in waiting:
        start_run(
            playbook=playbook, account=accounts[account], trigger=Trigger.CONSULTANT_CHANGED,
            key=f"{HANDOVER}:{event_id}", actor=None, now=now,
        )  # fmt: skip
    return len(waiting)


def start_renewals(*, now: datetime) -> int:
    """Start each SOP for renewals once for every open end of a term that comes near; how many were started.

    Near is within the policy's days, and not so near that the first step would be late already.
    """
    ensure_ready(now=now)
    today, days = now.astimezone(current_tenant().zone).date(), int(policy_number("success.renewal_days"))
    count = 0
    for playbook in Playbook.objects.filter(trigger=Trigger.RENEWAL, archived_at=None):
        version = published(playbook)
        if version is None:
            continue
        before = [step.due.days for step in read_steps(version.content) if step.due.kind == DueFrom.TERM]
        nearest, prefix = today + timedelta(days=max(before, default=0)), f"{playbook.code}:"
        known = PlaybookRun.objects.filter(trigger_key=Concat(Value(prefix), Cast(OuterRef("public_id"), CharField())))
        ends = Renewal.objects.filter(
            ~Exists(known), status=RenewalStatus.OPEN, withdrawn=False, contract__withdrawn=False,
            ends_on__range=(nearest, today + timedelta(days=days)),
        ).select_related("contract__account", "contract__customer")  # fmt: skip
        for renewal in ends.order_by("ends_on", "pk")[:AT_ONCE]:
            start_run(
                playbook=playbook, account=renewal.contract.account, customer=renewal.contract.customer,
                trigger=Trigger.RENEWAL, key=f"{prefix}{renewal.public_id}", actor=None, now=now,
                term_on=renewal.ends_on,
            )  # fmt: skip
            count += 1
    return count


def _changes_without_run(now: datetime) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT e.account_id, e.event_id FROM customers_event e
            WHERE e.name = 'consultant_changed' AND e.superseded_at IS NULL AND NOT e.withdrawn
              AND e.account_id IS NOT NULL AND coalesce(e.properties->>'role', 'consultant') = 'consultant'
              AND e.occurred_at > %(since)s AND e.occurred_at <= %(now)s
              AND NOT EXISTS (SELECT FROM success_playbookrun r WHERE r.trigger_key = %(name)s || e.event_id)
              AND NOT EXISTS (SELECT FROM customers_event d WHERE d.account_id = e.account_id
                              AND d.name = 'handover_closed' AND d.superseded_at IS NULL AND NOT d.withdrawn
                              AND d.occurred_at >= e.occurred_at)
            ORDER BY e.occurred_at, e.id LIMIT %(most)s
            """,
            {"now": now, "since": now - LOOK_BACK, "name": f"{HANDOVER}:", "most": AT_ONCE},
        )
        return cursor.fetchall()


def _open_waiting(run: PlaybookRun, steps: list[Step], now: datetime) -> None:
    """The steps that wait for nothing, or for one that is done."""
    tasks = {task.step: task for task in run.tasks.all()}
    language = current_tenant().language
    for step in steps:
        if step.code in tasks:
            continue
        before = tasks.get(step.due.step)
        if step.due.kind == DueFrom.STEP and (before is None or before.status != TaskStatus.DONE):
            continue
        open_step(
            run=run,
            step=step.code,
            title=words(step.title, language),
            body=words(step.body, language),
            role=step.role,
            kind=step.kind,
            due_at=_due(run, step, before, now),
            evidence_kind=step.evidence,
            evidence_ask=[words(pair, language) for pair in step.ask],
            now=now,
        )


def _due(run: PlaybookRun, step: Step, before: Task | None, now: datetime) -> datetime:
    if step.due.kind == DueFrom.TERM:
        assert run.term_on is not None
        return days_before(run.term_on, step.due.days)
    since = run.started_at if before is None or before.closed_at is None else before.closed_at
    return working_days_after(since, step.due.days)
