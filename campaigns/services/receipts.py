"""What providers tell us: kept raw at once, worked through later, states only forward.

A receipt is known by the provider's own event id, so that one told twice is one. What follows from it is set: facts
for scoring, consent taken back by a STOP word, suppression, the harm check of its campaign.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from campaigns.channels import channels
from campaigns.enums import MessageState, ReceiptKind, SuppressionReason
from campaigns.models import Message, Receipt
from campaigns.services.harm import pause_harmful
from campaigns.services.settling import settle, slot_key, undo_contact
from campaigns.services.suppressing import suppress_digests
from retention.customers.enums import Purpose
from retention.customers.models import Touch
from retention.customers.services.consent import Said, record_consents
from retention.customers.services.own_facts import OwnFact, record_facts
from tenants.governance.erased_marks import mark_digest

AT_ONCE = 500
ROBOT_WITHIN = timedelta(seconds=2)
"""Nobody opens or clicks so soon after it was taken: a scanner did."""
STOP_WORDS = frozenset({"t", "td", "r", "n", "退订", "stop", "unsubscribe", "拒收"})
FACTS = {
    ReceiptKind.DELIVERED: "message_delivered",
    ReceiptKind.OPENED: "message_opened",
    ReceiptKind.CLICKED: "message_clicked",
    ReceiptKind.REPLIED: "message_answered",
}


@dataclass(frozen=True)
class Told:
    """One receipt, read."""

    receipt: int
    kind: ReceiptKind
    occurred_at: datetime
    message: Message
    text: str = ""
    code: str = ""
    robot: bool | None = None


@dataclass
class _Read:
    told: list[Told] = field(default_factory=list)
    problems: dict[int, str] = field(default_factory=dict)


def keep_receipt(*, provider: str, event_id: str, raw: str, now: datetime) -> bool:
    """Keep what came, and nothing else; False when it came before."""
    return keep_receipts(provider=provider, came=[(event_id, raw, now)]) == 1


def keep_receipts(*, provider: str, came: Sequence[tuple[str, str, datetime]]) -> int:
    """Keep what came as (event id, raw, moment), and nothing else; how many of them had not come before."""
    event_ids, raws, moments = ([one[place] for one in came] for place in range(3))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_receipt (provider, event_id, raw, received_at, kind, problem)"
            " SELECT %s, left(event_id, 200), raw, at, '', ''"
            " FROM unnest(%s::text[], %s::text[], %s::timestamptz[]) AS came (event_id, raw, at)"
            " ON CONFLICT (provider, event_id) DO NOTHING",
            [provider, event_ids, raws, moments],
        )
        return cursor.rowcount


def process_receipts(*, now: datetime, most: int = AT_ONCE) -> int:
    """Work through waiting receipts; how many there were. Any number of workers may; each receipt has one."""
    count = 0
    while taken := _process_some(now, most):
        count += taken
    return count


@transaction.atomic
def _process_some(now: datetime, most: int) -> int:
    waiting = Receipt.objects.select_for_update(skip_locked=True, of=("self",)).filter(processed_at=None)
    receipts = list(waiting.order_by("pk")[:most])
    if not receipts:
        return 0
    read = _read(receipts)
    _forward(read.told, now)
    _mark(read.told)
    _record_facts(read.told, now)
    _stop(read.told, now)
    _close(receipts, read, now)
    harmful = (ReceiptKind.FAILED, ReceiptKind.COMPLAINED)
    pause_harmful({t.message.campaign_id for t in read.told if t.kind in harmful and t.message.campaign_id}, now=now)
    return len(receipts)


def is_stop_word(text: str) -> bool:
    """Whether a reply says stop: in any width and case, with blanks and full stops anywhere."""
    plain = re.sub(r"[\s.。!！,，'\"“”【】\[\]]+", "", unicodedata.normalize("NFKC", text)).casefold()
    return plain in STOP_WORDS


def _read(receipts: Sequence[Receipt]) -> _Read:
    read, parsed = _Read(), {}
    for receipt in receipts:
        try:
            parsed[receipt.pk] = _parse(receipt.raw)
        except (ValueError, KeyError, TypeError) as error:
            read.problems[receipt.pk] = f"unreadable: {type(error).__name__}"
    ids = {said["id"] for said in parsed.values() if said["id"] is not None}
    messages = {message.public_id: message for message in Message.objects.filter(public_id__in=ids)}
    for key, said in parsed.items():
        message = messages.get(said["id"]) or _by_sender(said)
        if message is None:
            read.problems[key] = "unknown_message"
            continue
        robot = said["robot"] or _too_soon(said["kind"], said["at"], message)
        read.told.append(Told(key, said["kind"], said["at"], message, said["text"], said["code"], robot))
    return read


def _parse(raw: str) -> dict[str, Any]:
    body = json.loads(raw)
    data = body["data"]
    return {
        "kind": ReceiptKind(str(body["type"]).removeprefix("message.")),
        "at": datetime.fromisoformat(body["timestamp"]),
        "id": UUID(data["id"]) if data.get("id") else None,
        "from": str(data.get("from") or ""),
        "channel": str(data.get("channel") or ""),
        "text": str(data.get("text") or ""),
        "code": str(data.get("code") or ""),
        "robot": bool(data.get("robot")),
    }


def _by_sender(said: dict[str, Any]) -> Message | None:
    """A reply that names no message: the latest one to that address by the channel."""
    channel = channels.get(said["channel"])
    if channel is None or not said["from"]:
        return None
    digest = mark_digest(channel.mark, said["from"])
    sent = Message.objects.filter(channel=channel.code, address_digest=digest) if digest else Message.objects.none()
    return sent.order_by("-accepted_at", "-pk").first()


def _too_soon(kind: ReceiptKind, at: datetime, message: Message) -> bool:
    seen = kind in (ReceiptKind.OPENED, ReceiptKind.CLICKED)
    return seen and message.accepted_at is not None and at - message.accepted_at < ROBOT_WITHIN


def _forward(told: Sequence[Told], now: datetime) -> None:
    """States forward, with what follows for ledger and coupon; a receipt also ends a doubt."""
    for kind, state, before in (
        (ReceiptKind.ACCEPTED, MessageState.ACCEPTED, ("attempting", "unknown", "not_sent")),
        (ReceiptKind.DELIVERED, MessageState.DELIVERED, ("attempting", "unknown", "not_sent", "accepted")),
        (ReceiptKind.FAILED, MessageState.FAILED, ("attempting", "unknown", "not_sent", "accepted", "delivered")),
    ):
        when = {t.message.pk: t.occurred_at for t in told if t.kind == kind}
        if not when:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE campaigns_message m
                SET state = %s, claim = NULL, lease_until = NULL, look_up_at = NULL, needs_person = false,
                    accepted_at = coalesce(m.accepted_at, w.at),
                    ended_at = CASE WHEN %s = 'accepted' THEN m.ended_at ELSE w.at END
                FROM unnest(%s::bigint[], %s::timestamptz[]) AS w (id, at),
                     (SELECT o.id, o.state FROM campaigns_message o WHERE o.id = ANY(%s) ORDER BY o.id FOR UPDATE) old
                WHERE m.id = w.id AND old.id = m.id AND old.state = ANY(%s) RETURNING m.id, old.state
                """,
                [state, state, list(when), list(when.values()), list(when), list(before)],
            )
            moved = dict(cursor.fetchall())
        if state == MessageState.FAILED:
            undo_contact(list(moved), now=now)
        else:
            settle([message for message, was in moved.items() if was not in ("accepted", "delivered")], now=now)


