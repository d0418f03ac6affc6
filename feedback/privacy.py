"""What a customer said and answered."""

from __future__ import annotations

from feedback.models import FeedbackItem, SurveyResponse
from retention.customers.models import Customer
from retention.customers.privacy import PrivacyPart, Rows, register


def export_feedback(customer: Customer) -> Rows:
    """Everything said, word for word, and every answer."""
    items = FeedbackItem.objects.filter(customer=customer).order_by("pk")
    answers = SurveyResponse.objects.filter(customer=customer).order_by("pk")
    return [
        *items.values("feedback_id", "text", "language", "channel", "intent", "status", "received_at", "properties"),
        *answers.values("response_id", "survey__name", "score", "comment", "answered_at", "properties"),
    ]


def erase_feedback(customer: Customer) -> dict[str, int]:
    """The words go; that something was said, when and about what, stays, so that counts stay true."""
    return {
        "feedback_emptied": FeedbackItem.objects.filter(customer=customer).update(text="", properties={}),
        "answers_emptied": SurveyResponse.objects.filter(customer=customer).update(comment="", properties={}),
    }


register(PrivacyPart("feedback", export_feedback, erase_feedback))
