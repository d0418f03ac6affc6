"""What feedback can be about: a tree of two levels, in both languages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Topic(models.Model):
    """A kind ("service") or one of its leaves ("service.refund"). A retired one keeps its history."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="leaves")
    zh = models.CharField(_("Chinese name"), max_length=80)
    en = models.CharField(_("English name"), max_length=80)
    examples_zh = models.CharField(max_length=300, blank=True, default="")
    examples_en = models.CharField(max_length=300, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Topic")
        verbose_name_plural = _("Topics")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.zh if (get_language() or "").startswith("zh") else self.en
