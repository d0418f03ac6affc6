"""Customers, how they are recognised, and the accounts they act for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from retention.common.ids import uuid7
from retention.customers.enums import ContactRole, CustomerKind, IdentityKind


class Customer(models.Model):
    """A person or household that buys or uses. `name` may be empty."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    external_id = models.CharField(_("customer id"), max_length=200, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    email = models.CharField(_("e-mail"), max_length=254, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")
    language = models.CharField(_("language"), max_length=16, blank=True, default="")
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, default="")
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    source = models.CharField(_("acquisition source"), max_length=80, blank=True, default="")
    joined_at = models.DateTimeField(_("customer since"), null=True, blank=True)
    kind = models.CharField(
        _("kind"),
        max_length=8,
        choices=CustomerKind.choices,
        default=CustomerKind.PERSON,
        db_default="person",
    )
    traits = models.JSONField(_("traits"), default=dict, db_default=models.Value({}, models.JSONField()))
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    erased_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        verbose_name = _("Customer")
        verbose_name_plural = _("Customers")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["name", "id"], name="customer_by_name"),  # the list, sorted by name
            models.Index(fields=["joined_at", "id"], name="customer_by_joined"),  # the list, newest first
            models.Index(fields=["email"], name="customer_by_email", condition=~Q(email="")),  # search
            models.Index(fields=["source"], name="customer_by_source", condition=~Q(source="")),  # which there are
            models.Index(fields=["erased_at"], name="customer_by_erasure", condition=Q(erased_at__isnull=False)),
            models.Index(  # who counts, and since when, without the rows: what every rule and count asks
                fields=["id"],
                include=["joined_at"],
                name="customer_counts",
                condition=Q(kind=CustomerKind.PERSON, merged_into__isnull=True, erased_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id


class Identity(models.Model):
    """One mark by which a customer is recognised."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(_("kind"), max_length=16, choices=IdentityKind.choices)
    value = models.CharField(_("value"), max_length=254)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="identity_unique")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class Account(models.Model):
    """A company that is a customer. Its people are Customers with a role: Contacts."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    external_id = models.CharField(_("account id"), max_length=200, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    csm = models.CharField(_("CSM"), max_length=254, blank=True, default="")
    consultant = models.CharField(_("consultant"), max_length=254, blank=True, default="")
    consultant_since = models.DateField(_("consultant since"), null=True, blank=True)
    joined_at = models.DateTimeField(_("customer since"), null=True, blank=True)
    traits = models.JSONField(_("traits"), default=dict, db_default=models.Value({}, models.JSONField()))
    recorded_at = models.DateTimeField(_("recorded at"))
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        verbose_name = _("Account")
        verbose_name_plural = _("Accounts")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["name", "id"], name="account_by_name"),  # the list, sorted by name
            models.Index(fields=["csm", "id"], name="account_by_csm"),  # "my accounts"
        ]

    def __str__(self) -> str:
        return self.name or self.external_id


class Contact(models.Model):
    """A customer's role in an account: no name or mail of its own."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="contacts", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    role = models.CharField(_("role"), max_length=16, choices=ContactRole.choices, default=ContactRole.USER)
    ended_on = models.DateField(_("left on"), null=True, blank=True)
    properties = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn = models.BooleanField(_("withdrawn"), default=False, db_default=False)

    class Meta:
        verbose_name = _("Contact")
        verbose_name_plural = _("Contacts")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["account", "customer", "role"], name="contact_unique")]

    def __str__(self) -> str:
        return f"{self.customer} · {self.get_role_display()}"
