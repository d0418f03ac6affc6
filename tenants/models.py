"""The rows of the public schema: who the tenants are and at which hosts they answer."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_tenants.models import DomainMixin, TenantMixin

from retention.common.ids import uuid7
from tenants.enums import Business, TenantStatus


class Tenant(TenantMixin):
    """One company: a schema, its own users, keys, policies and audit log."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    business = models.CharField(_("business"), max_length=16, choices=Business.choices, default=Business.SHOP)
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC")
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    language = models.CharField(_("language"), max_length=10, default="en")
    is_synthetic = models.BooleanField(_("holds synthetic data"), default=False)
    status = models.CharField(
        _("status"), max_length=16, choices=TenantStatus.choices, default=TenantStatus.PROVISIONING
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    auto_create_schema = False
    auto_drop_schema = False

    class Meta:
        verbose_name = _("Tenant")
        verbose_name_plural = _("Tenants")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The tenant's time zone: its calendar days are local days there."""
        return ZoneInfo(self.timezone)


class Domain(DomainMixin):
    """A host name at which a tenant answers."""

    class Meta:
        verbose_name = _("Domain")
        verbose_name_plural = _("Domains")
        ordering = ["domain"]


class DeadLetter(models.Model):
    """A message that was refused: a person retries or drops it. Arguments are ids, never personal data."""

    task = models.CharField(_("task"), max_length=200)
    task_id = models.CharField(_("task id"), max_length=64, blank=True)
    arguments = models.JSONField(_("arguments"), default=dict)
    headers = models.JSONField(_("headers"), default=dict)
    reason = models.CharField(_("reason"), max_length=80)
    refused_at = models.DateTimeField(_("refused at"), auto_now_add=True)

    class Meta:
        verbose_name = _("Dead letter")
        verbose_name_plural = _("Dead letters")
        ordering = ["-refused_at", "-id"]

    def __str__(self) -> str:
        return f"{self.task}: {self.reason}"


class Schedule(models.Model):
    """When a chore of a tenant is due next; claimed by moving `due_at` on."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="schedule_unique")]
        indexes = [models.Index(fields=["due_at"], name="schedule_by_due")]  # the scheduler's claim

    def __str__(self) -> str:
        return f"{self.name} due {self.due_at:%Y-%m-%d %H:%M}"


SCHEMA_STATES = [
    ("current", _("as the template")),
    ("migrating", _("being migrated")),
    ("broken", pgettext_lazy("schema", "broken")),
]


class SchemaState(models.Model):
    """What is known of a tenant's schema: it equals the template with this fingerprint, or it doesn't."""

    CURRENT, MIGRATING, BROKEN = "current", "migrating", "broken"

    schema_name = models.CharField(_("schema"), max_length=63, unique=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True)
    status = models.CharField(_("status"), max_length=10, default=CURRENT, choices=SCHEMA_STATES)
    error = models.TextField(_("error"), blank=True)
    noted_at = models.DateTimeField(_("noted at"), auto_now=True)

    class Meta:
        verbose_name = _("Schema state")
        verbose_name_plural = _("Schema states")
        ordering = ["schema_name"]

    def __str__(self) -> str:
        return f"{self.schema_name}: {self.status}"

    @classmethod
    def note(cls, schema: str, fingerprint: str, *, status: str = CURRENT, error: str = "") -> None:
        """Replace what is known of `schema`."""
        known = {"fingerprint": fingerprint, "status": status, "error": error}
        cls.objects.update_or_create(schema_name=schema, defaults=known)

    @classmethod
    def current(cls, fingerprint: str) -> models.QuerySet[SchemaState, str]:
        """The names of the schemas that equal the template as it is now."""
        return cls.objects.filter(fingerprint=fingerprint, status=cls.CURRENT).values_list("schema_name", flat=True)
