"""What was decided about customers and their messages, for the 360° page, the campaign's page and the doubts."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count, QuerySet

from campaigns.enums import MessageState, Verdict
from campaigns.models import Campaign, Decision, Message
from retention.customers.models import Customer


def decisions_of(customer: Customer) -> QuerySet[Decision]:
    """Every yes, no and later about `customer`, newest first."""
    return Decision.objects.filter(customer=customer).select_related("campaign", "step", "message")


def left_out_of(campaign: Campaign) -> dict[str, int]:
    """How many were decided against, by the first reason, most first."""
    noes = Decision.objects.filter(campaign=campaign, verdict=Verdict.NO)
    counted = noes.order_by().values_list("reasons__0").annotate(Count("customer", distinct=True))
    return dict(Counter(dict(counted)).most_common())


def message_states(campaign: Campaign) -> dict[str, int]:
    """How many of the campaign's messages are in each state: the live page."""
    counted = Message.objects.filter(campaign=campaign).order_by().values_list("state").annotate(Count("pk"))
    return dict(counted)


def doubts() -> QuerySet[Message]:
    """Messages of which a person has to say whether they went out, oldest first."""
    waiting = Message.objects.filter(state=MessageState.UNKNOWN, needs_person=True)
    return waiting.select_related("customer", "campaign", "step").order_by("planned_at", "pk")


def zones_lent() -> int:
    """Customers who were written to by the organisation's clock, as their own zone is missing or no zone."""
    lent = Decision.objects.filter(evidence__has_key="zone")
    return lent.order_by().values("customer").distinct().count()
