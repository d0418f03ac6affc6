"""The books of the pools: PoolFlow and GoneStay, carried on with what a run changes.

A run touches few customers. So the flows of the spells it drops are taken out, those of the spells it writes are put
in, and the stays *gone* of those it judges otherwise are made anew: the result is what counting everything would give.
Books that don't balance (rows were taken away behind our back) are counted anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection

from retention.scoring.models import ScoreRun
from tenants.services.statistics import refresh_statistics

Flows = Counter[tuple[date, str, str]]
"""Customers by day, pool they came from, and pool they entered."""

_STAYS = """
WITH steps AS (
    SELECT h.customer_id, h.as_of, h.pool, lag(h.pool) OVER (PARTITION BY h.customer_id ORDER BY h.as_of) AS was
    FROM scoring_scorehistory h WHERE h.customer_id IN ({whose})
), turns AS (
    SELECT s.*, lead(s.as_of) OVER (PARTITION BY s.customer_id ORDER BY s.as_of) AS ended
    FROM steps s WHERE (s.pool = 'gone') <> coalesce(s.was = 'gone', FALSE)
)
INSERT INTO scoring_gonestay (customer_id, entered_on, left_on)
SELECT t.customer_id, CASE WHEN t.was IS NULL THEN least(t.as_of, p.entered_on + %(gone_after)s) ELSE t.as_of END,
       least(t.ended, (SELECT min(b.entered_on) FROM scoring_poolspell b
                       WHERE b.customer_id = t.customer_id AND b.pool = 'active' AND b.entered_on > t.as_of))
FROM turns t
LEFT JOIN scoring_poolspell p ON p.customer_id = t.customer_id AND p.pool = 'lost' AND p.entered_on <= t.as_of
     AND (p.left_on IS NULL OR p.left_on > t.as_of)
WHERE t.pool = 'gone'
"""
"""Runs write what changed. Who was gone in the very first run is taken to be so since the rule first allowed it; an
order or log-in between two runs ended it on its own day."""

_GONE_EVER = "SELECT g.customer_id FROM scoring_scorehistory g WHERE g.pool = 'gone'"

_RESTATED = """
SELECT g.customer_id FROM scoring_gonestay g
JOIN scoring_poolmove m ON m.customer = g.customer_id AND m.run_id = %(run)s
UNION
SELECT s.customer_id FROM scoring_customerscore s
WHERE s.run_id = %(run)s AND s.pool = 'gone' AND NOT EXISTS (
    SELECT FROM scoring_gonestay g WHERE g.customer_id = s.customer_id AND g.left_on IS NULL)
UNION
SELECT g.customer_id FROM scoring_gonestay g
WHERE g.left_on IS NULL AND NOT EXISTS (
    SELECT FROM scoring_customerscore s WHERE s.run_id = %(run)s AND s.customer_id = g.customer_id AND s.pool = 'gone')
