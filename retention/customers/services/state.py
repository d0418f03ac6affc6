"""Keep the running state exact: what a fact touched is computed anew, in one statement, in the fact's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from retention.common.registry import Registry
from retention.customers.selectors.state_sql import (
    STATE_COLUMNS,
    IdList,
    IdRange,
    Restriction,
    restriction_sql,
    state_query,
)

_COLUMNS = ", ".join(STATE_COLUMNS)
_UPDATES = ", ".join(f"{name} = EXCLUDED.{name}" for name in STATE_COLUMNS[1:])
_CHANGED = ", ".join(f"s.{name}" for name in STATE_COLUMNS[1:])
_NEW = ", ".join(f"EXCLUDED.{name}" for name in STATE_COLUMNS[1:])


@dataclass(frozen=True)
class Follower:
    """What else is derived from the facts of customers whose state is computed; `refresh` runs under their lock."""

    name: str
    refresh: Callable[[Restriction], int]


followers: Registry[Follower] = Registry("follower of states", key=lambda follower: follower.name)


def lock_customers(customers: Restriction) -> None:
    """Hold the customers' rows, in order of id, until the transaction ends.

    Two writers that touch one customer would otherwise each compute its state without the other's facts.
    """
    limit, params = restriction_sql(customers)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT c.id FROM customers_customer c"
            f" WHERE true{limit} ORDER BY c.id FOR NO KEY UPDATE) AS held",
            params,
        )


FEW = 1000
"""Up to so many customers named one by one, indexes beat hashing whole tables."""
PART = 0.1
"""The share of all customers up to which it pays to look each one up."""
LOOKED_UP = 10_000
"""Customers looked up by one statement."""


@contextmanager
def planned_for_sets(customers: Restriction | None = None) -> Iterator[None]:
    """Keep the planner from ways whose cost explodes while it knows nothing of rows that were just written.

    For many customers it would loop over intermediate results, with the square of the customers: minutes in place of
    a second. For few it would combine an index on the customer with a whole index of what is in force, each time.
    None is everybody.
    """
    few = isinstance(customers, IdList) and len(customers.ids) <= LOOKED_UP
    name = "enable_bitmapscan" if few else "enable_nestloop"
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {name} = off")
        yield
        cursor.execute(f"SET LOCAL {name} = on")


def refresh_states(customers: Sequence[int] | Restriction) -> int:
    """Compute the state of these customers from their facts; returns how many rows changed.

    Who does not count (merged, erased, staff, test, robot) has no state. Locks the customers first.
    """
    chosen = IdList(customers) if isinstance(customers, Sequence) else customers
    with transaction.atomic():
        lock_customers(chosen)
        return sum(_refresh_all_of(part) for part in _parts(chosen))


def _parts(customers: Restriction) -> Iterator[Restriction]:
    """A small part of all is looked up one by one; otherwise whole tables are hashed once."""
    if isinstance(customers, IdList) and len(customers.ids) <= FEW:
        yield customers
        return
    limit, params = restriction_sql(customers)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_customer")
        everybody = cursor.fetchone()[0]
        cursor.execute(f"SELECT c.id FROM customers_customer c WHERE true{limit} ORDER BY c.id", params)
        ids = [row[0] for row in cursor.fetchall()]
    if len(ids) > PART * everybody:
        yield customers
        return
    for first in range(0, len(ids), LOOKED_UP):
        yield IdList(ids[first : first + LOOKED_UP])


def _refresh_all_of(customers: Restriction) -> int:
    changed = _refresh(customers)
    for follower in followers:
        follower.refresh(customers)
    return changed


def _refresh(customers: Restriction) -> int:
    limit, only = restriction_sql(customers)
    sql, params = state_query(customers=customers)
    with planned_for_sets(customers), connection.cursor() as cursor:
        # Not one statement that joins: planned before the rows are known, it took the square of the customers.
        cursor.execute(
            "SELECT c.id FROM customers_customer c"
            f" WHERE NOT (c.kind = 'person' AND c.merged_into_id IS NULL AND c.erased_at IS NULL){limit}",
            only,
        )
        uncounted = [row[0] for row in cursor.fetchall()]
        cursor.execute("DELETE FROM customers_customerstate WHERE customer_id = ANY(%s)", [uncounted])
        gone: int = cursor.rowcount
        cursor.execute(
            f"INSERT INTO customers_customerstate AS s ({_COLUMNS}) {sql}"
            f" ON CONFLICT (customer_id) DO UPDATE SET {_UPDATES}"
            f" WHERE ({_CHANGED}) IS DISTINCT FROM ({_NEW})",
            params,
        )
        return gone + cursor.rowcount


def rebuild_states(shard: IdRange) -> int:
    """Drop the states of a shard and build them from the facts; returns how many there are now."""
    sql, params = state_query(customers=shard)
    with transaction.atomic(), connection.cursor() as cursor:
        lock_customers(shard)
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute(
            "DELETE FROM customers_customerstate WHERE customer_id >= %s AND customer_id < %s", [shard.low, shard.high]
        )
        with planned_for_sets(shard):
            cursor.execute(f"INSERT INTO customers_customerstate ({_COLUMNS}) {sql}", params)
        return cursor.rowcount
