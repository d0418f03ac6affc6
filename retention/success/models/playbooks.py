"""Playbooks (the screens say SOP): their versions, which never change once published, and their runs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from retention.common.ids import uuid7
from retention.customers.models import Account, Customer
from retention.success.enums import RunStatus, Trigger


class Playbook(models.Model):
    """A standard procedure under its name. What it asks for stands in its versions."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True, default="")
    trigger = models.CharField(_("starts"), max_length=20, choices=Trigger.choices, default=Trigger.HAND)
    ready = models.BooleanField(_("comes with Stay"), default=False, db_default=False)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("SOP")
        verbose_name_plural = _("SOPs")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if self.name_zh and (get_language() or "").startswith("zh") else self.name


class PlaybookVersion(models.Model):
    """Stages and steps. A draft has no `published_at`; a published version is what its digest says, or is refused."""

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"), default=dict)
    digest = models.CharField(max_length=32, blank=True, default="")
    created_at = models.DateTimeField(_("created at"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("Version of an SOP")
        ordering = ["playbook", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["playbook", "number"], name="playbookversion_number_unique"),
            models.UniqueConstraint(
                fields=["playbook"], condition=Q(published_at__isnull=True), name="playbookversion_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | Q(digest=Func(Cast(F("content"), TextField()), function="md5", output_field=TextField())),
                name="playbookversion_is_what_was_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.playbook_id} v{self.number}"


class PlaybookRun(models.Model):
    """A playbook at work for somebody, by the version of its start. One trigger starts one run, whoever sees it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.ForeignKey(PlaybookVersion, on_delete=models.PROTECT, related_name="runs")
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="playbook_runs", db_index=False
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="playbook_runs", db_index=False
    )
    trigger = models.CharField(_("started by"), max_length=20, choices=Trigger.choices)
    trigger_key = models.CharField(max_length=300, unique=True)
    status = models.CharField(
        _("status"), max_length=10, choices=RunStatus.choices, default=RunStatus.RUNNING, db_default="running"
    )
    starts_on = models.DateField(_("starts on"))
    term_on = models.DateField(_("term ends on"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    context = models.JSONField(default=dict)
    started_at = models.DateTimeField(_("started at"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    reason = models.CharField(_("why called off"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("Run of an SOP")
        verbose_name_plural = _("Runs of SOPs")
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="running", closed_at__isnull=True)
                | (~Q(status="running") & Q(closed_at__isnull=False)),
                name="playbookrun_closed_at_some_time",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "status"], name="playbookrun_of_account"),  # panel, dual track
            models.Index(fields=["customer", "status"], name="playbookrun_of_customer"),
            models.Index(fields=["started_at", "id"], name="playbookrun_by_start"),  # the list
        ]

    def __str__(self) -> str:
        return self.trigger_key
