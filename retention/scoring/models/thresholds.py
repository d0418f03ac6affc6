"""Silence thresholds: learned per category at each run, or set by hand with a reason."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from retention.customers.enums import Clock
from retention.customers.models import Category
from retention.scoring.enums import ThresholdSource
from retention.scoring.models.runs import ScoreRun


class SilenceThreshold(models.Model):
    """The threshold of one category and clock in one run; without a category it is the tenant's own."""

    run = models.ForeignKey(ScoreRun, on_delete=models.CASCADE, related_name="thresholds", db_index=False)
    category = models.ForeignKey(Category, null=True, on_delete=models.CASCADE, related_name="thresholds")
    clock = models.CharField(_("clock"), max_length=8, choices=Clock.choices)
    days = models.FloatField(_("threshold"))
    source = models.CharField(_("source"), max_length=8, choices=ThresholdSource.choices)
    gaps = models.PositiveIntegerField(_("gaps"))
    open_gaps = models.PositiveIntegerField(_("open gaps"))
    customers = models.PositiveIntegerField(_("customers"))
    p50 = models.FloatField(null=True)
    p90 = models.FloatField(null=True)
    interval_low = models.FloatField(null=True)
    interval_high = models.FloatField(null=True)
    km_p50 = models.FloatField(null=True)
    km_p90 = models.FloatField(null=True)
    pooled = models.JSONField(null=True)  # drawn towards its neighbours: science.pooled_thresholds, as JSON
    drift = models.JSONField(null=True)  # newer half of the window against the older: science.threshold_drift

    class Meta:
        verbose_name = _("Silence threshold")
        verbose_name_plural = _("Silence thresholds")
        ordering = ["run", "category", "clock"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "category", "clock"], name="threshold_unique", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(days__gt=0), name="threshold_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.category or self.clock}: {self.days:g}"


class ThresholdOverride(models.Model):
    """A threshold that a person set in place of the learned one, and why. Ended, never deleted."""

    category = models.ForeignKey(Category, null=True, on_delete=models.CASCADE, related_name="overrides")
    clock = models.CharField(_("clock"), max_length=8, choices=Clock.choices, default=Clock.PURCHASE)
    days = models.FloatField(_("threshold"))
    reason = models.CharField(_("reason"), max_length=300)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="threshold_overrides"
    )
    set_at = models.DateTimeField(_("set at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("Threshold set by hand")
        ordering = ["-set_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "clock"],
                condition=Q(ended_at=None),
                name="override_one_in_force",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(days__gt=0), name="override_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.category or self.clock}: {self.days:g}"
