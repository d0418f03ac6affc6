"""Import jobs: what was asked, how far it is, what was refused and why."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from retention.common.ids import uuid7
from retention.customers.enums import ImportStatus


class ImportJob(models.Model):
    """One file brought in, or tried out. read = kept + unchanged + refused."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    file_name = models.CharField(_("file"), max_length=255)
    stored_file = models.CharField(max_length=400, blank=True, default="")
    errors_file = models.CharField(max_length=400, blank=True, default="")
    mapping = models.JSONField(_("mapping"), default=dict)
    dry_run = models.BooleanField(_("dry run"), default=False)
    status = models.CharField(_("status"), max_length=8, choices=ImportStatus.choices, default=ImportStatus.QUEUED)
    read = models.PositiveIntegerField(_("read"), default=0)
    kept = models.PositiveIntegerField(_("kept"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    progress = models.FloatField(_("progress"), default=0)
    message = models.TextField(_("message"), blank=True, default="")
    stop_requested = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(_("created at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("Import")
        verbose_name_plural = _("Imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} · {self.file_name}"


class ImportError(models.Model):
    """One refused row: where, what, why and how to mend it."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="errors", db_index=False)
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=120, blank=True, default="")
    value = models.CharField(_("value"), max_length=200, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=300)
    mend = models.CharField(_("mend"), max_length=300)

    class Meta:
        ordering = ["job", "line", "id"]
        indexes = [models.Index(fields=["job", "line"], name="importerror_by_line")]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class KeptAnswer(models.Model):
    """What a request with an idempotency key was answered; the same request again gets this and does nothing."""

    caller = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32)  # of the path and body: another request must not borrow the answer
    answer = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="keptanswer_unique")]
        indexes = [models.Index(fields=["kept_at"], name="keptanswer_by_age")]  # those too old are dropped

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
