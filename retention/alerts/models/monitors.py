"""Monitors: what is watched, whose it is, what an alert of it sets going, and what it read day by day."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from retention.alerts.detectors.base import detectors
from retention.alerts.enums import Level, Quiet
from tenants.people.enums import RoleName


class Monitor(models.Model):
    """A detector as this tenant keeps it. Its thresholds are policies; `code` names the detector."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    enabled = models.BooleanField(_("watches"), default=True)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Level.choices, default=Level.MEDIUM)
    owner_role = models.CharField(_("owner"), max_length=16, choices=RoleName.choices, default=RoleName.MARKETER)
    responses = models.JSONField(_("responses"), default=list)
    """Of each response its code, or ``code:option``."""

    class Meta:
        verbose_name = _("Monitor")
        verbose_name_plural = _("Monitors")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The detector's name; one that is gone shows its code."""
        detector = detectors.get(self.code)
        return str(detector.label) if detector else self.code


class MonitorReading(models.Model):
    """What a monitor read as of a day; the same day read again replaces it."""

    monitor = models.ForeignKey(Monitor, on_delete=models.CASCADE, related_name="readings", db_index=False)
    as_of = models.DateField(_("as of"))
    value = models.FloatField(_("value"), null=True)
    threshold = models.FloatField(_("threshold"), null=True)
    fired = models.BooleanField(_("fires"), default=False)
    quiet = models.CharField(_("silent because"), max_length=16, choices=Quiet.choices, blank=True, default="")
    sample = models.PositiveIntegerField(_("sample"), default=0)
    minimum = models.PositiveIntegerField(_("minimum"), default=0)
    evidence = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("Reading")
        ordering = ["monitor", "as_of"]
        constraints = [models.UniqueConstraint(fields=["monitor", "as_of"], name="monitorreading_one_a_day")]

    def __str__(self) -> str:
        return f"{self.monitor_id} {self.as_of:%Y-%m-%d}"
