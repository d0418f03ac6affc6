"""Policies: what an admin set in place of a default, and every change ever made."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Policy(models.Model):
    """A value that an admin set in place of the default."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    value = models.JSONField(_("value"))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PolicyRevision(models.Model):
    """Who changed a policy, when, from what, to what. Never changed afterwards: see migration 0004."""

    name = models.CharField(_("name"), max_length=80)
    old_value = models.JSONField(_("old value"), null=True)
    new_value = models.JSONField(_("new value"), null=True)
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("changed by"), null=True, on_delete=models.PROTECT
    )
    actor = models.CharField(max_length=80, blank=True, default="")
    """Kind and id of a changer who is no person: a key, a command."""
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering = ["-changed_at", "-id"]
        indexes = [models.Index(fields=["name", "changed_at", "id"], name="gov_revision_by_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.changed_at:%Y-%m-%d}"
