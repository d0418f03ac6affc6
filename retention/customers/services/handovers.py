"""Somebody else takes an account over: the account says so, an event tells scoring without knowing who wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from django.db import connection, transaction

from retention.customers.services.facts.events import insert_new_events
from tenants.context import current_tenant

StaffRole = Literal["csm", "consultant"]


def note_handovers(changes: str, role: StaffRole, params: dict[str, Any]) -> None:
    """The events of `changes`, a relation of account `id`, `taker` and `moment`, before the accounts are changed.

    Who comes to an account that nobody had takes nothing over. `params`: now, zone, source and what `changes` names.
    """
    insert_new_events(
        f"""(
        SELECT 'consultant_changed-' || md5(concat_ws('|', a.external_id, '{role}', a.{role}, h.taker, h.moment))
                   AS event_id,
               NULL::bigint AS customer_id, a.id AS account_id, 'consultant_changed' AS name,
               h.moment AS occurred_at,
               jsonb_build_object('role', '{role}', 'from', a.{role}, 'to', h.taker) AS properties,
               decode(md5(concat_ws('|', '{role}', a.{role}, h.taker)), 'hex') AS digest, false AS withdrawn
        FROM ({changes}) h JOIN customers_account a ON a.id = h.id
        WHERE a.{role} <> '' AND h.taker <> a.{role}
        )""",
        params,
    )


@transaction.atomic
def hand_over_accounts(*, accounts: Sequence[int], role: StaffRole, taker: str, now: datetime) -> int:
    """`taker` is CSM or consultant of `accounts` from `now` on; how many had somebody else."""
    zone = current_tenant().zone
    params: dict[str, Any] = {
        "accounts": list(accounts), "taker": taker, "now": now, "zone": str(zone), "source": "stay",
        "today": now.astimezone(zone).date(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM customers_account WHERE id = ANY(%(accounts)s) ORDER BY id FOR UPDATE", params)
        note_handovers(
            "SELECT n.id, %(taker)s::text AS taker, %(now)s::timestamptz AS moment FROM customers_account n"
            " WHERE n.id = ANY(%(accounts)s)",
            role,
            params,
        )
        since = ", consultant_since = %(today)s" if role == "consultant" else ""
        cursor.execute(
            f"UPDATE customers_account SET {role} = %(taker)s, updated_at = %(now)s{since}"
            f" WHERE id = ANY(%(accounts)s) AND {role} <> %(taker)s",
            params,
        )
        return int(cursor.rowcount)
