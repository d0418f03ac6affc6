"""Attempts: committed before the network is reached, and what came of them, in sets.

`begin_attempts` asks once more what may have changed since the claim: switches, opt-outs, erasures. What it does not
return was not begun.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from campaigns.channels import Outcome, Provider
from campaigns.enums import AttemptOutcome, MessageState
from campaigns.selectors.at_send import suppressed_sql
from campaigns.selectors.switches import STOPPED
from campaigns.services.settling import release, settle
from retention.customers.selectors.consent import consent_sql
from tenants.policies import policy_number

AT_WORK = timedelta(minutes=2)
"""An attempt that has said nothing for so long is a doubt. Longer than any provider's time-out."""
FIRST_LOOK = timedelta(seconds=10)
"""A provider gets so long to know of a message before it is asked about it."""


@dataclass(frozen=True)
class Written:
    """What a message says, as it is kept with its attempt."""

    message: int
    digest: bytes | None
    template: int | None
    subject: str
    text: str


@dataclass(frozen=True)
class Attempted:
    """What came of one attempt, and when."""

    message: int
    outcome: Outcome
    at: datetime


def begin_attempts(claim: UUID, written: Sequence[Written], *, provider: Provider, now: datetime) -> set[int]:
    """Move claimed messages to *attempting*; those that may still go out are returned. Commit before sending them."""
    suppressed, prefixes = suppressed_sql("m.channel")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH begun AS (
                UPDATE campaigns_message m
                SET state = 'attempting', attempts = m.attempts + 1, provider = %s, subject = w.subject,
                    body = w.text, template_id = w.template, address_digest = w.digest,
                    lease_until = clock_timestamp() + make_interval(secs => %s)
                FROM unnest(%s::bigint[], %s::bytea[], %s::bigint[], %s::text[], %s::text[])
                     AS w (id, digest, template, subject, text), customers_customer c
                WHERE m.id = w.id AND c.id = m.customer_id AND m.state = 'claimed' AND m.claim = %s
                  AND m.lease_until > clock_timestamp() AND c.erased_at IS NULL AND NOT {STOPPED} AND NOT {suppressed}
                  AND CASE m.purpose
                      WHEN 'service' THEN true
                      WHEN 'marketing' THEN coalesce({consent_sql("c.id", "m.channel", "m.purpose")}, false)
                           AND NOT EXISTS (SELECT FROM customers_preference p
                                           WHERE p.customer_id = c.id AND NOT p.personalised)
                      ELSE coalesce({consent_sql("c.id", "m.channel", "m.purpose")}, true) END
                  AND (m.campaign_id IS NULL
                       OR m.campaign_id IN (SELECT g.id FROM campaigns_campaign g WHERE g.status = 'running'))
                RETURNING m.id, m.attempts
            )
            INSERT INTO campaigns_attempt (message_id, number, claim, provider, began_at, outcome, code)
            SELECT b.id, b.attempts, %s, %s, %s, '', '' FROM begun b RETURNING message_id
            """,
            [
                provider.name,
                AT_WORK.total_seconds(),
                [each.message for each in written],
                [each.digest for each in written],
                [each.template for each in written],
                [each.subject[:1000] for each in written],
                [each.text for each in written],
                claim,
                *prefixes,
                claim,
                provider.name,
                now,
            ],
        )
        return {row[0] for row in cursor.fetchall()}


def take_back(claim: UUID, messages: Collection[int]) -> None:
    """Attempts that were begun, whose own worker knows that it did not reach for the network: claimed again."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH back AS (
                UPDATE campaigns_message m SET state = 'claimed', attempts = m.attempts - 1
                WHERE m.id = ANY(%s) AND m.state = 'attempting' AND m.claim = %s
                RETURNING m.id, m.attempts + 1 AS number
            )
            DELETE FROM campaigns_attempt a USING back b WHERE a.message_id = b.id AND a.number = b.number
            """,
            [list(messages), claim],
        )


@transaction.atomic
def give_back(claim: UUID, messages: Collection[int], *, now: datetime) -> None:
    """Claimed messages that were not begun wait again, and hold no place and no coupon."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_message m SET state = 'planned', claim = NULL, lease_until = NULL, due_at = %s"
            " WHERE m.id = ANY(%s) AND m.state = 'claimed' AND m.claim = %s RETURNING m.id",
            [now, list(messages), claim],
        )
        release([row[0] for row in cursor.fetchall()])


@transaction.atomic
def record_outcomes(claim: UUID, attempted: Sequence[Attempted], *, provider: Provider, now: datetime) -> None:
    """Keep what came of attempts. Where a receipt was quicker and moved the message on, its state stands."""
    if not attempted:
        return
    moved = _move(claim, attempted, provider, now)
    _close_attempts(claim, attempted)
    by_state = {each.message: each.outcome.outcome for each in attempted if each.message in moved}
    settle([message for message, outcome in by_state.items() if outcome == AttemptOutcome.ACCEPTED], now=now)
    release(
        [
            message
            for message, outcome in by_state.items()
            if outcome in (AttemptOutcome.REJECTED, AttemptOutcome.NOT_SENT)
        ]
    )


def _move(claim: UUID, attempted: Sequence[Attempted], provider: Provider, now: datetime) -> set[int]:
    minutes = policy_number("sending.retry_minutes")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE campaigns_message m
            SET state = w.outcome, claim = NULL, lease_until = NULL,
                provider_id = coalesce(nullif(w.provider_id, ''), m.provider_id),
                accepted_at = CASE w.outcome WHEN 'accepted' THEN w.at ELSE m.accepted_at END,
                reason = CASE w.outcome WHEN 'not_sent' THEN 'no_answer' ELSE '' END,
                look_up_at = CASE w.outcome WHEN 'unknown' THEN clock_timestamp() + make_interval(secs => %s) END,
                needs_person = w.outcome = 'unknown' AND NOT %s,
                due_at = CASE w.outcome WHEN 'not_sent'
                         THEN %s + make_interval(mins => (%s * power(2, m.attempts - 1))::int) ELSE m.due_at END
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[]) AS w (id, outcome, provider_id, at)
            WHERE m.id = w.id AND m.state = 'attempting' AND m.claim = %s RETURNING m.id
            """,
            [
                FIRST_LOOK.total_seconds(),
                provider.looks_up,
                now,
                minutes,
                [each.message for each in attempted],
                [str(each.outcome.outcome) for each in attempted],
                [each.outcome.provider_id[:200] for each in attempted],
                [each.at for each in attempted],
                claim,
            ],
        )
        return {row[0] for row in cursor.fetchall()}


def _close_attempts(claim: UUID, attempted: Sequence[Attempted]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE campaigns_attempt a SET outcome = w.outcome, code = w.code, ended_at = w.at
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[]) AS w (id, outcome, code, at)
            WHERE a.message_id = w.id AND a.claim = %s AND a.outcome = ''
            """,
            [
                [each.message for each in attempted],
                [str(each.outcome.outcome) for each in attempted],
                [each.outcome.code[:80] for each in attempted],
                [each.at for each in attempted],
                claim,
            ],
        )


def keep_leases(claim: UUID) -> None:
    """Hold what is left of a claim for longer: a slow provider does not lose the rest of a batch."""
    minutes = int(policy_number("sending.lease_minutes"))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_message SET lease_until = clock_timestamp() + make_interval(mins => %s)"
            " WHERE claim = %s AND state = %s",
            [minutes, claim, MessageState.CLAIMED],
        )
