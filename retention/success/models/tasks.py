"""Tasks: one piece of work for a person, and the evidence that it was done.

A step of a playbook can't be done without its evidence, whoever writes to the table: a done task that asks for
evidence must name in `proof_kind` the kind it asks for (a check), and (its own id, `proof_kind`) must be the key of a
row of Evidence (a foreign key over both columns, made in the migration). Evidence has one row a task and is never
empty; it can't be taken away from a done task, since that same key refers to it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from retention.common.ids import uuid7
from retention.customers.models import Account, Customer
from retention.success.enums import CallOutcome, EvidenceKind, TaskKind, TaskStatus, WorkRole
from retention.success.models.playbooks import PlaybookRun


class Task(models.Model):
    """Work for one person, or for whoever of a role takes it. Known by where it came from: there once, never twice."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("what to do"), blank=True, default="")
    kind = models.CharField(_("kind"), max_length=8, choices=TaskKind.choices, default=TaskKind.TODO)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="tasks", db_index=False
    )
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="tasks", db_index=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tasks",
        db_index=False,
    )
    role = models.CharField(_("role"), max_length=12, choices=WorkRole.choices, blank=True, default="")
    due_at = models.DateTimeField(_("due"))
    status = models.CharField(
        _("status"), max_length=10, choices=TaskStatus.choices, default=TaskStatus.OPEN, db_default="open"
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=CallOutcome.choices, blank=True, default="")
    note = models.CharField(_("note"), max_length=2000, blank=True, default="")
    source = models.CharField(_("source"), max_length=20)
    source_key = models.CharField(max_length=200)
    touch_key = models.CharField(max_length=80, blank=True, default="")
    """The entry of the contact ledger that stands for this call already, where there is one."""
    run = models.ForeignKey(PlaybookRun, null=True, blank=True, on_delete=models.CASCADE, related_name="tasks")
    step = models.CharField(max_length=60, blank=True, default="")
    evidence_kind = models.CharField(
        _("evidence asked"), max_length=10, choices=EvidenceKind.choices, blank=True, default=""
    )
    evidence_ask = models.JSONField(default=list)
    """Of a checklist its lines, of a choice its answers; else a sentence that says what is wanted."""
    proof_kind = models.CharField(max_length=10, null=True, blank=True)  # noqa: DJ001 - NULL refers to nothing
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("Task")
        verbose_name_plural = _("Tasks")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="task_once_per_source"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True) | (~Q(status="open") & Q(closed_at__isnull=False)),
                name="task_closed_at_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="done") | ~Q(kind="call") | ~Q(outcome=""), name="task_call_has_outcome"
            ),
            models.CheckConstraint(
                condition=~Q(status="done")
                | Q(evidence_kind="")
                | Q(proof_kind__isnull=False, proof_kind=F("evidence_kind")),
                name="task_done_with_its_evidence",
            ),
        ]
        indexes = [
            models.Index(fields=["assignee", "status", "due_at"], name="task_of_assignee"),  # my day
            models.Index(fields=["role", "status", "due_at"], name="task_of_role"),  # what nobody has taken
            models.Index(fields=["customer", "status"], name="task_of_customer"),  # the record
            models.Index(fields=["account", "status"], name="task_of_account"),  # the account's page
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether there is something left to do."""
        return self.status == TaskStatus.OPEN


class Evidence(models.Model):
    """That a task was done: a note, a link, the name of a file, a ticked list, an answer. One a task."""

    task = models.OneToOneField(Task, primary_key=True, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=10, choices=EvidenceKind.choices)
    text = models.TextField(_("evidence"))
    given_at = models.DateTimeField(_("given at"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("Evidence")
        verbose_name_plural = _("Evidence")
        ordering = ["task"]
        constraints = [
            models.UniqueConstraint(fields=["task", "kind"], name="evidence_key"),  # what a done task refers to
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="evidence_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.kind}"
