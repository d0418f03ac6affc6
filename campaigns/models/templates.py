"""What messages say. A version is never changed: an edit makes the next number, in every language it has."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from retention.common.ids import uuid7
from retention.customers.enums import Channel, Purpose


class MessageTemplate(models.Model):
    """One text for one channel, in versions and languages."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.SlugField(_("code"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True, default="")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices, default=Purpose.MARKETING)
    number = models.PositiveIntegerField(_("version"), default=0, db_default=0)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        verbose_name = _("Message template")
        verbose_name_plural = _("Message templates")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """The text of one version in one language. `number` is the same for all languages of a version."""

    template = models.ForeignKey(MessageTemplate, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=300, blank=True, default="")
    body = models.TextField(_("text"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("Template version")
        ordering = ["template", "-number", "language"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number", "language"], name="templateversion_unique"),
            models.CheckConstraint(condition=~models.Q(body=""), name="templateversion_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.number} {self.language}"
