"""What keeps messages from being sent: suppressed addresses and stop switches."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import SuppressionReason
from campaigns.models.campaign import Campaign
from retention.customers.enums import Channel


class Suppression(models.Model):
    """An address that gets nothing by a channel any more. A salted hash: it outlives the erasure of the customer."""

    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    digest = models.BinaryField(max_length=32)
    reason = models.CharField(_("reason"), max_length=12, choices=SuppressionReason.choices)
    since = models.DateTimeField(_("since"))
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("Suppression list")
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "digest"], condition=Q(lifted_at__isnull=True), name="suppression_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.reason}"


class StopSwitch(models.Model):
    """Nothing new is sent while it is on: by one campaign, by one channel, or by the tenant (both empty)."""

    campaign = models.ForeignKey(Campaign, null=True, blank=True, on_delete=models.CASCADE, related_name="switches")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, blank=True, default="")
    why = models.CharField(_("why"), max_length=300, blank=True, default="")
    on_at = models.DateTimeField(_("on since"))
    on_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    off_at = models.DateTimeField(_("off since"), null=True, blank=True)
    off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("Stop switch")
        ordering = ["-on_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "channel"],
                condition=Q(off_at__isnull=True),
                nulls_distinct=False,
                name="stopswitch_one_on",
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id or ''} {self.channel or 'all'}"
