"""What a person decides about an item: what it is about, what is wanted, and that it was answered.

Each act is one transaction, a line in the audit log, and the facts that scoring reads.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.enums import Intent, ItemStatus, TagSource
from feedback.models import FeedbackItem, Tag, Topic
from feedback.models.items import MOST_TAGS
from feedback.services.facts import facts_ended, facts_said
from retention.common.errors import Conflict, DomainError
from retention.customers.services.own_facts import record_facts
from retention.customers.timeline.words import RESOLVED
from tenants.governance.services.audit import record_act
from tenants.people.models import User
from tenants.people.permissions import may

ENDS = ("answered_at", "closed_at")


@dataclass(frozen=True)
class Was:
    """An item before an act: enough to undo it."""

    tags: list[tuple[str, str]]
    intent: str
    severe: bool
    status: str
    answered_at: datetime | None
    closed_at: datetime | None
    assignee: int | None
    duplicate_of: int | None

    def as_json(self) -> dict[str, Any]:
        """What a session can hold."""
        kept = asdict(self)
        return {**kept, **{name: kept[name].isoformat() for name in ENDS if kept[name]}}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Was:
        """What :meth:`as_json` gave."""
        ends = {name: datetime.fromisoformat(kept[name]) for name in ENDS if kept[name]}
        return cls(**{**kept, **ends, "tags": [(code, how) for code, how in kept["tags"]]})


def state_of(item: FeedbackItem) -> Was:
    """`item` as it is now."""
    return Was(
        tags=list(item.tags.order_by("place").values_list("topic__code", "how")),
        intent=item.intent,
        severe=item.severe,
        status=item.status,
        answered_at=item.answered_at,
        closed_at=item.closed_at,
        assignee=item.assignee_id,
        duplicate_of=item.duplicate_of_id,
    )


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
        record_facts([*facts_said(held, topics[0] if topics else ""), *facts_ended(held)], now=now)
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


@transaction.atomic
def separate_item(*, item: FeedbackItem, actor: User, now: datetime) -> FeedbackItem:
    """It sounds like what was said before and is a matter of its own."""
    held = _move(item, (ItemStatus.DUPLICATE,), ItemStatus.OPEN, actor=actor, now=now)
    main = held.tags.filter(place=0).values_list("topic__code", flat=True).first()
    record_facts(facts_said(held, main or ""), now=now)
    return held


def take_item(*, item: FeedbackItem, actor: User, now: datetime) -> FeedbackItem:
    """It is in `actor`'s hands, until it is put back; of two who reach for it, one gets it."""
    return _hand(item, None, actor, "feedback.taken", actor=actor, now=now)


def give_item(*, item: FeedbackItem, to: User, actor: User, now: datetime) -> FeedbackItem:
    """It is in the hands of `to`, whoever had it."""
    if not to.is_active or not may(to, "feedback.tag"):
        raise DomainError(
            "not_for_them", _("%(person)s can’t work on feedback.") % {"person": to}, mend=_("Choose somebody else.")
        )
    held = FeedbackItem.objects.get(pk=item.pk)
    return _hand(item, held.assignee, to, "feedback.given", actor=actor, now=now)


def put_back_item(*, item: FeedbackItem, actor: User, now: datetime) -> FeedbackItem:
    """Whoever had it, has it no more."""
    held = FeedbackItem.objects.get(pk=item.pk)
    return _hand(item, held.assignee, None, "feedback.put_back", actor=actor, now=now)


@transaction.atomic
def restore_item(*, item: FeedbackItem, was: Was, unless_moved_since: datetime, actor: User, now: datetime) -> None:
    """Undo: `item` is as it `was` before the act that left it at `unless_moved_since`; Conflict when it moved on."""
    held = _held(item)
    if held.updated_at != unless_moved_since:
        raise Conflict("feedback_moved", _("Somebody has worked on this item meanwhile."), mend=_("Look at it again."))
    topics = {topic.code: topic for topic in Topic.objects.filter(code__in=[code for code, _how in was.tags])}
    Tag.objects.filter(item=held).delete()
    Tag.objects.bulk_create(
        Tag(item=held, topic=topics[code], place=place, how=how, tagged_by=actor, tagged_at=now)
        for place, (code, how) in enumerate(was.tags)
        if code in topics
    )
    held.intent, held.severe, held.status, held.updated_at = was.intent, was.severe, was.status, now
    held.answered_at, held.closed_at = was.answered_at, was.closed_at
    held.duplicate_of_id = was.duplicate_of
    held.assignee = User.objects.filter(pk=was.assignee).first() if was.assignee else None
    held.save()
    main = was.tags[0][0] if was.tags else ""
    record_facts([*facts_said(held, main), *facts_ended(held)], now=now)
    record_act(action="feedback.undone", actor=actor, target=f"feedback:{held.public_id}", at=now)


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
        ItemStatus.OPEN: {"answered_at": None, "closed_at": None, "duplicate_of": None},
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
        record_facts(facts_ended(held, resolved), now=now)
        record_act(
            action=f"feedback.{after.value}",
            actor=actor,
            target=f"feedback:{held.public_id}",
            detail={} if resolved is None else {RESOLVED: resolved},
            at=now,
        )
    return held


def _held(item: FeedbackItem) -> FeedbackItem:
    return FeedbackItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
