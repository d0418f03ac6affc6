"""Campaigns: what is planned for whom, in versions that are never changed once launched."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import BandBy, CampaignKind, CampaignStatus, PauseReason
from campaigns.models.experiments import Experiment
from campaigns.models.offers import Offer
from campaigns.models.templates import MessageTemplate
from retention.common.ids import uuid7
from retention.customers.enums import Channel, Content, Purpose
from retention.segments.models import Segment


class Campaign(models.Model):
    """Asking customers back. Its audience, ladder and limits are those of `current`, a version."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=10, choices=CampaignKind.choices, default=CampaignKind.ORDINARY)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices, default=Purpose.MARKETING)
    status = models.CharField(
        _("status"), max_length=10, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT, db_default="draft"
    )
    pause_reason = models.CharField(
        _("why paused"), max_length=12, choices=PauseReason.choices, blank=True, default=""
    )
    current = models.ForeignKey(
        "campaigns.CampaignVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    experiment = models.OneToOneField(
        Experiment, null=True, blank=True, on_delete=models.PROTECT, related_name="campaign"
    )
    ready = models.BooleanField(_("comes with Stay"), default=False, db_default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))
    launched_at = models.DateTimeField(_("launched at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("Campaign")
        verbose_name_plural = _("Campaigns")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="running") | Q(launched_at__isnull=False, current__isnull=False),
                name="campaign_runs_what_was_launched",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignVersion(models.Model):
    """Audience, holdout, window and limits, with its steps. Frozen by its first launch."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(_("version"))
    segment = models.ForeignKey(Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    audience = models.JSONField(_("audience"), null=True, blank=True)
    band_by = models.CharField(_("tiers by"), max_length=10, choices=BandBy.choices, default=BandBy.LOGIN_GAP)
    holdout = models.FloatField(_("holdout"), default=0.1)
    starts_at = models.DateTimeField(_("starts at"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    useful_hours = models.PositiveIntegerField(_("useful for hours"), default=24, db_default=24)
    worth = models.FloatField(_("worth to the customer"), default=0.0, db_default=0.0)
    budget = models.DecimalField(_("budget"), max_digits=14, decimal_places=2, null=True, blank=True)
    frozen_at = models.DateTimeField(_("frozen at"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("Campaign version")
        ordering = ["campaign", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="campaignversion_unique"),
            models.CheckConstraint(
                condition=Q(segment__isnull=False) | Q(audience__isnull=False), name="campaignversion_is_for_somebody"
            ),
            models.CheckConstraint(
                condition=Q(audience__isnull=True) | ~Q(audience={}), name="campaignversion_audience_not_empty"
            ),
            models.CheckConstraint(condition=Q(holdout__gte=0, holdout__lt=1), name="campaignversion_holdout_share"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="campaignversion_window_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} v{self.number}"


class Step(models.Model):
    """One message of the ladder, for the customers whose measure (days or r) lies in [from, below)."""

    version = models.ForeignKey(CampaignVersion, on_delete=models.CASCADE, related_name="steps", db_index=False)
    ordinal = models.PositiveSmallIntegerField(_("step"))
    band_from = models.FloatField(_("tier from"), null=True, blank=True)
    band_below = models.FloatField(_("tier below"), null=True, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    content = models.CharField(_("content"), max_length=12, choices=Content.choices, default=Content.OFFERS)
    template = models.ForeignKey(
        MessageTemplate, null=True, blank=True, on_delete=models.PROTECT, related_name="steps"
    )
    template_number = models.PositiveIntegerField(_("template version"), null=True, blank=True)
    offer = models.ForeignKey(Offer, null=True, blank=True, on_delete=models.PROTECT, related_name="steps")
    delay_minutes = models.PositiveIntegerField(_("minutes after enrollment"), default=0, db_default=0)

    class Meta:
        verbose_name = _("Step")
        verbose_name_plural = _("Steps")
        ordering = ["version", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["version", "ordinal"], name="step_ordinal_unique"),
            models.CheckConstraint(
                condition=Q(band_from__isnull=True) | Q(band_below__isnull=True) | Q(band_below__gt=F("band_from")),
                name="step_band_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.ordinal}"


class LaunchRequest(models.Model):
    """What a person saw before a launch: how many, who is left out and why; and another person who approved it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.ForeignKey(CampaignVersion, on_delete=models.CASCADE, related_name="requests")
    size = models.PositiveIntegerField(_("customers"))
    left_out = models.JSONField(_("left out, by reason"), default=dict)
    by_step = models.JSONField(_("customers by step"), default=dict)
    of_all = models.PositiveIntegerField(_("customers in all"))
    as_of = models.DateField(_("as of"))
    needs_approval = models.BooleanField(_("needs a second person"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(_("requested at"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    launched_at = models.DateTimeField(_("launched at"), null=True, blank=True)

    class Meta:
        verbose_name = _("Launch request")
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")),
                name="launchrequest_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(launched_at__isnull=True) | Q(needs_approval=False) | Q(approved_at__isnull=False),
                name="launchrequest_launched_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.size}"


class CampaignPlan(models.Model):
    """How far a launch has been planned: customers up to `cursor`. Moved in the transaction that plans them."""

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="plan")
    version = models.ForeignKey(CampaignVersion, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    cursor = models.BigIntegerField(default=0, db_default=0)
    planned_at = models.DateTimeField()
    canary_until = models.DateTimeField(null=True, blank=True)
    enrolled = models.PositiveIntegerField(default=0, db_default=0)
    held_out = models.PositiveIntegerField(default=0, db_default=0)
    left_out = models.PositiveIntegerField(default=0, db_default=0)
    messages = models.PositiveIntegerField(default=0, db_default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["campaign"]

    def __str__(self) -> str:
        return f"{self.campaign_id} up to {self.cursor}"
