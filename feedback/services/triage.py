"""What a person decides about an item: what it is about, what is wanted, and that it was answered.

Each act is one transaction, a line in the audit log, and the facts that scoring reads.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.enums import COMPLAINTS, Intent, ItemStatus, TagSource
from feedback.models import FeedbackItem, Tag, Topic
from feedback.models.items import MOST_TAGS
from retention.common.errors import Conflict, DomainError
from retention.customers.models import Event
from retention.customers.services.own_facts import OwnFact, record_facts
from tenants.governance.services.audit import record_act
from tenants.people.models import User


def tag_item(
    *, item: FeedbackItem, topics: list[str], intent: str, severe: bool, actor: User, now: datetime
) -> FeedbackItem:
    """Put `item` under `topics` (codes, the main one first) with `intent`; raises DomainError on what can't be."""
    if intent and intent not in Intent.values:
        raise DomainError("unknown_intent", _("There is no intent “%s”.") % intent, mend=_("Choose one."))
    if len(set(topics)) != len(topics) or len(topics) > MOST_TAGS:
        raise DomainError(
            "too_many_topics", _("An item has one main topic and at most two more."), mend=_("Take one away.")
        )
    known = {topic.code: topic for topic in Topic.objects.filter(code__in=topics, retired_at=None)}
    for code in topics:
        if code not in known:
            raise DomainError("unknown_topic", _("There is no topic “%s”.") % code, mend=_("Choose one of the list."))
    with transaction.atomic():
        held = _held(item)
        Tag.objects.filter(item=held).delete()
        Tag.objects.bulk_create(
            Tag(item=held, topic=known[code], place=place, how=TagSource.PERSON, tagged_by=actor, tagged_at=now)
            for place, code in enumerate(topics)
        )
        held.intent, held.severe, held.updated_at = intent, severe, now
        if held.status == ItemStatus.NEW:
            held.status = ItemStatus.OPEN
        held.save(update_fields=["intent", "severe", "status", "updated_at"])
        record_facts([*_said(held, topics[0] if topics else ""), *_ended(held)], now=now)
        record_act(
            action="feedback.tagged",
            actor=actor,
            target=f"feedback:{held.public_id}",
            detail={"topics": topics, "intent": intent, "severe": severe},
            at=now,
        )
    return held


def answer_item(*, item: FeedbackItem, actor: User, now: datetime) -> FeedbackItem:
    """The customer was answered."""
    return _move(item, (ItemStatus.NEW, ItemStatus.OPEN), ItemStatus.ANSWERED, actor=actor, now=now)


def close_item(*, item: FeedbackItem, resolved: bool, actor: User, now: datetime) -> FeedbackItem:
    """Nothing is left to do; `resolved`: the matter itself is mended."""
    before = (ItemStatus.NEW, ItemStatus.OPEN, ItemStatus.ANSWERED)
    return _move(item, before, ItemStatus.CLOSED, actor=actor, now=now, resolved=resolved)


def reopen_item(*, item: FeedbackItem, actor: User, now: datetime) -> FeedbackItem:
    """It was not over."""
    return _move(item, (ItemStatus.ANSWERED, ItemStatus.CLOSED), ItemStatus.OPEN, actor=actor, now=now)


def take_item(*, item: FeedbackItem, actor: User, now: datetime) -> FeedbackItem:
    """It is in `actor`'s hands, until it is put back; of two who reach for it, one gets it."""
    return _hand(item, None, actor, "feedback.taken", actor=actor, now=now)


def put_back_item(*, item: FeedbackItem, actor: User, now: datetime) -> FeedbackItem:
    """Whoever had it, has it no more."""
    held = FeedbackItem.objects.get(pk=item.pk)
    return _hand(item, held.assignee, None, "feedback.put_back", actor=actor, now=now)


def _hand(
    item: FeedbackItem, before: User | None, after: User | None, action: str, *, actor: User, now: datetime
) -> FeedbackItem:
    with transaction.atomic():
        held = _held(item)
        if before == after or held.assignee != before:
            raise Conflict(
                "feedback_moved", _("Somebody else has moved this item meanwhile."), mend=_("Look at it again.")
            )
        held.assignee, held.updated_at = after, now
        held.save(update_fields=["assignee", "updated_at"])
        record_act(action=action, actor=actor, target=f"feedback:{held.public_id}", at=now)
    return held


def _move(
    item: FeedbackItem,
    before: tuple[ItemStatus, ...],
    after: ItemStatus,
    *,
    actor: User,
    now: datetime,
    resolved: bool | None = None,
) -> FeedbackItem:
    stamps: dict[ItemStatus, dict[str, datetime | None]] = {
        ItemStatus.ANSWERED: {"answered_at": now},
        ItemStatus.CLOSED: {"closed_at": now},
        ItemStatus.OPEN: {"answered_at": None, "closed_at": None},
    }
    with transaction.atomic():
        held = _held(item)
        moved = FeedbackItem.objects.filter(pk=held.pk, status__in=before).update(
            status=after, updated_at=now, **stamps[after]
        )
        if not moved:
            raise Conflict(
                "feedback_moved",
                _("Somebody else has moved this item: it is %s now.") % held.get_status_display(),
                mend=_("Look at it again."),
            )
        held.refresh_from_db()
        record_facts(_ended(held, resolved), now=now)
        record_act(
            action=f"feedback.{after.value}",
            actor=actor,
            target=f"feedback:{held.public_id}",
            detail={} if resolved is None else {"resolved": resolved},
            at=now,
        )
    return held


def _held(item: FeedbackItem) -> FeedbackItem:
    return FeedbackItem.objects.select_for_update(of=("self",)).get(pk=item.pk)


def _said(item: FeedbackItem, topic: str) -> list[OwnFact]:
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
    is_complaint = item.intent in COMPLAINTS
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


def _ended(item: FeedbackItem, resolved: bool | None = None) -> list[OwnFact]:
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
            properties["resolved"] = resolved
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
