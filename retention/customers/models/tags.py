"""What other systems say of a customer: tags, kept by the system that gave them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from retention.customers.models.customer import Customer


class CustomerTag(models.Model):
    """A tag that a source (wecom, feishu …) put on a customer, from `added_at` until it was taken off."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="tags")
    source = models.CharField(_("source"), max_length=40)
    tag = models.CharField(_("tag"), max_length=60)
    added_at = models.DateTimeField(_("added at"))
    removed_at = models.DateTimeField(_("taken off at"), null=True, blank=True)

    class Meta:
        verbose_name = _("External tag")
        verbose_name_plural = _("External tags")
        ordering = ["source", "tag", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "source", "tag"], condition=Q(removed_at__isnull=True), name="customertag_once"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(removed_at__gte=F("added_at")), name="customertag_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["tag"], condition=Q(removed_at__isnull=True), name="customertag_by_tag"),  # choices
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.tag}"
