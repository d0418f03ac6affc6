"""Facts that Stay itself makes (a complaint, an NPS answer, a click): how upper floors close the circle.

The vocabulary that scoring and segments read is in ``docs/extending.md``. A fact is known by its id: record it again
and nothing happens; record it with other content and it becomes a newer version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from django.db import transaction

from retention.customers.importers.parsing import content_digest
from retention.customers.selectors.state_sql import IdList
from retention.customers.services.facts.events import EVENTS, insert_new_events, replace_changed_events
from retention.customers.services.state import refresh_states
from tenants.context import current_tenant

SOURCE = "stay"


class _Row(TypedDict):
    event_id: str
    customer_id: int | None
    account_id: int | None
    name: str
    occurred_at: str
    properties: dict[str, object]
    digest: str
    withdrawn: bool


@dataclass(frozen=True)
class OwnFact:
    """An event of a customer, an account or both (keys inside); `properties` is what JSON can hold."""

    event_id: str
    name: str
    occurred_at: datetime
    customer: int | None = None
    account: int | None = None
    properties: Mapping[str, object] = field(default_factory=dict)
    withdrawn: bool = False


def record_facts(facts: Sequence[OwnFact], *, now: datetime) -> int:
    """Write `facts` for the tenant in force, in the caller's transaction if there is one; how many are new or changed.

    Of one id twice the last counts.
    """
    rows = {fact.event_id: _row(fact) for fact in facts}
    if not rows:
        return 0
    params = {
        "now": now,
        "zone": str(current_tenant().zone),
        "source": SOURCE,
        "events": json.dumps([rows[key] for key in sorted(rows)]),
    }
    with transaction.atomic():
        changed, displaced = replace_changed_events(EVENTS, params)
        new = insert_new_events(EVENTS, params)[0][0]
        touched = {row["customer_id"] for row in rows.values() if row["customer_id"] is not None}
        if (new or changed) and (touched := touched | set(displaced)):
            refresh_states(IdList(sorted(touched)))
    return int(new) + changed


def _row(fact: OwnFact) -> _Row:
    properties = dict(sorted(fact.properties.items()))
    at = fact.occurred_at.isoformat()
    who = (str(fact.customer or ""), str(fact.account or ""), fact.name, at)
    return {
        "event_id": fact.event_id,
        "customer_id": fact.customer,
        "account_id": fact.account,
        "name": fact.name,
        "occurred_at": at,
        "properties": properties,
        "digest": content_digest(json.dumps(properties, sort_keys=True), who),
        "withdrawn": fact.withdrawn,
    }
