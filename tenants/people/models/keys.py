"""Keys of programs. The key itself is shown once; its hash is kept."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from retention.common.ids import uuid7
from tenants.people.enums import KeyKind
from tenants.people.models.users import User


class ApiKey(models.Model):
    """A key with the permission codes it may use (`scopes`). A write key has none: it only brings events in."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=5, choices=KeyKind.choices)
    name = models.CharField(_("name"), max_length=80)
    hint = models.CharField(_("begins with"), max_length=60)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = models.JSONField(_("permissions"), default=list)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("key")
        verbose_name_plural = _("keys")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
