"""Who is in a campaign, what was decided, what was sent and what came of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import AttemptOutcome, CostKind, Lane, MessageState, ReceiptKind, Verdict
from campaigns.models.campaign import Campaign, CampaignVersion, Step
from campaigns.models.experiments import Arm
from campaigns.models.templates import TemplateVersion
from retention.common.ids import uuid7
from retention.customers.enums import Channel, Purpose
from retention.customers.models import Customer


class Enrollment(models.Model):
    """A customer in a campaign, once. The held-out are enrolled too, and get no message."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="enrollments", db_index=False)
    version = models.ForeignKey(CampaignVersion, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="enrollments")
    arm = models.ForeignKey(Arm, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    held_out = models.BooleanField(_("held out"), default=False)
    measure = models.FloatField(_("days or r when enrolled"), null=True, blank=True)
    enrolled_at = models.DateTimeField(_("enrolled at"))

    class Meta:
        verbose_name = _("Enrollment")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "customer"], name="enrollment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.customer_id}"


class Message(models.Model):
    """One message to one customer. `public_id` is our id at the provider: Message-ID and idempotency key.

    The row decides: who claims it holds it until `lease_until` under the token `claim`; see MessageState. What was
    rendered is kept until the customer is erased.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, null=True, blank=True, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    step = models.ForeignKey(Step, null=True, blank=True, on_delete=models.PROTECT, related_name="messages")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="messages", db_index=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    lane = models.CharField(max_length=14, choices=Lane.choices, default=Lane.CAMPAIGN, db_default="campaign")
    state = models.CharField(
        _("state"), max_length=10, choices=MessageState.choices, default=MessageState.PLANNED, db_default="planned"
    )
    reason = models.CharField(_("why withheld or waiting"), max_length=20, blank=True, default="", db_default="")
    worth = models.FloatField(default=0.0, db_default=0.0)
    planned_at = models.DateTimeField(_("planned at"))
    due_at = models.DateTimeField(_("due at"))
    not_after = models.DateTimeField(_("not after"))
    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, db_default=0)
    needs_person = models.BooleanField(_("a person decides"), default=False, db_default=False)
    look_up_at = models.DateTimeField(null=True, blank=True)
    provider = models.CharField(_("provider"), max_length=20, blank=True, default="", db_default="")
    provider_id = models.CharField(_("provider's id"), max_length=200, blank=True, default="", db_default="")
    address_digest = models.BinaryField(max_length=32, null=True, blank=True)
    template = models.ForeignKey(TemplateVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(_("subject"), max_length=1000, blank=True, default="", db_default="")
    body = models.TextField(_("text"), blank=True, default="", db_default="")
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("delivered or failed at"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    clicked_at = models.DateTimeField(_("clicked at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    complained_at = models.DateTimeField(_("complained at"), null=True, blank=True)

    class Meta:
        verbose_name = _("Message")
        verbose_name_plural = _("Messages")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "step"], name="message_one_a_step"),
            models.CheckConstraint(
                condition=~Q(state__in=["claimed", "attempting"]) | Q(claim__isnull=False, lease_until__isnull=False),
                name="message_held_under_a_lease",
            ),
        ]
        indexes = [
            # what is due, by lane: the claim
            models.Index(
                fields=["lane", "due_at", "id"], condition=Q(state__in=["planned", "not_sent"]), name="message_due"
            ),
            # leases that ran out: the relay
            models.Index(
                fields=["lease_until"], condition=Q(state__in=["claimed", "attempting"]), name="message_leased"
            ),
            # doubts: the look-up, and the page where a person decides
            models.Index(fields=["look_up_at", "id"], condition=Q(state="unknown"), name="message_unknown"),
            models.Index(fields=["campaign", "state"], name="message_of_campaign"),  # the live page's counts
            models.Index(fields=["customer", "id"], name="message_of_customer"),  # the 360° page
            models.Index(fields=["provider", "provider_id"], condition=~Q(provider_id=""), name="message_at_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.public_id}"


class Attempt(models.Model):
    """One hand-over of a message to a provider, committed before the network is reached."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="tries", db_index=False)
    number = models.PositiveSmallIntegerField()
    claim = models.UUIDField()
    provider = models.CharField(max_length=20)
    began_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=AttemptOutcome.choices, blank=True, default="")
    code = models.CharField(_("provider's word"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("Attempt")
        ordering = ["message", "number"]
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="attempt_number_unique")]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.number} {self.outcome}"


class Receipt(models.Model):
    """What a provider told us, as it came. Known by the provider's own event id: told twice it is one row."""

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=200)
    raw = models.TextField()
    received_at = models.DateTimeField(_("received at"))
    processed_at = models.DateTimeField(_("processed at"), null=True, blank=True)
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="receipts")
    kind = models.CharField(_("kind"), max_length=12, choices=ReceiptKind.choices, blank=True, default="")
    occurred_at = models.DateTimeField(_("occurred at"), null=True, blank=True)
    robot = models.BooleanField(_("by a robot"), null=True)
    problem = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("Receipt")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="receipt_once")]
        indexes = [
            models.Index(fields=["id"], condition=Q(processed_at__isnull=True), name="receipt_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"


class Decision(models.Model):
    """Why a customer got, or did not get, a step: stored when it was decided, never changed."""

    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.CASCADE, related_name="decisions", db_index=False
    )
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    step = models.ForeignKey(Step, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="decisions")
    verdict = models.CharField(_("decided"), max_length=5, choices=Verdict.choices)
    reasons = ArrayField(models.CharField(max_length=20), verbose_name=_("reasons"))
    evidence = models.JSONField(_("evidence"), default=dict, db_default=models.Value({}, models.JSONField()))
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("Decision")
        ordering = ["-decided_at", "-id"]
        indexes = [
            models.Index(fields=["customer", "-decided_at"], name="decision_of_customer"),  # the 360° page
            models.Index(fields=["campaign", "verdict"], name="decision_of_campaign"),  # who is left out and why
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.customer_id}"


class CostEntry(models.Model):
    """What something cost. Known by its source, so that it is counted once."""

    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.CASCADE, related_name="costs", db_index=False
    )
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="costs")
    kind = models.CharField(_("kind"), max_length=8, choices=CostKind.choices)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=4)
    occurred_at = models.DateTimeField(_("occurred at"))
    source_key = models.CharField(max_length=80, unique=True)

    class Meta:
        verbose_name = _("Cost")
        ordering = ["id"]
        indexes = [models.Index(fields=["campaign", "kind"], name="cost_of_campaign")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