def _mark(told: Sequence[Told]) -> None:
    """The first open, click, answer and complaint of each message; robots don't count."""
    columns = {
        ReceiptKind.OPENED: "opened_at",
        ReceiptKind.CLICKED: "clicked_at",
        ReceiptKind.REPLIED: "answered_at",
        ReceiptKind.COMPLAINED: "complained_at",
    }
    for kind, column in columns.items():
        for one in sorted((t for t in told if t.kind == kind and not t.robot), key=lambda t: t.occurred_at):
            Message.objects.filter(pk=one.message.pk, **{column: None}).update(**{column: one.occurred_at})
    answered = [slot_key(t.message.public_id) for t in told if t.kind == ReceiptKind.REPLIED]
    Touch.objects.filter(source_key__in=answered).update(two_way=True)


def _record_facts(told: Sequence[Told], now: datetime) -> None:
    facts: dict[str, OwnFact] = {}
    for one in told:
        name = FACTS.get(one.kind)
        if name is None or (one.kind == ReceiptKind.REPLIED and is_stop_word(one.text)):
            continue
        fact = _fact(one, name)
        facts.setdefault(fact.event_id, fact)
    record_facts(list(facts.values()), now=now)


def _fact(one: Told, name: str) -> OwnFact:
    robot = ":robot" if one.robot else ""
    return OwnFact(
        event_id=f"{name}:{one.message.public_id}{robot}",
        name=name,
        occurred_at=one.occurred_at,
        customer=one.message.customer_id,
        properties={
            "message_id": str(one.message.public_id),
            "channel": one.message.channel,
            "robot": bool(one.robot),
        },
    )


def _stop(told: Sequence[Told], now: datetime) -> None:
    """Who said stop, complained, or is not there any more: consent, suppression and the fact."""
    refused = [t for t in told if _says_stop(t)]
    record_consents(
        [
            Said(
                t.message.customer_id,
                t.message.channel,
                Purpose.MARKETING,
                granted=False,
                source=f"{t.kind} to {t.message.public_id}",
                occurred_at=min(t.occurred_at, now),
                wording=t.text[:200],
            )
            for t in refused
        ],
        now=now,
    )
    record_facts([_fact(t, "messages_refused") for t in refused], now=now)
    lost: dict[tuple[str, SuppressionReason], list[bytes]] = defaultdict(list)
    for one in told:
        reason = _suppression(one)
        if reason is not None and one.message.address_digest is not None:
            lost[one.message.channel, reason].append(bytes(one.message.address_digest))
    for (channel, reason), digests in lost.items():
        suppress_digests(digests, channel=channel, reason=reason, now=now)


def _says_stop(told: Told) -> bool:
    if told.kind == ReceiptKind.REPLIED:
        return is_stop_word(told.text)
    return told.kind in (ReceiptKind.COMPLAINED, ReceiptKind.UNSUBSCRIBED)


def _suppression(told: Told) -> SuppressionReason | None:
    if told.kind == ReceiptKind.COMPLAINED:
        return SuppressionReason.COMPLAINED
    if told.kind == ReceiptKind.FAILED and told.code == "gone":
        return SuppressionReason.BOUNCED
    return None


def _close(receipts: Sequence[Receipt], read: _Read, now: datetime) -> None:
    by_receipt = {t.receipt: t for t in read.told}
    for receipt in receipts:
        told = by_receipt.get(receipt.pk)
        receipt.processed_at = now
        receipt.problem = read.problems.get(receipt.pk, "")
        if told is not None:
            receipt.message, receipt.kind = told.message, told.kind
            receipt.occurred_at, receipt.robot = told.occurred_at, told.robot
    Receipt.objects.bulk_update(
        receipts, ["processed_at", "problem", "message", "kind", "occurred_at", "robot"], batch_size=AT_ONCE
    )
