"""What was agreed with whom and until when, as it is and as it was known before; and the ends of its terms."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from retention.common.ids import uuid7
from retention.customers.models import Account, Customer
from retention.success.enums import ContractStatus, RenewalStatus

ONE_PARTY = Q(account__isnull=False, customer__isnull=True) | Q(account__isnull=True, customer__isnull=False)


class Terms(models.Model):
    """What a contract says."""

    product = models.CharField(_("product"), max_length=200, blank=True, default="", db_default="")
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    auto_renew = models.BooleanField(_("renews itself"), null=True)
    status = models.CharField(
        _("status"), max_length=10, choices=ContractStatus.choices, default=ContractStatus.ACTIVE, db_default="active"
    )
    properties = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    withdrawn = models.BooleanField(_("withdrawn"), default=False, db_default=False)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        abstract = True


class Contract(Terms):
    """A contract as it is known now; `ends_on` is its last day, empty while it runs on."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    contract_id = models.CharField(_("contract id"), max_length=200, unique=True)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="contracts", db_index=False
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="contracts", db_index=False
    )
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        verbose_name = _("Contract")
        verbose_name_plural = _("Contracts")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=ONE_PARTY, name="contract_of_one_party"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="contract_runs_forward"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "ends_on"], name="contract_of_account"),  # panel, terms
            models.Index(fields=["customer", "ends_on"], name="contract_of_customer"),  # panel, terms
            models.Index(fields=["ends_on"], name="contract_by_end"),  # renewals that come up
        ]

    def __str__(self) -> str:
        return self.product or self.contract_id

    def standing_on(self, day: date) -> str:
        """Its status in words; one that is active is in force only from its first day to its last, and one that has
        been ended is so up to its last."""
        if self.status == ContractStatus.ENDED and self.ends_on is not None and self.starts_on <= day <= self.ends_on:
            return pgettext("contract", "In force to its last day")
        if self.status != ContractStatus.ACTIVE or self.starts_on <= day <= (self.ends_on or day):
            return self.get_status_display()
        return pgettext("contract", "Begins later") if self.starts_on > day else pgettext("contract", "Ended")


class ContractVersion(Terms):
    """What a contract said from `recorded_at` until `superseded_at`: what a run at a past moment could have known."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(_("version"))
    digest = models.CharField(max_length=32)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Contract as it was")
        ordering = ["contract", "number"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="contractversion_number_unique"),
            models.UniqueConstraint(
                fields=["contract"], condition=Q(superseded_at__isnull=True), name="contractversion_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} v{self.number}"


class Renewal(models.Model):
    """The end of one term of a contract, and what becomes of it. Nobody having decided is Stay itself."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="renewals", db_index=False)
    ends_on = models.DateField(_("term ends on"))
    amount = models.DecimalField(_("at stake"), max_digits=14, decimal_places=2, null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=RenewalStatus.choices, default=RenewalStatus.OPEN, db_default="open"
    )
    next_step = models.CharField(_("next step"), max_length=300, blank=True, default="", db_default="")
    next_step_on = models.DateField(_("next step on"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="", db_default="")
    amount_after = models.DecimalField(_("renewed for"), max_digits=14, decimal_places=2, null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn = models.BooleanField(_("withdrawn"), default=False, db_default=False)

    class Meta:
        verbose_name = _("Renewal")
        verbose_name_plural = _("Renewals")
        ordering = ["ends_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "ends_on"], name="renewal_once_per_term"),
            models.CheckConstraint(
                condition=Q(status="open", decided_at__isnull=True)
                | (~Q(status="open") & Q(decided_at__isnull=False)),
                name="renewal_decided_at_some_time",
            ),
        ]
        indexes = [models.Index(fields=["ends_on", "id"], name="renewal_by_end")]  # the list by month

    def __str__(self) -> str:
        return f"{self.contract_id} {self.ends_on:%Y-%m-%d}"
