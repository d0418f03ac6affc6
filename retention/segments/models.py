"""Segments: a rule, who is in it since when, and how large it was."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from retention.common.ids import uuid7
from retention.customers.models import Customer
from retention.segments.enums import CountProblem


class Segment(models.Model):
    """A rule over customers, with a name in both languages. A ready one comes with the product."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True, default="")
    description = models.CharField(_("what it means"), max_length=400, blank=True, default="")
    description_zh = models.CharField(_("what it means, in Chinese"), max_length=400, blank=True, default="")
    rule = models.JSONField(_("rule"))
    ready = models.BooleanField(_("comes with Stay"), default=False)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("created by"), null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        verbose_name = _("Segment")
        verbose_name_plural = _("Segments")
        ordering = ["-ready", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(rule={}), name="segment_rule_not_empty"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language; one that is missing is lent by the other."""
        return self.name_zh if self.name_zh and _reads_chinese() else self.name

    @property
    def meaning(self) -> str:
        """The description in the reader's language."""
        return self.description_zh if self.description_zh and _reads_chinese() else self.description


class SegmentMembership(models.Model):
    """One stay of a customer in a segment: from the as-of day that found them in to the first that did not."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="segment_memberships")
    entered_on = models.DateField(_("entered on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)

    class Meta:
        verbose_name = _("Segment membership")
        ordering = ["segment", "customer", "entered_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "customer"], condition=Q(left_on__isnull=True), name="segmentmembership_one_open"
            ),
            models.UniqueConstraint(
                fields=["segment", "customer", "entered_on"], name="segmentmembership_one_entry_a_day"
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gt=F("entered_on")), name="segmentmembership_forward"
            ),
        ]
        indexes = [
            models.Index(fields=["segment", "left_on"], name="segmentmembership_left"),  # who left since
            models.Index(fields=["segment", "entered_on"], name="segmentmembership_entered"),  # who came since
        ]

    def __str__(self) -> str:
        return f"{self.segment_id}/{self.customer_id} {self.entered_on}"


class SegmentSize(models.Model):
    """How many customers a segment held as of a day."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="sizes", db_index=False)
    as_of = models.DateField(_("as of"))
    customers = models.PositiveIntegerField(_("customers"))

    class Meta:
        verbose_name = _("Segment size")
        ordering = ["segment", "as_of"]
        constraints = [models.UniqueConstraint(fields=["segment", "as_of"], name="segmentsize_one_a_day")]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.as_of}: {self.customers}"


class SegmentRefresh(models.Model):
    """The last time that a segment was counted: for which day, when, in how many milliseconds, and what changed.

    Where it failed, `problem` says why (a CountProblem), and the rest is of the last time that went well.
    """

    segment = models.OneToOneField(Segment, primary_key=True, on_delete=models.CASCADE, related_name="refresh")
    as_of = models.DateField(_("as of"))
    refreshed_at = models.DateTimeField(_("counted at"))
    took_ms = models.PositiveIntegerField(_("milliseconds"), null=True)
    entered = models.PositiveIntegerField(_("entered"), default=0)
    left = models.PositiveIntegerField(_("left"), default=0)
    problem = models.CharField(_("why it was not counted"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("Count of a segment")
        ordering = ["segment"]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.as_of}"

    @property
    def seconds(self) -> float | None:
        """How long it took; None where it never went well."""
        return None if self.took_ms is None else self.took_ms / 1000

    @property
    def problem_words(self) -> str:
        """Why it was not counted, in the reader's language; "" where it was. Words of earlier versions stay."""
        return str(dict(CountProblem.choices).get(self.problem, self.problem))


class SegmentSnapshot(models.Model):
    """Who was in a segment when a person froze it, with the rule as it was. `customers` stays true after erasures."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="snapshots")
    name = models.CharField(_("name"), max_length=120)
    as_of = models.DateField(_("as of"))
    customers = models.PositiveIntegerField(_("customers"), default=0)
    rule = models.JSONField(_("rule"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("frozen by"), null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(_("frozen at"))

    class Meta:
        verbose_name = _("Snapshot of a segment")
        verbose_name_plural = _("Snapshots of segments")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class SnapshotMember(models.Model):
    """That a customer was in when a snapshot was taken."""

    snapshot = models.ForeignKey(SegmentSnapshot, on_delete=models.CASCADE, related_name="members", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["snapshot", "customer"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "customer"], name="snapshotmember_once")]

    def __str__(self) -> str:
        return f"{self.snapshot_id}/{self.customer_id}"


def _reads_chinese() -> bool:
    return (get_language() or "").startswith("zh")