"""

_MASKED = """
WITH masked AS (
    SELECT p.pool, greatest(p.entered_on, g.entered_on) AS first, least(p.left_on, g.left_on) AS after
    FROM scoring_gonestay g
    JOIN scoring_poolspell p ON p.customer_id = g.customer_id AND (p.left_on IS NULL OR p.left_on > g.entered_on)
         AND (g.left_on IS NULL OR p.entered_on < g.left_on)
    WHERE {whose}
)
SELECT first, pool, 'gone', count(*) FROM masked GROUP BY 1, 2
UNION ALL
SELECT after, 'gone', pool, count(*) FROM masked WHERE after IS NOT NULL GROUP BY 1, 3
"""

_ALL_SPELLS = "SELECT entered_on, came_from, pool, count(*) FROM scoring_poolspell GROUP BY 1, 2, 3"
_DROPPED = """
SELECT s.entered_on, s.came_from, s.pool, count(*) FROM scoring_poolspell s
JOIN scoring_poolmove m ON m.run_id = %(run)s AND m.pool = '' AND m.customer = s.customer_id GROUP BY 1, 2, 3
"""
_WRITTEN = """
SELECT entered_on, came_from, pool, count(*) FROM scoring_poolmove
WHERE run_id = %(run)s AND pool <> '' GROUP BY 1, 2, 3
"""
_CHANGES = (
    "unnest(%(days)s::date[], %(froms)s::text[], %(pools)s::text[], %(counts)s::int[]) AS c (day, came, pool, n)"
)
_SAME = "f.day = c.day AND f.came_from = c.came AND f.pool = c.pool"


@contextmanager
def books_kept(run: ScoreRun, *, anew: bool, gone_after: int) -> Iterator[None]:
    """Around what moves the pools on and writes the trail: carry the books on, or count everything `anew`.

    A run that brings forward only some customers (a refresh) does the same: its PoolMove and CustomerScore rows say
    whom it touched.
    """
    changes: Flows = Counter()
    restated: list[int] = []
    if not anew:
        restated = [row[0] for row in _ask(_RESTATED, {"run": run.pk})]
        changes.subtract(_flows(_DROPPED, {"run": run.pk}))
        changes.subtract(_masked(restated))
    yield
    if anew:
        count_anew(gone_after=gone_after)
        return
    _do("DELETE FROM scoring_gonestay WHERE customer_id = ANY(%(ids)s)", {"ids": restated})
    _do(_STAYS.format(whose="SELECT unnest(%(ids)s::bigint[])"), {"ids": restated, "gone_after": gone_after})
    changes.update(_flows(_WRITTEN, {"run": run.pk}))
    changes.update(_masked(restated))
    if not _carried_on(changes):
        count_anew(gone_after=gone_after)


def count_anew(*, gone_after: int) -> None:
    """Make all stays *gone* and all flows from the spells and the trail; lost customers are gone after `gone_after`
    days at the earliest."""
    refresh_statistics(("scoring_poolspell",))  # just written, as a rule: else the count takes ten times as long
    _do("DELETE FROM scoring_gonestay")
    _do(_STAYS.format(whose=_GONE_EVER), {"gone_after": gone_after})
    flows = _flows(_ALL_SPELLS)
    flows.update(_flows(_MASKED.format(whose="TRUE")))
    _do("DELETE FROM scoring_poolflow")
    _add(flows)


def _masked(customers: list[int]) -> Flows:
    return _flows(_MASKED.format(whose="g.customer_id = ANY(%(ids)s)"), {"ids": customers}) if customers else Counter()


def _carried_on(changes: Flows) -> bool:
    """Write the changes; False, and nothing written, where a flow would fall below zero."""
    params = _columns(changes)
    left = f"SELECT count(*) FROM {_CHANGES} LEFT JOIN scoring_poolflow f ON {_SAME}"
    if _ask(f"{left} WHERE coalesce(f.customers, 0) + c.n < 0", params)[0][0]:
        return False
    known = {*_ask(f"SELECT c.day, c.came, c.pool FROM {_CHANGES} JOIN scoring_poolflow f ON {_SAME}", params)}
    _do(f"UPDATE scoring_poolflow f SET customers = f.customers + c.n FROM {_CHANGES} WHERE {_SAME}", params)
    _do("DELETE FROM scoring_poolflow WHERE customers = 0")
    _add(Counter({key: count for key, count in changes.items() if key not in known}))
    return True


def _add(flows: Flows) -> None:
    into = "INSERT INTO scoring_poolflow (day, came_from, pool, customers)"
    _do(f"{into} SELECT c.day, c.came, c.pool, c.n FROM {_CHANGES}", _columns(flows))


def _columns(flows: Flows) -> dict[str, Any]:
    keys = sorted(key for key, count in flows.items() if count)
    return {
        "days": [day for day, _came, _pool in keys],
        "froms": [came for _day, came, _pool in keys],
        "pools": [pool for _day, _came, pool in keys],
        "counts": [flows[key] for key in keys],
    }


def _flows(sql: str, params: dict[str, Any] | None = None) -> Flows:
    flows: Flows = Counter()
    for day, came, pool, count in _ask(sql, params):
        flows[day, came, pool] += count
    return flows


def _ask(sql: str, params: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _do(sql: str, params: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
