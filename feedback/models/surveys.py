"""Surveys and what was answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from retention.common.ids import uuid7
from retention.customers.models import Customer


class Survey(models.Model):
    """A question with a score from 0 to 10."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, unique=True)
    question_en = models.CharField(_("question in English"), max_length=300, blank=True, default="", db_default="")
    question_zh = models.CharField(_("question in Chinese"), max_length=300, blank=True, default="", db_default="")
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("Survey")
        verbose_name_plural = _("Surveys")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def question(self, language: str) -> str:
        """What it asks in `language`, in the other one where it has no words there; "" for the usual question."""
        asked = (self.question_zh, self.question_en)
        first, second = asked if language.startswith("zh") else asked[::-1]
        return first or second


class SurveyResponse(models.Model):
    """One answer; nobody's, where it was given without a name."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    response_id = models.CharField(_("response id"), max_length=200, unique=True)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="responses", db_index=False)
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="answers")
    score = models.PositiveSmallIntegerField(_("score"))
    comment = models.TextField(_("comment"), blank=True, default="", db_default="")
    answered_at = models.DateTimeField(_("answered at"))
    properties = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    recorded_at = models.DateTimeField(_("recorded at"))
    updated_at = models.DateTimeField(_("updated at"))
    withdrawn = models.BooleanField(_("withdrawn"), default=False, db_default=False)

    class Meta:
        verbose_name = _("Survey answer")
        verbose_name_plural = _("Survey answers")
        ordering = ["-answered_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(score__lte=10), name="answer_score_to_ten")]
        indexes = [models.Index(fields=["survey", "answered_at"], name="answer_of_survey")]  # NPS over time

    def __str__(self) -> str:
        return f"{self.score}"
