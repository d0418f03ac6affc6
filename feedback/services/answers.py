"""An answer to a survey by its link: one for each asking; the first stands."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from feedback.links import Asked
from feedback.models import Survey, SurveyResponse
from feedback.services.hearing import hear
from retention.customers.services.own_facts import OwnFact, record_facts


@transaction.atomic
def answer_survey(*, asked: Asked, score: int, comment: str, now: datetime) -> tuple[SurveyResponse, bool]:
    """Keep the answer, the fact, and the comment as one more voice; with False when it was answered before."""
    survey, _made = Survey.objects.get_or_create(name=asked.survey, defaults={"created_at": now})
    answer = SurveyResponse(
        response_id=asked.response_id,
        survey=survey,
        customer=asked.customer,
        score=score,
        comment=comment,
        answered_at=now,
        recorded_at=now,
        updated_at=now,
    )
    SurveyResponse.objects.bulk_create([answer], ignore_conflicts=True)
    kept = SurveyResponse.objects.get(response_id=asked.response_id)
    if kept.public_id != answer.public_id:
        return kept, False
    fact = OwnFact(
        f"nps-{kept.response_id}", "nps_answered", now, customer=asked.customer.pk,
        properties={"score": score, "survey": survey.name},
    )  # fmt: skip
    record_facts([fact], now=now)
    if comment:
        hear(
            feedback_id=f"survey-{kept.response_id}", text=comment, channel="survey", customer=asked.customer, now=now,
            properties={"score": score, "survey": survey.name},
        )  # fmt: skip
    return kept, True
