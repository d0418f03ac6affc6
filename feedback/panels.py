"""What somebody said, on the pages of customers and accounts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.links import asked_survey, say_path, survey_path
from feedback.models import FeedbackItem, SurveyResponse
from retention.customers.models import Account, Contact, Customer
from retention.customers.panels import Panel, register, register_account
from tenants.links import tenant_url

MOST = 5


def _of_customer(customer: Customer, as_of: date) -> dict[str, Any]:
    survey = asked_survey()
    path = survey_path(customer.public_id, survey=survey, occasion=as_of.isoformat())
    return {
        "items": FeedbackItem.objects.filter(customer=customer, withdrawn=False)[:MOST],
        "answers": SurveyResponse.objects.filter(customer=customer, withdrawn=False).select_related("survey")[:MOST],
        "survey": survey,
        "survey_link": tenant_url(path),
        "say_link": tenant_url(say_path(customer.public_id)),
    }


def _of_account(account: Account, as_of: date) -> dict[str, Any] | None:
    people = Contact.objects.filter(account=account, withdrawn=False).values("customer")
    items = FeedbackItem.objects.filter(Q(account=account) | Q(customer__in=people), withdrawn=False)
    answers = SurveyResponse.objects.filter(customer__in=people, withdrawn=False).select_related("survey", "customer")
    found = {"items": items.select_related("customer")[:MOST], "answers": answers[:MOST]}
    return found if any(found.values()) else None


register(Panel("voice", _("Voice"), 9, "feedback.view", "feedback/_panel.html", _of_customer, place="side"))
register_account(Panel("voice", _("Voice"), 9, "feedback.view", "feedback/_panel.html", _of_account, place="side"))
