"""Product leads: what many customers miss, for the people who build the product."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.enums import LeadStatus
from feedback.models.items import FeedbackItem
from retention.common.ids import uuid7


class ProductLead(models.Model):
    """One thing to build or mend, from idea to shipped, with who owns it and by when."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("what customers need"), blank=True, default="")
    status = models.CharField(
        _("status"), max_length=10, choices=LeadStatus.choices, default=LeadStatus.IDEA, db_default="idea"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    department = models.CharField(_("department"), max_length=80, blank=True, default="")
    due_on = models.DateField(_("due on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    items = models.ManyToManyField(FeedbackItem, through="feedback.LeadLink", related_name="leads")

    class Meta:
        verbose_name = _("Product lead")
        verbose_name_plural = _("Product leads")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="shipped", shipped_at__isnull=False)
                | (~Q(status="shipped") & Q(shipped_at__isnull=True)),
                name="productlead_shipped_at_some_time",
            )
        ]

    def __str__(self) -> str:
        return self.title


class LeadLink(models.Model):
    """That a voice is one of those that ask for it; once each."""

    lead = models.ForeignKey(ProductLead, on_delete=models.CASCADE, related_name="links", db_index=False)
    item = models.ForeignKey(FeedbackItem, on_delete=models.CASCADE, related_name="lead_links")
    linked_at = models.DateTimeField(_("linked at"))
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("Voice of a product lead")
        ordering = ["lead", "id"]
        constraints = [models.UniqueConstraint(fields=["lead", "item"], name="leadlink_once")]

    def __str__(self) -> str:
        return f"{self.lead_id}:{self.item_id}"
