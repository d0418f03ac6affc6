"""Alerts: what was found about whom, how grave it is, where it stands, and all that happened to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from retention.alerts.enums import LIVING, EntryKind, Level, Reach, Status, SubjectKind
from retention.alerts.models.monitors import Monitor
from retention.common.ids import uuid7
from retention.customers.models import Account, Category, Customer
from tenants.people.enums import RoleName

_NAMES = {kind: Q(**{f"{kind}__isnull": False}) for kind in ("customer", "account", "category")}
_EMPTY = {kind: Q(**{f"{kind}__isnull": True}) for kind in _NAMES}


def _about(kind: SubjectKind) -> Q:
    """The one subject that fits the kind is filled, the others are empty."""
    said = Q(subject=kind)
    for name in _NAMES:
        said &= _NAMES[name] if name == kind else _EMPTY[name]
    return said


class Alert(models.Model):
    """One cause of worry about one subject. While it lives, finding it again updates it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    monitor = models.ForeignKey(Monitor, on_delete=models.PROTECT, related_name="alerts")
    subject = models.CharField(_("about"), max_length=8, choices=SubjectKind.choices, default=SubjectKind.TENANT)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="alerts", db_index=False
    )
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="alerts", db_index=False
    )
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.CASCADE, related_name="alerts")
    cause = models.CharField(_("cause"), max_length=80)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Level.choices)
    reach = models.CharField(_("reach"), max_length=8, choices=Reach.choices)
    priority = models.CharField(_("priority"), max_length=8, choices=Level.choices)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.OPEN)
    owner_role = models.CharField(_("owner"), max_length=16, choices=RoleName.choices)
    evidence = models.JSONField(_("evidence"), default=dict)
    affected = models.PositiveIntegerField(_("customers affected"), default=0)
    found_count = models.PositiveIntegerField(_("times found"), default=1)
    first_found_on = models.DateField(_("first found"))
    last_found_on = models.DateField(_("last found"))
    opened_at = models.DateTimeField(_("opened at"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    snoozed_until = models.DateField(_("snoozed until"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    resolution = models.CharField(_("cause found"), max_length=400, blank=True, default="")

    class Meta:
        verbose_name = _("Alert")
        verbose_name_plural = _("Alerts")
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["monitor", "customer", "account", "category", "cause"],
                condition=Q(status__in=LIVING),
                nulls_distinct=False,
                name="alert_one_living",
            ),
            models.CheckConstraint(
                condition=_about(SubjectKind.TENANT)
                | _about(SubjectKind.CUSTOMER)
                | _about(SubjectKind.ACCOUNT)
                | _about(SubjectKind.CATEGORY),
                name="alert_of_its_subject",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.SNOOZED) | Q(snoozed_until__isnull=False), name="alert_snoozed_until_a_day"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.RESOLVED, resolved_at__isnull=False)
                | (~Q(status=Status.RESOLVED) & Q(resolved_at__isnull=True)),
                name="alert_resolved_at_some_time",
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at", "id"], name="alert_by_opening"),  # the list
            models.Index(fields=["status", "snoozed_until"], name="alert_by_status"),  # what is open, what wakes
            models.Index(fields=["customer", "monitor"], name="alert_of_customer"),  # the record; once in 30 days
            models.Index(fields=["account"], name="alert_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.monitor_id} {self.subject} {self.cause}"


class AlertEntry(models.Model):
    """One thing that happened to an alert. Nobody acting is Stay itself."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="entries")
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("what"), max_length=12, choices=EntryKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.CharField(max_length=400, blank=True, default="")
    until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("Alert history")
        ordering = ["alert", "at", "id"]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.kind}"
