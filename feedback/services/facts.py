"""What scoring hears of an item: that it was said, that a complaint was opened, answered and closed."""

from __future__ import annotations

from feedback.enums import COMPLAINTS, ItemStatus
from feedback.models import FeedbackItem
from retention.customers.models import Event
from retention.customers.services.own_facts import OwnFact
from retention.customers.timeline.words import RESOLVED


def facts_said(item: FeedbackItem, topic: str) -> list[OwnFact]:
    """That it was said, and, if it is one, that a complaint was opened: both as of when it came."""
    if item.customer_id is None and item.account_id is None:
        return []
    who = {"customer": item.customer_id, "account": item.account_id, "occurred_at": item.received_at}
    words = {"feedback_id": item.feedback_id, "topic": topic or None, "intent": item.intent or None}
    told = {"sentiment": item.sentiment, **words}
    facts = [
        OwnFact(
            f"feedback-{item.feedback_id}",
            "feedback_received",
            properties={name: value for name, value in told.items() if value is not None},
            **who,  # type: ignore[arg-type]
        )
    ]
    opened = {"complaint_id": item.feedback_id, "severe": item.severe, **({"topic": topic} if topic else {})}
    is_complaint = item.intent in COMPLAINTS and item.status != ItemStatus.DUPLICATE
    if is_complaint or _was_opened(item):
        facts.append(
            OwnFact(
                f"complaint-{item.feedback_id}",
                "complaint_opened",
                properties=opened,
                withdrawn=not is_complaint,
                **who,  # type: ignore[arg-type]
            )
        )
    return facts


def _was_opened(item: FeedbackItem) -> bool:
    return Event.objects.filter(event_id=f"complaint-{item.feedback_id}", superseded_at=None).exists()


def facts_ended(item: FeedbackItem, resolved: bool | None = None) -> list[OwnFact]:
    """A complaint's answer and end as the item stands now: one that is open again, or is no complaint, has neither."""
    if item.customer_id is None and item.account_id is None:
        return []
    ends = {"complaint_answered": item.answered_at, "complaint_closed": item.closed_at}
    ids = {name: f"{name}-{item.feedback_id}" for name in ends}
    told = {event.event_id: event for event in Event.objects.filter(event_id__in=ids.values(), superseded_at=None)}
    facts = []
    for name, ended_at in ends.items():
        before = told.get(ids[name])
        at = ended_at if item.intent in COMPLAINTS else None
        if at is None and (before is None or before.withdrawn):
            continue
        properties: dict[str, object] = dict(before.properties) if before else {"complaint_id": item.feedback_id}
        if resolved is not None and name == "complaint_closed":
            properties[RESOLVED] = resolved
        facts.append(
            OwnFact(
                ids[name],
                name,
                at or before.occurred_at,  # type: ignore[union-attr]  # one of the two is there
                customer=item.customer_id,
                account=item.account_id,
                properties=properties,
                withdrawn=at is None,
            )
        )
    return facts
