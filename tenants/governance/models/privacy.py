"""Erasures: what was asked and done, and the hashes that keep an erased person out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from retention.common.ids import uuid7


class ErasureRequest(models.Model):
    """One person erased: by whom, when, and what it did in numbers. No personal data."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    subject = models.UUIDField(_("customer"))
    """The customer's public id, which stays on the emptied row."""
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    actor = models.CharField(max_length=80, blank=True, default="")
    done_at = models.DateTimeField(_("done at"))
    counts = models.JSONField(_("what it did"), default=dict)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject"], name="erasure_of_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.done_at:%Y-%m-%d}"


class ErasedMark(models.Model):
    """The salted hash of a mark (id, mail, phone) of somebody erased, so that an import can't bring them back."""

    digest = models.BinaryField(max_length=32, unique=True)
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return bytes(self.digest).hex()[:12]


class ErasureSalt(models.Model):
    """The tenant's salt of these hashes, one row, sealed: without the secret key they can't be guessed through."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sealed = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="erasuresalt_single")]

    def __str__(self) -> str:
        return "salt"
