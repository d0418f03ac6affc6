"""Doubts: looked up at the provider by our id; sent again by itself only where it takes an idempotency key.

Everything else waits for a person, who says what happened (`resolve_unknown`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from campaigns.channels import Outcome, provider_called
from campaigns.enums import AttemptOutcome, MessageState
from campaigns.models import Message
from campaigns.services.settling import release, settle
from retention.common.errors import Conflict
from tenants.governance.services.audit import record_act

LOOK_AGAIN = timedelta(seconds=60)
AT_ONCE = 200


@dataclass(frozen=True)
class _Doubt:
    id: int
    public_id: UUID
    provider: str


def expire_leases(*, now: datetime) -> int:
    """Take up what dead workers held: what was only claimed waits again, what was being attempted is a doubt."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE campaigns_message m SET state = 'planned', claim = NULL, lease_until = NULL,
                   due_at = least(due_at, %s)
            WHERE m.id IN (SELECT o.id FROM campaigns_message o
                           WHERE o.state = 'claimed' AND o.lease_until < clock_timestamp()
                           ORDER BY o.id FOR UPDATE SKIP LOCKED)
            RETURNING m.id
            """,
            [now],
        )
        claimed = [row[0] for row in cursor.fetchall()]
        release(claimed)
        cursor.execute(
            """
            UPDATE campaigns_message m
            SET state = 'unknown', claim = NULL, lease_until = NULL, look_up_at = clock_timestamp()
            WHERE m.id IN (SELECT o.id FROM campaigns_message o
                           WHERE o.state = 'attempting' AND o.lease_until < clock_timestamp()
                           ORDER BY o.id FOR UPDATE SKIP LOCKED)
            RETURNING m.id
            """
        )
        doubted = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "UPDATE campaigns_attempt SET outcome = 'unknown', code = 'worker_lost', ended_at = %s"
            " WHERE message_id = ANY(%s) AND outcome = ''",
            [now, doubted],
        )
    return len(claimed) + len(doubted)


def look_up_unknowns(*, now: datetime, most: int = AT_ONCE) -> int:
    """Ask the providers about doubts that are due for it; how many were resolved."""
    doubts = _due_doubts(most)
    answers = [(doubt, _ask(doubt)) for doubt in doubts]
    return sum(_apply(doubt, answer, now) for doubt, answer in answers)


def resolve_unknown(*, message: Message, was_sent: bool, actor: object, now: datetime) -> None:
    """A person says what happened to a doubt: it went out, or it did not and is tried again, through every check."""
    state = MessageState.ACCEPTED if was_sent else MessageState.NOT_SENT
    with transaction.atomic():
        if not _move([message.pk], state, now):
            raise Conflict(
                "no_doubt",
                _("This message is no doubt any more."),
                mend=_("Open the page again to see what became of it."),
            )
        record_act(
            actor=actor,
            action="message.resolved",
            target=f"message:{message.public_id}",
            detail={"was_sent": was_sent},
            at=now,
        )


def _due_doubts(most: int) -> list[_Doubt]:
    """Each is put off as it is taken, so that two workers don't ask for the same one at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE campaigns_message m SET look_up_at = clock_timestamp() + make_interval(secs => %s)
            WHERE m.id IN (SELECT o.id FROM campaigns_message o
                           WHERE o.state = 'unknown' AND NOT o.needs_person AND o.look_up_at <= clock_timestamp()
                           ORDER BY o.look_up_at, o.id LIMIT %s FOR UPDATE SKIP LOCKED)
            RETURNING m.id, m.public_id, m.provider
            """,
            [LOOK_AGAIN.total_seconds(), most],
        )
        return [_Doubt(*row) for row in cursor.fetchall()]


def _ask(doubt: _Doubt) -> Outcome:
    provider = provider_called(doubt.provider)
    if provider is None or not provider.looks_up:
        return Outcome(AttemptOutcome.UNKNOWN, code="no_look_up")
    return provider.look_up(doubt.public_id)


@transaction.atomic
def _apply(doubt: _Doubt, answer: Outcome, now: datetime) -> int:
    provider = provider_called(doubt.provider)
    if answer.outcome == AttemptOutcome.ACCEPTED:
        return _move([doubt.id], MessageState.ACCEPTED, now, provider_id=answer.provider_id)
    if answer.outcome == AttemptOutcome.REJECTED:
        return _move([doubt.id], MessageState.REJECTED, now)
    safe = provider is not None and provider.takes_idempotency_key
    if answer.outcome == AttemptOutcome.NOT_SENT and safe:
        return _move([doubt.id], MessageState.NOT_SENT, now)
    if answer.outcome == AttemptOutcome.NOT_SENT or provider is None or not provider.looks_up:
        Message.objects.filter(pk=doubt.id, state=MessageState.UNKNOWN).update(needs_person=True)
    return 0


def _move(messages: Sequence[int], state: MessageState, now: datetime, provider_id: str = "") -> int:
    """Out of *unknown*, with what follows from it; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE campaigns_message m
            SET state = %s, needs_person = false, look_up_at = NULL, due_at = %s,
                provider_id = coalesce(nullif(%s, ''), m.provider_id),
                accepted_at = CASE %s WHEN 'accepted' THEN %s ELSE m.accepted_at END
            WHERE m.id = ANY(%s) AND m.state = 'unknown' RETURNING m.id
            """,
            [state, now, provider_id[:200], state, now, list(messages)],
        )
        moved = [row[0] for row in cursor.fetchall()]
    follow(moved, state, now)
    return len(moved)


def follow(messages: Collection[int], state: MessageState, now: datetime) -> None:
    """The ledger, coupons and costs of messages that came to `state`."""
    if state == MessageState.ACCEPTED:
        settle(list(messages), now=now)
    else:
        release(messages)
