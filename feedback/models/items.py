"""What customers said, and what it is about."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.enums import Intent, ItemStatus, TagSource
from feedback.models.topics import Topic
from retention.common.ids import uuid7
from retention.customers.models import Account, Customer

MOST_TAGS = 3


class FeedbackItem(models.Model):
    """One voice: a complaint, a review, a comment, a note of a call. The text is kept as it came, and is hostile."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    feedback_id = models.CharField(_("feedback id"), max_length=200, unique=True)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="feedback", db_index=False
    )
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="feedback", db_index=False
    )
    text = models.TextField(_("text"))
    language = models.CharField(_("language"), max_length=16, blank=True, default="", db_default="")
    channel = models.CharField(_("channel"), max_length=40, blank=True, default="", db_default="")
    intent = models.CharField(
        _("intent"), max_length=12, choices=Intent.choices, blank=True, default="", db_default=""
    )
    severe = models.BooleanField(_("severe"), default=False, db_default=False)
    sentiment = models.FloatField(_("sentiment"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=ItemStatus.choices, default=ItemStatus.NEW, db_default="new"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="duplicates"
    )
    received_at = models.DateTimeField(_("received at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    properties = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    recorded_at = models.DateTimeField(_("recorded at"))
    updated_at = models.DateTimeField(_("updated at"))
    withdrawn = models.BooleanField(_("withdrawn"), default=False, db_default=False)

    class Meta:
        verbose_name = _("Feedback")
        verbose_name_plural = _("Feedback")
        ordering = ["-received_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sentiment__isnull=True) | Q(sentiment__gte=-1, sentiment__lte=1), name="feedback_sentiment"
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | Q(status="duplicate"), name="feedback_duplicate_says_so"
            ),
        ]
        indexes = [
            models.Index(fields=["received_at", "id"], name="feedback_by_time"),  # the inbox
            models.Index(fields=["status", "received_at", "id"], name="feedback_by_status"),  # the inbox, filtered
            models.Index(fields=["customer", "received_at"], name="feedback_of_customer"),  # the record
            models.Index(fields=["account", "received_at"], name="feedback_of_account"),  # the record
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Tag(models.Model):
    """An item's topic. Place 0 is the main one; places 1 and 2 are the others, and there is no fourth."""

    item = models.ForeignKey(FeedbackItem, on_delete=models.CASCADE, related_name="tags", db_index=False)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="tags")
    place = models.PositiveSmallIntegerField(default=0)
    how = models.CharField(_("by"), max_length=8, choices=TagSource.choices)
    tagged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    tagged_at = models.DateTimeField(_("tagged at"))

    class Meta:
        verbose_name = _("Tag")
        ordering = ["item", "place"]
        constraints = [
            models.UniqueConstraint(fields=["item", "place"], name="tag_one_in_a_place"),
            models.UniqueConstraint(fields=["item", "topic"], name="tag_topic_once"),
            models.CheckConstraint(condition=Q(place__lt=MOST_TAGS), name="tag_three_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.topic}"
