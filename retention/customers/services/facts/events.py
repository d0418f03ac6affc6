"""Events in, as a set. An event is known by its id; another content under a known id is a newer version of it.

A relation of events has the columns event_id, customer_id, account_id, name, occurred_at, properties, digest,
withdrawn, each event_id once; names come from code, never from a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

_COLUMNS = (
    "event_id, version, customer_id, account_id, name, occurred_at, occurred_on, properties, digest, source,"
    " recorded_at, withdrawn"
)
EVENTS = (  # the relation of a JSON list in the parameter `events`
    "(SELECT s.* FROM json_to_recordset(%(events)s::json) AS s(event_id text, customer_id bigint, account_id bigint,"
    " name text, occurred_at timestamptz, properties jsonb, digest bytea, withdrawn boolean))"
)


@dataclass(frozen=True)
class Written:
    """How many are new, how many replaced an older version, and which customers lost a fact by that."""

    new: int
    changed: int
    displaced: list[int]


def insert_new_events(events: str, params: dict[str, Any], *, returning: str = "count(*)") -> list[tuple[Any, ...]]:
    """Insert the events of the relation whose id is not known; the rest is left alone.

    `params` holds now, zone, source and what the relation needs. `returning` is computed over the inserted rows.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH made AS (
                INSERT INTO customers_event ({_COLUMNS})
                SELECT s.event_id, 1, s.customer_id, s.account_id, s.name, s.occurred_at,
                       (s.occurred_at AT TIME ZONE %(zone)s)::date, s.properties, s.digest, %(source)s, %(now)s,
                       s.withdrawn
                FROM {events} AS s
                WHERE s.name IS NOT NULL AND s.occurred_at IS NOT NULL
                ON CONFLICT (event_id) WHERE superseded_at IS NULL DO NOTHING
                RETURNING event_id, customer_id, account_id, occurred_on, name
            )
            SELECT {returning} FROM made
            """,
            params,
        )
        return cursor.fetchall()


def replace_changed_events(events: str, params: dict[str, Any]) -> tuple[int, list[int]]:
    """A newer version for each event in force that differs; (how many, the customers whom the old ones were of).

    What a withdrawal leaves out is taken over from the version before.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH old AS (
                UPDATE customers_event e SET superseded_at = %(now)s
                FROM {events} AS s
                WHERE e.event_id = s.event_id AND e.superseded_at IS NULL
                  AND (e.withdrawn <> s.withdrawn OR (e.digest <> s.digest AND NOT s.withdrawn))
                RETURNING e.event_id, e.version, e.customer_id, e.account_id, e.name, e.occurred_at, e.properties
            ), made AS (
                INSERT INTO customers_event ({_COLUMNS})
                SELECT s.event_id, old.version + 1,
                       CASE WHEN s.customer_id IS NULL AND s.account_id IS NULL THEN old.customer_id
                            ELSE s.customer_id END,
                       CASE WHEN s.customer_id IS NULL AND s.account_id IS NULL THEN old.account_id
                            ELSE s.account_id END,
                       coalesce(s.name, old.name), coalesce(s.occurred_at, old.occurred_at),
                       (coalesce(s.occurred_at, old.occurred_at) AT TIME ZONE %(zone)s)::date,
                       CASE WHEN s.name IS NULL THEN old.properties ELSE s.properties END,
                       s.digest, %(source)s, %(now)s, s.withdrawn
                FROM old JOIN {events} AS s USING (event_id)
            )
            SELECT count(*), array_agg(DISTINCT customer_id) FILTER (WHERE customer_id IS NOT NULL) FROM old
            """,
            params,
        )
        count, displaced = cursor.fetchone()
        return count, displaced or []
