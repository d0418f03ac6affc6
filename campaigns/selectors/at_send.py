"""What is known of due messages at the moment of sending: one statement for a batch, as SQL that planning shares."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from django.db import connection

from campaigns.channels import channels
from retention.customers.selectors.consent import consent_sql
from retention.customers.selectors.state_sql import WHO_COUNTS
from tenants.governance.erased_marks import digest_sql


@dataclass(frozen=True)
class Known:
    """What is known of one due message, read in one statement under its lock."""

    id: int
    public_id: UUID
    customer: int
    customer_public_id: UUID
    channel: str
    purpose: str
    worth: float
    attempts: int
    reason: str
    not_after: datetime
    step: int | None
    offer: int | None
    campaign: int | None
    content: str | None
    template: int | None
    template_number: int | None
    address: str
    language: str
    zone: str
    counts: bool
    erased: bool
    suppressed: bool
    consent: bool | None
    personalised: bool
    contents: list[str]
    channels: list[str]
    complaint_open: bool
    status: str | None
    is_current: bool
    launched: bool
    window_ends_at: datetime | None


COMPLAINT_OPEN = """EXISTS (
    SELECT FROM customers_event o
    WHERE o.customer_id = c.id AND o.name = 'complaint_opened' AND o.superseded_at IS NULL AND NOT o.withdrawn
      AND NOT EXISTS (
          SELECT FROM customers_event e
          WHERE e.customer_id = o.customer_id AND e.name IN ('complaint_answered', 'complaint_closed')
            AND e.superseded_at IS NULL AND NOT e.withdrawn
            AND e.properties ->> 'complaint_id' = o.properties ->> 'complaint_id'))"""
"""Customer `c` waits for the answer to a complaint: by the facts that feedback records."""


def address_sql(channel: str) -> str:
    """The address of customer `c` by the channel that the SQL `channel` names; empty where there is none."""
    cases = " ".join(f"WHEN '{each.code}' THEN {each.address}" for each in channels)
    return f"coalesce(CASE {channel} {cases} END, '')" if cases else "''"


def suppressed_sql(channel: str) -> tuple[str, list[str]]:
    """Whether that address is on the suppression list, as SQL and its parameters."""
    tests, params = [], []
    for each in channels:
        digest, prefix = digest_sql(each.mark, f"({each.address})")
        tests.append(
            f"WHEN '{each.code}' THEN EXISTS (SELECT FROM campaigns_suppression x"
            f" WHERE x.channel = '{each.code}' AND x.lifted_at IS NULL AND x.digest = {digest})"
        )
        params.append(prefix)
    return (f"CASE {channel} {' '.join(tests)} ELSE false END" if tests else "false"), params


def read_due(ids: Sequence[int]) -> list[Known]:
    """What is known of these messages, in order of worth and age."""
    suppressed, params = suppressed_sql("m.channel")
    known = {
        "id": "m.id",
        "public_id": "m.public_id",
        "customer": "m.customer_id",
        "customer_public_id": "c.public_id",
        "channel": "m.channel",
        "purpose": "m.purpose",
        "worth": "m.worth",
        "attempts": "m.attempts",
        "reason": "m.reason",
        "not_after": "m.not_after",
        "step": "m.step_id",
        "offer": "s.offer_id",
        "campaign": "m.campaign_id",
        "content": "s.content",
        "template": "coalesce(s.template_id, t.template_id)",
        "template_number": "coalesce(s.template_number, t.number)",
        "address": address_sql("m.channel"),
        "language": "c.language",
        "zone": "c.timezone",
        "counts": WHO_COUNTS,
        "erased": "c.erased_at IS NOT NULL",
        "suppressed": suppressed,
        "consent": consent_sql("m.customer_id", "m.channel", "m.purpose"),
        "personalised": "coalesce(p.personalised, true)",
        "contents": "coalesce(p.content_types, '[]'::jsonb)::text",
        "channels": "coalesce(p.channels, '[]'::jsonb)::text",
        "complaint_open": f"m.purpose = 'marketing' AND {COMPLAINT_OPEN}",
        "status": "g.status",
        "is_current": "coalesce(s.version_id = g.current_id, g.id IS NULL)",
        "launched": "EXISTS (SELECT FROM campaigns_launchrequest l"
        " WHERE l.version_id = s.version_id AND l.launched_at IS NOT NULL)",
        "window_ends_at": "v.ends_at",
    }
    assert [field.name for field in fields(Known)] == list(known)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {", ".join(known.values())}
            FROM campaigns_message m
            JOIN customers_customer c ON c.id = m.customer_id
            LEFT JOIN customers_preference p ON p.customer_id = c.id
            LEFT JOIN campaigns_step s ON s.id = m.step_id
            LEFT JOIN campaigns_templateversion t ON t.id = m.template_id
            LEFT JOIN campaigns_campaign g ON g.id = m.campaign_id
            LEFT JOIN campaigns_campaignversion v ON v.id = g.current_id
            WHERE m.id = ANY(%s) ORDER BY m.worth DESC, m.id
            """,
            [*params, list(ids)],
        )
        return [_known(row) for row in cursor.fetchall()]


def _known(row: Sequence[object]) -> Known:
    values = dict(zip((field.name for field in fields(Known)), row, strict=True))
    for name in ("contents", "channels"):
        values[name] = _list(values[name])
    return Known(**values)  # type: ignore[arg-type]


def _list(text: object) -> list[str]:
    return [str(each) for each in json.loads(str(text))]
