"""Two customers turn out to be one: facts move to the one who stays, and the other counts no more."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from retention.common.registry import Registry
from retention.customers.selectors.state_sql import IdList
from retention.customers.services.state import lock_customers, refresh_states


@dataclass(frozen=True)
class Owned:
    """Rows of a table that belong to a customer. Of rows that agree in `unique` the staying customer's own remains.

    Where rows can't just change hands, `unite` is the statement that does it instead, of ``%(gone)s`` and
    ``%(stays)s``.
    """

    table: str
    unique: tuple[str, ...] = ()
    column: str = "customer_id"
    unite: str = ""


owned: Registry[Owned] = Registry("owned rows", key=lambda part: part.table)

for part in (
    Owned("customers_identity"),
    Owned("customers_order"),
    Owned("customers_event"),
    Owned("customers_pointentry", unique=("source_key", "revision")),
    Owned("customers_consententry"),
    Owned("customers_touch"),
    Owned("customers_contact", unique=("account_id", "role")),
    Owned("customers_membership", unique=("level", "since")),
    Owned("customers_customertag", unique=("source", "tag", "removed_at IS NULL")),
    Owned("customers_preference", unique=("customer_id IS NOT NULL",)),
):
    owned.register(part)


def merge_customers(*, gone: int, stays: int) -> bool:
    """Make customer `gone` one with `stays`; False when they already are.

    Profile fields that the one who stays lacks are taken over; its own traits win. Known ids of both mean it from now.
    """
    with transaction.atomic():
        lock_customers(IdList([gone, stays]))
        gone, stays = _final(gone), _final(stays)
        if gone == stays:
            return False
        lock_customers(IdList([gone, stays]))
        with connection.cursor() as cursor:
            for part in owned:
                cursor.execute(*_move(part, gone, stays))
            cursor.execute(_PROFILE, {"gone": gone, "stays": stays})
            cursor.execute(
                "UPDATE customers_customer SET merged_into_id = %(stays)s"
                " WHERE id = %(gone)s OR merged_into_id = %(gone)s",
                {"gone": gone, "stays": stays},
            )
        refresh_states([gone, stays])
    return True


def _final(customer: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(merged_into_id, id) FROM customers_customer WHERE id = %s", [customer])
        found: int = cursor.fetchone()[0]
    return found


def _move(part: Owned, gone: int, stays: int) -> tuple[str, dict[str, int]]:
    if part.unite:
        return part.unite, {"gone": gone, "stays": stays}
    clash = ""
    if part.unique:
        same = " AND ".join(f"o.{name} = t.{name}" if name.isidentifier() else f"o.{name}" for name in part.unique)
        clash = f" AND NOT EXISTS (SELECT FROM {part.table} o WHERE o.{part.column} = %(stays)s AND {same})"
    sql = f"UPDATE {part.table} t SET {part.column} = %(stays)s WHERE t.{part.column} = %(gone)s{clash}"
    return sql, {"gone": gone, "stays": stays}


_FILLED = ("name", "email", "phone", "language", "timezone", "source")
_PROFILE = f"""
    UPDATE customers_customer t SET
        {", ".join(f"{name} = coalesce(nullif(t.{name}, ''), g.{name})" for name in _FILLED)},
        birthday = coalesce(t.birthday, g.birthday),
        joined_at = least(t.joined_at, g.joined_at),
        traits = g.traits || t.traits
    FROM customers_customer g WHERE t.id = %(stays)s AND g.id = %(gone)s
    """
