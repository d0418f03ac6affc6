"""Doors of people's work."""

from datetime import UTC, datetime

from retention.success.models import Contract, Evidence, Playbook, PlaybookRun, PlaybookVersion, Renewal, Task
from retention.success.ready.playbooks import HANDOVER
from retention.success.services.playbooks import publish, save_draft
from tests.isolation.matrix import Row, World, thing

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


@thing
def playbook(world: World) -> Playbook:
    made = Playbook.objects.create(
        code="wake", name=world.text("Wake them"), public_id=world.uuid("playbook"), created_at=NOW
    )
    publish(version=save_draft(playbook=made, content=HANDOVER, actor=None, now=NOW), actor=None, now=NOW)
    return made


@thing
def playbook_run(world: World) -> PlaybookRun:
    return PlaybookRun.objects.create(
        public_id=world.uuid("run"),
        version=PlaybookVersion.objects.get(playbook=world["playbook"]),
        account=world["account"],
        trigger="hand",
        trigger_key=world.text("hand"),
        starts_on=NOW.date(),
        started_at=NOW,
    )


@thing
def task(world: World) -> Task:
    return Task.objects.create(
        public_id=world.uuid("task"),
        title=world.text("Call them"),
        body=world.text("They wait"),
        kind="todo",
        account=world["account"],
        customer=world["customer"],
        role="csm",
        due_at=NOW,
        source="test",
        source_key=world.text("t-1"),
        opened_at=NOW,
    )


@thing
def done_task(world: World) -> Evidence:
    kept = Task.objects.create(
        title=world.text("Was called"), kind="todo", account=world["account"], due_at=NOW, source="test",
        source_key=world.text("t-2"), opened_at=NOW, evidence_kind="note",
    )  # fmt: skip
    evidence = Evidence.objects.create(task=kept, kind="note", text=world.text("They agreed"), given_at=NOW)
    Task.objects.filter(pk=kept.pk).update(status="done", closed_at=NOW, proof_kind="note")
    return evidence


@thing
def renewal(world: World) -> Renewal:
    contract = Contract.objects.create(
        contract_id=world.text("k-1"),
        account=world["account"],
        product=world.text("Suite"),
        starts_on=NOW.date(),
        ends_on=NOW.date(),
        recorded_at=NOW,
        updated_at=NOW,
    )
    return Renewal.objects.create(
        public_id=world.uuid("renewal"), contract=contract, ends_on=NOW.date(), next_step=world.text("Ask")
    )


TASK = {"public_id": "task.public_id"}
RENEWAL = {"public_id": "renewal.public_id"}
PLAYBOOK = {"public_id": "playbook.public_id"}
RUN = {"public_id": "playbook_run.public_id"}
ACCOUNT = {"public_id": "account.public_id"}
SEE, WORK = "success.view", "tasks.work"
ROWS = (
    Row("my-day", permission=SEE),
    Row("tasks", permission=SEE),
    Row("task", permission=SEE, kwargs=TASK),
    Row("task-done", permission=WORK, kwargs=TASK, methods=("POST",), data={"note": "Done"}),
    Row("task-give", permission=WORK, kwargs=TASK, methods=("POST",), data={"person": "=colleague.public_id"}),
    Row("task-cancel", permission=WORK, kwargs=TASK, methods=("POST",), data={"reason": "Not needed"}),
    Row("portfolio", permission=SEE),
    Row("load", permission=SEE),
    Row(
        "hand-over",
        permission="portfolio.hand_over",
        methods=("GET", "POST"),
        data={"role": "csm", "leaver": "nobody@example.com", "taker": "=colleague.public_id", "seen": "1"},
    ),
    Row("renewals", permission=SEE),
    Row("renewal", permission=SEE, kwargs=RENEWAL),
    Row("renewal-decide", permission=WORK, kwargs=RENEWAL, methods=("POST",), data={"status": "renewed"}),
    Row("renewal-plan", permission=WORK, kwargs=RENEWAL, methods=("POST",), data={"next_step": "Call"}),
    Row("account-note", permission=WORK, kwargs=ACCOUNT, methods=("POST",), data={"summary": "We met"}),
    Row("playbook-start", permission=WORK, kwargs=ACCOUNT, methods=("POST",), data={"playbook": "wake"}),
    Row("playbooks", permission=SEE),
    Row("playbook", permission=SEE, kwargs=PLAYBOOK),
    Row(
        "playbook-draft",
        permission="playbooks.edit",
        kwargs=PLAYBOOK,
        methods=("GET", "POST"),
        data={"content": "{}"},
    ),
    Row("playbook-run", permission=SEE, kwargs=RUN),
    Row("run-call-off", permission=WORK, kwargs=RUN, methods=("POST",), data={"reason": "No need"}),
    Row("api-tasks", permission=SEE, api=True),
    Row("api-renewals", permission=SEE, api=True),
)
