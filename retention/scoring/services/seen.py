"""What a run has seen: the newest facts, and what they mean to the tenant. What goes beyond it is news for the next.

Keys are given out before they are committed, so that a lower one may come to light after a higher one. The gaps among
the newest keys are remembered: what fills one of them later is news too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from django.db import connection

from retention.customers.enums import Behaviour
from retention.customers.models import Category, EventBehaviour
from retention.scoring.models import ThresholdOverride
from retention.scoring.moment import Moment
from retention.scoring.services.feeds import feeds_at

NEWEST = 10_000
"""Among so many of the newest rows gaps are looked for."""
LAST_KEY = 2**63 - 1
TABLES = {"order": "customers_order", "event": "customers_event", "consent": "customers_consententry"}
WEIGHED = frozenset({"log_in", "browse", "cart", "favourite", "core_use"})
"""Feeds without which health leaves a metric out."""
Ranges = list[list[int]]
"""Keys from … to, both included."""


class Seen(TypedDict):
    """As kept in ``ScoreRun.seen``.

    `open`: by table the ranges of keys that were not there yet, the last without an end; `at`: when it was looked;
    `meaning`: what must be the same for a refresh, by name.
    """

    open: dict[str, Ranges]
    at: str
    meaning: dict[str, str]


def look(moment: Moment, *, now: datetime) -> Seen:
    """Taken before anything else of a run is read, so that nothing falls between."""
    return Seen(
        open={name: _open_keys(table) for name, table in TABLES.items()}, at=now.isoformat(), meaning=meaning(moment)
    )


def meaning(moment: Moment) -> dict[str, str]:
    """What facts mean to the tenant, each part as a short mark that changes when it does."""
    behaviours = EventBehaviour.objects.exclude(behaviour=Behaviour.OTHER).order_by("name")
    clocks = Category.objects.order_by("code").values_list("id", "clock")
    overrides = ThresholdOverride.objects.filter(ended_at=None).order_by("pk")
    return {
        "map": _mark(list(behaviours.values_list("name", "behaviour"))),
        "categories": _mark([list(row) for row in clocks]),
        "overrides": _mark(list(overrides.values_list("pk", flat=True))),
        "feeds": _mark(sorted(feeds_at(moment) & WEIGHED)),
        "zone": moment.zone,
    }


def open_params(seen: Mapping[str, Any]) -> dict[str, Any]:
    """The open ranges as parameters: `order_lows`, `order_highs` and so on; see `open_sql`."""
    params: dict[str, Any] = {}
    for name in TABLES:
        ranges = seen["open"][name]
        params |= {f"{name}_lows": [low for low, _high in ranges], f"{name}_highs": [high for _low, high in ranges]}
    return params


def open_sql(name: str, alias: str) -> str:
    """FROM: the rows of a table that were not there, as `alias`."""
    return (
        f"unnest(%({name}_lows)s::bigint[], %({name}_highs)s::bigint[]) AS open (low, high)"
        f" JOIN {TABLES[name]} {alias} ON {alias}.id BETWEEN open.low AND open.high"
    )


def _open_keys(table: str) -> Ranges:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT low, high FROM (
                SELECT lead(id) OVER (ORDER BY id DESC) + 1 AS low, id - 1 AS high
                FROM (SELECT id FROM {table} ORDER BY id DESC LIMIT {NEWEST}) AS newest
                UNION ALL
                SELECT coalesce(max(id), 0) + 1, {LAST_KEY} FROM {table}
            ) AS gaps WHERE low <= high ORDER BY low"""
        )
        return [list(row) for row in cursor.fetchall()]


def _mark(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]
