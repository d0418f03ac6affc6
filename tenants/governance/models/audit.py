"""The audit chain: acts of people, each bound to the one before by its hash."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from retention.common.ids import uuid7


class AuditHead(models.Model):
    """The end of the chain, one row: its lock puts writers in line, and it shows when the last entries are gone."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32, default=bytes(32))

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="audithead_single")]

    def __str__(self) -> str:
        return f"#{self.position}"


class AuditEntry(models.Model):
    """One act. A trigger refuses update and delete, and a tenant's role isn't granted them: see migration 0004.

    `actor` is a public id (person, key) or a name (command, system); `target` is "kind:id". No personal data.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    position = models.BigIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("when"))
    actor_kind = models.CharField(max_length=10)
    actor = models.CharField(_("who"), max_length=64, blank=True)
    action = models.CharField(_("act"), max_length=60)
    target = models.CharField(_("on what"), max_length=200, blank=True)
    detail = models.JSONField(_("details"), default=dict)
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-position"]
        indexes = [
            models.Index(fields=["action", "position"], name="audit_by_action"),  # the page, filtered by act
            models.Index(fields=["target", "position"], name="audit_by_target"),  # the history of one thing
        ]

    def __str__(self) -> str:
        return f"#{self.position} {self.action}"
