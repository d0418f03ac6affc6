"""Experiments: who was drawn into which arm, what they did afterwards, and what the comparison said.

Exposures and outcomes are facts. `occurred_at` and `exposed_at` are when it was so, `recorded_at` when it came here.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import ExperimentSource, ExperimentUnit
from retention.common.ids import uuid7
from retention.customers.models import Customer

BUCKETS = 10_000
"""Shares are counted in buckets of this many: see :mod:`campaigns.science.assignment`."""


class Experiment(models.Model):
    """A comparison of arms. `salt` decides who falls into which: it never changes once somebody was exposed."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, unique=True)
    salt = models.CharField(_("salt"), max_length=64)
    unit = models.CharField(
        _("unit"),
        max_length=10,
        choices=ExperimentUnit.choices,
        default=ExperimentUnit.CUSTOMER,
        db_default="customer",
    )
    source = models.CharField(_("source"), max_length=16, choices=ExperimentSource.choices)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("Experiment")
        verbose_name_plural = _("Experiments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(source="global_holdout"),
                name="experiment_one_global_holdout",
            ),
            models.CheckConstraint(condition=~Q(salt=""), name="experiment_salted"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(started_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="experiment_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Arm(models.Model):
    """One side of an experiment. `share` is its part of 10,000 buckets; null where nobody said: equal parts."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="arms", db_index=False)
    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(default=0, db_default=0)
    share = models.PositiveIntegerField(_("share"), null=True, blank=True)
    is_control = models.BooleanField(_("control"), default=False, db_default=False)

    class Meta:
        verbose_name = _("Arm")
        verbose_name_plural = _("Arms")
        ordering = ["experiment", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["experiment", "name"], name="arm_name_unique"),
            models.UniqueConstraint(fields=["experiment"], condition=Q(is_control=True), name="arm_one_control"),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__lte=BUCKETS), name="arm_share_in_buckets"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Exposure(models.Model):
    """The first arm a customer was exposed to. Held-out people have one too; later arms are conflicts."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="exposures", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="exposures")
    arm = models.ForeignKey(Arm, on_delete=models.PROTECT, related_name="exposures", db_index=False)
    exposed_at = models.DateTimeField(_("exposed at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    properties = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    withdrawn = models.BooleanField(_("withdrawn"), default=False, db_default=False)

    class Meta:
        verbose_name = _("Exposure")
        verbose_name_plural = _("Exposures")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["experiment", "customer"], name="exposure_first_wins")]
        indexes = [models.Index(fields=["arm", "exposed_at"], name="exposure_of_arm")]  # who was drawn, by day

    def __str__(self) -> str:
        return f"{self.experiment_id}/{self.customer_id} → {self.arm_id}"


class ExposureConflict(models.Model):
    """A further arm that a customer met after the first one: kept, counted and warned of; never compared."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="conflicts", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="exposure_conflicts")
    arm = models.ForeignKey(Arm, on_delete=models.PROTECT, related_name="conflicts")
    exposed_at = models.DateTimeField(_("exposed at"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("Exposure to a second arm")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["experiment", "customer", "arm"], name="exposureconflict_once_an_arm")
        ]

    def __str__(self) -> str:
        return f"{self.experiment_id}/{self.customer_id} → {self.arm_id}"


class Outcome(models.Model):
    """What an exposed customer did, as one number: a metric's values are summed per customer; none at all is 0."""

    outcome_id = models.CharField(_("outcome id"), max_length=200, unique=True)
    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="outcomes", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="outcomes")
    metric = models.CharField(_("metric"), max_length=120)
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=6)
    occurred_at = models.DateTimeField(_("occurred at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    properties = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    withdrawn = models.BooleanField(_("withdrawn"), default=False, db_default=False)

    class Meta:
        verbose_name = _("Outcome")
        verbose_name_plural = _("Outcomes")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["experiment", "metric", "customer"], name="outcome_of_metric"),  # the readout's sums
        ]

    def __str__(self) -> str:
        return f"{self.experiment_id}/{self.customer_id} {self.metric} {self.value}"


class Readout(models.Model):
    """What an experiment said as of a day, kept: a later look never rewrites an earlier one."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="readouts", db_index=False)
    control = models.ForeignKey(Arm, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField(_("as of"))
    result = models.JSONField(_("result"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("Readout")
        verbose_name_plural = _("Readouts")
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["experiment", "-made_at"], name="readout_of_experiment")]

    def __str__(self) -> str:
        return f"{self.experiment_id} as of {self.as_of}"
