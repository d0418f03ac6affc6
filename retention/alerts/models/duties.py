"""What an alert asks of people and machines: a clock, responses, mails to colleagues. Each of them once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from retention.alerts.enums import ClockKind, NoticeKind, NoticeStatus, ResponseStatus
from retention.alerts.models.alerts import Alert


class Clock(models.Model):
    """A deadline: met, or breached and then escalated once. Met late is both breached and met."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(_("for"), max_length=8, choices=ClockKind.choices, default=ClockKind.TAKE)
    started_at = models.DateTimeField(_("started at"))
    deadline = models.DateTimeField(_("deadline"))
    met_at = models.DateTimeField(_("met at"), null=True, blank=True)
    breached_at = models.DateTimeField(_("breached at"), null=True, blank=True)

    class Meta:
        verbose_name = _("Clock")
        ordering = ["deadline", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "kind"], condition=Q(met_at__isnull=True), name="clock_one_running"
            ),
            models.CheckConstraint(condition=Q(deadline__gte=F("started_at")), name="clock_runs_forward"),
        ]
        indexes = [models.Index(fields=["met_at", "breached_at", "deadline"], name="clock_by_deadline")]  # what is due

    def __str__(self) -> str:
        return f"{self.alert_id} {self.kind} {self.deadline:%Y-%m-%d %H:%M}"


class Response(models.Model):
    """Something that an alert sets going: once for each alert, whatever happens to the queue."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="responses", db_index=False)
    code = models.CharField(_("response"), max_length=60)
    option = models.CharField(max_length=120, blank=True, default="")
    status = models.CharField(
        _("status"), max_length=8, choices=ResponseStatus.choices, default=ResponseStatus.WAITING
    )
    url = models.CharField(max_length=400, blank=True, default="")
    error = models.CharField(_("what went wrong"), max_length=400, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("Response")
        ordering = ["alert", "id"]
        constraints = [models.UniqueConstraint(fields=["alert", "code", "option"], name="response_once_per_alert")]
        indexes = [models.Index(fields=["status", "id"], name="response_by_status")]  # what still waits

    def __str__(self) -> str:
        return f"{self.alert_id} {self.code}"


class Notice(models.Model):
    """A mail to a colleague about an alert: written with the alert, sent after the commit, begun at most once."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="notices", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("why"), max_length=10, choices=NoticeKind.choices)
    clock = models.ForeignKey(Clock, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(_("status"), max_length=8, choices=NoticeStatus.choices, default=NoticeStatus.DUE)
    due_at = models.DateTimeField(_("due at"))
    begun_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(_("what went wrong"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("Mail to a colleague")
        ordering = ["alert", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "person", "kind", "clock"], nulls_distinct=False, name="notice_once_per_person"
            )
        ]
        indexes = [models.Index(fields=["status", "id"], name="notice_by_status")]  # what still has to go

    def __str__(self) -> str:
        return f"{self.alert_id} {self.kind} {self.person_id}"
