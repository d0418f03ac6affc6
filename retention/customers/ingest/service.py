"""Store a batch of messages in one transaction: when this returns, they are committed; sent again, nothing changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import OperationalError, transaction

from retention.customers.importers.parsing import content_digest
from retention.customers.importers.values import Local
from retention.customers.ingest.messages import Message, Refused, read_messages
from retention.customers.ingest.people import find_people
from retention.customers.ingest.profiles import apply_groups, apply_identifies, find_accounts
from retention.customers.models.facts import ORDER_EVENTS
from retention.customers.selectors.state_sql import IdList
from retention.customers.services.facts.events import EVENTS, insert_new_events
from retention.customers.services.facts.order_events import apply_order_events
from retention.customers.services.state import refresh_states
from tenants.context import current_tenant
from tenants.governance.erased_marks import erased_among

SOURCE = "http"
TRIES = 3
_DEADLOCK = "40P01"


@dataclass(frozen=True)
class Ingested:
    """How many messages were taken (new or known), how many of them are new events, and those refused."""

    accepted: int
    new: int
    refused: list[Refused]


def ingest(
    raws: Sequence[bytes], *, now: datetime, type_: str = "", context: dict[str, object] | None = None
) -> Ingested:
    """Take messages as they came over the wire, for the tenant in force."""
    tenant = current_tenant()
    local = Local(tenant.zone, tenant.currency)
    messages, refused = read_messages(raws, local=local, now=now, type_=type_, context=context)
    messages = _without_erased(messages, refused)
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return Ingested(len(messages), _store(messages, local=local, now=now), refused)
        except OperationalError as error:
            if attempt + 1 == TRIES or getattr(error.__cause__, "sqlstate", "") != _DEADLOCK:
                raise
    raise AssertionError("unreachable")


def _without_erased(messages: list[Message], refused: list[Refused]) -> list[Message]:
    """Whoever was erased does not come back by a message; what is said of them is not kept."""
    names = {name for m in messages for name in (m.user, m.anonymous, m.previous) if name}
    mails = {str(m.content["email"]) for m in messages if m.type == "identify" and m.content.get("email")}
    gone, gone_mails = erased_among("id", names), erased_among("email", mails)
    if not gone and not gone_mails:
        return messages
    kept = []
    for message in messages:
        if {message.user, message.anonymous, message.previous} & gone or str(
            message.content.get("email")
        ) in gone_mails:
            refused.append(Refused(message.index, message.id, "erased", "This person was erased.", "Stop sending it."))
        else:
            kept.append(message)
    return kept


def _store(messages: list[Message], *, local: Local, now: datetime) -> int:
    people = find_people(messages, now=now)
    accounts = find_accounts(messages, now=now)
    apply_identifies(messages, people, local=local, now=now)
    apply_groups(messages, people, accounts, now=now)
    events = [message for message in messages if message.is_event]
    params = {"now": now, "zone": str(local.zone), "source": SOURCE}
    new, touched = _store_events(events, people, accounts, params)
    if new:
        order_ids = [message.content["order_id"] for message in events if message.name in ORDER_EVENTS]
        touched.update(apply_order_events(order_ids, {**params, "source": "events"}))
    touched.update(people[message.ref] for message in messages if not message.is_event and message.ref)
    if touched:
        refresh_states(IdList(sorted(touched)))
    return new


def _store_events(
    events: list[Message], people: dict[str, int], accounts: dict[str, int], params: dict[str, object]
) -> tuple[int, set[int]]:
    """Of one id twice in a batch the first counts, as of one that is known already."""
    first: dict[str, Message] = {}
    for message in events:
        first.setdefault(message.id, message)
    if not first:
        return 0, set()
    rows = [_row(message, people, accounts) for _id, message in sorted(first.items())]
    found = insert_new_events(
        EVENTS,
        {**params, "events": msgspec.json.encode(rows).decode()},
        returning="count(*), array_agg(DISTINCT customer_id)",
    )
    return found[0][0], set(found[0][1] or [])


def _row(message: Message, people: dict[str, int], accounts: dict[str, int]) -> dict[str, object]:
    content = msgspec.json.encode(message.content, order="sorted")
    at = message.occurred_at.isoformat()
    who = message.user or message.anonymous
    return {
        "event_id": message.id,
        "customer_id": people[message.ref] if message.ref else None,
        "account_id": accounts.get(message.group) if message.group else None,
        "name": message.name,
        "occurred_at": at,
        "properties": msgspec.Raw(content),
        "digest": content_digest(content.decode(), (who, message.group, message.name, at)),
        "withdrawn": False,
    }
