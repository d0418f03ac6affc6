"""The map from an event's name to what it means: changed by people, resolved whenever states are computed."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.customers.enums import Behaviour
from retention.customers.models import Customer, EventBehaviour
from retention.customers.selectors.state_sql import IdTable
from retention.customers.services.state import refresh_states
from tenants import cache
from tenants.governance.services.audit import record_act
from tenants.people.models import User

SHARD = 20_000
PURPOSE, KEY = "behaviours", "refresh"
SECONDS = 3600


def set_behaviour(*, name: str, behaviour: str, actor: User, now: datetime) -> bool:
    """Say what events called `name` mean; True when that changed. Log-ins touch states: a worker computes them."""
    if behaviour not in Behaviour.values:
        raise DomainError("unknown_behaviour", _("There is no behaviour “%s”.") % behaviour, mend=_("Choose one."))
    with transaction.atomic():
        before = EventBehaviour.objects.select_for_update().filter(name=name).first()
        if before is not None and before.behaviour == behaviour:
            return False
        EventBehaviour.objects.update_or_create(name=name, defaults={"behaviour": behaviour})
        record_act(
            actor=actor,
            action="behaviour.changed",
            target=f"event:{name}",
            detail={"from": before.behaviour if before else None, "to": behaviour},
            at=now,
        )
        if Behaviour.LOG_IN in (behaviour, before.behaviour if before else None):
            from retention.customers.tasks import refresh_after_map_change

            cache.set(PURPOSE, KEY, 0, seconds=SECONDS)
            refresh_after_map_change.wake()
    return True


def refresh_for_map() -> int:
    """Compute the states of all customers with events, in shards, telling how far it is; returns how many changed."""
    last = Customer.objects.aggregate(last=Max("id"))["last"] or 0
    changed = 0
    for low in range(1, last + 1, SHARD):
        changed += _refresh(low, low + SHARD)
        cache.set(PURPOSE, KEY, min((low + SHARD) / (last + 1), 1), seconds=SECONDS)
    cache.delete(PURPOSE, KEY)
    return changed


def refresh_progress() -> float | None:
    """How far the refresh is, from 0 to 1; None when none is under way."""
    share = cache.get(PURPOSE, KEY)
    return None if share is None else float(share)


def _refresh(low: int, high: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.map_shard")
        cursor.execute(
            "CREATE TEMPORARY TABLE map_shard ON COMMIT DROP AS SELECT id AS customer_id FROM customers_customer"
            " WHERE id >= %s AND id < %s",
            [low, high],
        )
        changed = refresh_states(IdTable("map_shard"))
        cursor.execute("DROP TABLE map_shard")
        return changed
