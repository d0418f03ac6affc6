"""Claim due messages: a lease on 500 at a time, every check anew under their lock, places and coupons reserved.

All of it is one transaction: whoever dies in it leaves nothing behind. The lease is measured by the database's own
clock, so that a moved business clock neither ends nor keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction

from campaigns.channels import channels
from campaigns.enums import Lane, MessageState, Reason, Verdict
from campaigns.models import Message
from campaigns.selectors.at_send import Known, read_due
from campaigns.selectors.switches import what_is_stopped
from campaigns.services.checks import Answer, SendRules, check, later_or_never
from campaigns.services.combining import refuse_combined
from campaigns.services.coupons import Given, needs_code, reserve_coupons
from campaigns.services.deciding import Decided, keep_decisions
from campaigns.services.settling import release, slot_key
from retention.customers.services.touches import Slot, cap_rules, lock_for_contacts, reserve_slots
from tenants.context import current_tenant
from tenants.policies import policy_values

BATCH = 500
BUSY = timedelta(seconds=5)
"""How long a message waits whose customer's row somebody else holds."""


@dataclass(frozen=True)
class Ready:
    """A message that may go out, with its coupon if it has one."""

    known: Known
    coupon: Given | None = None


@dataclass(frozen=True)
class Claim:
    """What one turn looked at, and what it holds under `token`."""

    token: UUID
    looked_at: int
    ready: tuple[Ready, ...]


@transaction.atomic
def claim_batch(*, lane: Lane, now: datetime, most: int = BATCH) -> Claim:
    """Hold up to `most` due messages that may go out; the others are withheld or put off, with their reasons."""
    token = uuid4()
    due = _pick(lane, now, most)
    if not due:
        return Claim(token, 0, ())
    held = lock_for_contacts(set(due.values()))
    busy = [message for message, customer in due.items() if customer not in held]
    Message.objects.filter(pk__in=busy).update(due_at=now + BUSY)
    values = policy_values()
    rules = SendRules.of(values, current_tenant().zone)
    known = read_due([message for message, customer in due.items() if customer in held])
    answers = {each.id: check(each, rules, now, has_provider=_has_provider(each.channel)) for each in known}
    ready = _reserve(known, answers, now)
    _write(known, answers, now)
    lease = values["sending.lease_minutes"]
    assert isinstance(lease, int)
    _hold([each.known.id for each in ready], token, lease)
    return Claim(token, len(due), ready)


def _pick(lane: Lane, now: datetime, most: int) -> dict[int, int]:
    """Due messages that nobody holds and nothing stops, locked; message → customer."""
    stopped = what_is_stopped()
    if stopped.everything:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m.id, m.customer_id FROM campaigns_message m
            WHERE m.state IN ('planned', 'not_sent') AND m.lane = %s AND m.due_at <= %s
              AND NOT m.channel = ANY(%s) AND NOT coalesce(m.campaign_id = ANY(%s), false)
              AND (m.campaign_id IS NULL
                   OR m.campaign_id IN (SELECT g.id FROM campaigns_campaign g WHERE g.status = 'running'))
            ORDER BY m.due_at, m.id LIMIT %s FOR UPDATE OF m SKIP LOCKED
            """,
            [lane, now, sorted(stopped.channels), sorted(stopped.campaigns), most],
        )
        return dict(cursor.fetchall())


def _reserve(known: Sequence[Known], answers: dict[int, Answer], now: datetime) -> tuple[Ready, ...]:
    """Offers that go together, places under the caps, then coupons; `answers` learns who of those passed got none."""
    passed = {each.id: each for each in known if answers[each.id].verdict == Verdict.YES}
    _refuse_combined(passed, answers, now)
    slots = [
        Slot(slot_key(each.public_id), each.customer, each.channel, each.purpose, each.worth, "campaigns")
        for each in passed.values()
    ]
    refused = reserve_slots(slots, now=now, rules=cap_rules())
    for each in list(passed.values()):
        if (key := slot_key(each.public_id)) in refused:
            answers[each.id] = later_or_never(each, (Reason.CAP,), refused[key])
            del passed[each.id]
    wanted = {each.id: each.offer for each in passed.values() if each.offer is not None}
    coded = needs_code(set(wanted.values())) if wanted else set()
    coupons = reserve_coupons({message: offer for message, offer in wanted.items() if offer in coded}, now=now)
    without = [message for message, offer in wanted.items() if offer in coded and message not in coupons]
    for message in without:
        answers[message] = Answer(Verdict.NO, (Reason.NO_COUPON,))
        del passed[message]
    release(without)
    return tuple(Ready(each, coupons.get(each.id)) for each in passed.values())


def _refuse_combined(passed: dict[int, Known], answers: dict[int, Answer], now: datetime) -> None:
    """Whoever holds an offer that excludes this one waits for its end, or gets nothing. Asked before the caps,
    so that no place is spent on it."""
    excluded = refuse_combined(list(passed.values()), now=now)
    for message, why in excluded.items():
        answers[message] = replace(later_or_never(passed[message], (why.reason,), why.until), beside=why.beside)
        del passed[message]


def _write(known: Sequence[Known], answers: Mapping[int, Answer], now: datetime) -> None:
    """The noes and the laters as states, and every decision that is new."""
    noes = [(each.id, answers[each.id].reasons[0]) for each in known if answers[each.id].verdict == Verdict.NO]
    withhold(noes)
    later = [(each.id, answers[each.id]) for each in known if answers[each.id].verdict == Verdict.LATER]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_message m SET due_at = w.due_at, reason = w.reason"
            " FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS w (id, due_at, reason) WHERE m.id = w.id",
            [
                [message for message, _ in later],
                [answer.due_at for _, answer in later],
                [str(answer.reasons[0]) for _, answer in later],
            ],
        )
    keep_decisions(
        (
            Decided(each, answer.verdict, answer.reasons, _evidence(answer))
            for each in known
            if (answer := answers[each.id]).verdict != Verdict.LATER or each.reason != answer.reasons[0]
        ),
        now=now,
    )


def withhold(messages: Sequence[tuple[int, Reason]]) -> None:
    """These go out no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_message m SET state = 'withheld', reason = w.reason, claim = NULL, lease_until = NULL"
            " FROM unnest(%s::bigint[], %s::text[]) AS w (id, reason)"
            " WHERE m.id = w.id AND m.state IN ('planned', 'not_sent', 'claimed')",
            [[message for message, _ in messages], [str(reason) for _, reason in messages]],
        )


def _hold(messages: Sequence[int], token: UUID, minutes: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_message m SET state = %s, claim = %s, reason = '',"
            " lease_until = clock_timestamp() + make_interval(mins => %s) WHERE m.id = ANY(%s)",
            [MessageState.CLAIMED, token, minutes, list(messages)],
        )


def _evidence(answer: Answer) -> dict[str, object]:
    found: dict[str, object] = {"zone": "lent by the organisation"} if answer.zone_lent else {}
    if answer.beside:
        found["beside"] = answer.beside
    if answer.due_at is not None:
        found["due_at"] = answer.due_at.isoformat()
    return found


def _has_provider(code: str) -> bool:
    channel = channels.get(code)
    return channel is not None and channel.provider() is not None
