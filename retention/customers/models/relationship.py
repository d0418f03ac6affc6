"""Memberships, consent, preferences, and the one ledger of contacts."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from retention.common.ids import uuid7
from retention.customers.enums import Channel, Frequency, Purpose
from retention.customers.models.customer import Customer


class Membership(models.Model):
    """A level that a customer holds from a day on; a paid one has an end and may renew itself.

    One that was cancelled runs to its end and is not renewed; without `cancelled_on` nobody told when.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    level = models.CharField(_("level"), max_length=60)
    since = models.DateField(_("since"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    auto_renew = models.BooleanField(_("renews itself"), null=True)
    cancelled = models.BooleanField(_("cancelled"), null=True)
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    properties = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn = models.BooleanField(_("withdrawn"), default=False, db_default=False)

    class Meta:
        verbose_name = _("Membership")
        verbose_name_plural = _("Memberships")
        ordering = ["-since", "-id"]
        constraints = [models.UniqueConstraint(fields=["customer", "level", "since"], name="membership_unique")]

    def __str__(self) -> str:
        return self.level


class ConsentEntry(models.Model):
    """A yes or no to a channel and purpose, with its wording, source and time. Append-only; the latest counts."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents", db_index=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    granted = models.BooleanField(_("granted"))
    wording = models.TextField(_("wording"), blank=True, default="")
    source = models.CharField(_("source"), max_length=80)
    occurred_at = models.DateTimeField(_("occurred at"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering = ["-occurred_at", "-id"]
        indexes = [
            models.Index(fields=["customer", "channel", "purpose", "occurred_at"], name="consent_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.channel}/{self.purpose}: {self.granted}"


class Preference(models.Model):
    """What a customer chose about messages.

    `personalised` false refuses promotions as a whole. `content_types` (of Content) and `channels` (of Channel) list
    what is still wanted; an empty list limits nothing, as nobody chose.
    """

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="preference")
    personalised = models.BooleanField(_("personalised outreach"), default=True)
    content_types = models.JSONField(_("content types"), default=list)
    channels = models.JSONField(_("channels"), default=list)
    frequency = models.CharField(
        _("how often"), max_length=8, choices=Frequency.choices, default=Frequency.USUAL, db_default="usual"
    )
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        ordering = ["customer"]

    def __str__(self) -> str:
        return f"preferences of {self.customer_id}"


class Touch(models.Model):
    """One contact with a customer, whoever made it: marketing, success or support. The one ledger.

    A reserved one holds a place under the caps for a message that is about to be sent; nobody was contacted yet.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="touches", db_index=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    two_way = models.BooleanField(_("answered"), default=False)
    made_by = models.CharField(_("made by"), max_length=254, blank=True, default="")
    summary = models.CharField(_("summary"), max_length=300, blank=True, default="")
    reserved = models.BooleanField(_("reserved"), default=False, db_default=False)
    source_key = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001 - NULL is not unique, "" is
    occurred_at = models.DateTimeField(_("occurred at"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("Contact made")
        ordering = ["-occurred_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["source_key"], name="touch_of_one_source")]
        indexes = [
            models.Index(fields=["customer", "occurred_at"], name="touch_of_customer"),  # caps
            BrinIndex(fields=["occurred_at", "recorded_at"], name="touch_by_time"),  # what came, or grew old, in a day
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.occurred_at:%Y-%m-%d}"
