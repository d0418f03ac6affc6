"""Rows that describe one thing each, changed in place: customers, accounts, contacts, memberships.

Rows of a file with one key are one thing: for each column the last row that fills it in counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from retention.customers.importers.registry import Outcome
from retention.customers.importers.stage import HEADS, Stage


@dataclass(frozen=True)
class Target:
    """Where rows go. `source` gives key, values, `extra`, `digest`, `line`; `values` names what may change.

    `fresh` gives the SQL of further columns of a new row (empty when rows are made beforehand, as `created` says);
    `touch` is set whenever a row changes.
    """

    table: str
    key: tuple[str, ...]
    values: tuple[str, ...]
    source: str
    extra: str
    fresh: Mapping[str, str] = field(default_factory=dict)
    touch: Mapping[str, str] = field(default_factory=dict)
    created: bool = False
    before_update: Callable[[Stage], None] | None = None


def merge_rows(stage: Stage, target: Target) -> Outcome:
    """Insert what is new, change what differs, count rows: of equal rows in the file all but one are unchanged."""
    _make_heads(stage, target)
    total = stage.number(f"SELECT sum(n) FROM {HEADS}")
    kept = _insert(stage, target) if target.fresh else 0
    if target.before_update is not None:
        target.before_update(stage)
    kept += _update(stage, target)
    return Outcome(kept, total - kept)


def _make_heads(stage: Stage, target: Target) -> None:
    keys = ", ".join(target.key)
    last = ", ".join(
        f"(array_agg({name} ORDER BY line DESC) FILTER (WHERE {name} IS NOT NULL))[1] AS {name}"
        for name in target.values
    )
    created = ", bool_or(created) AS created" if target.created else ""
    stage.execute(
        f"CREATE TEMPORARY TABLE {HEADS} AS SELECT {keys}, {last}, count(*) AS n, count(DISTINCT digest) AS variants,"
        f" (array_agg(extra ORDER BY line DESC))[1] AS extra{created}"
        f" FROM ({target.source}) AS s GROUP BY {keys}"
    )
    if stage.number(f"SELECT count(*) FROM {HEADS} WHERE variants > 1"):
        stage.execute(
            f"UPDATE {HEADS} h SET extra = m.extra FROM (SELECT {keys}, jsonb_object_agg(e.key, e.value ORDER BY line)"
            f" AS extra FROM ({target.source}) AS s, jsonb_each(s.extra) AS e GROUP BY {keys}) AS m"
            f" WHERE {_equal(target.key, 'h', 'm')} AND h.variants > 1"
        )
    stage.execute(f"ANALYZE {HEADS}")


def _insert(stage: Stage, target: Target) -> int:
    columns = [*target.key, *target.values, target.extra, *target.fresh]
    values = [f"h.{name}" for name in target.key]
    values += [f"h.{name}" for name in target.values]
    values += ["h.extra", *target.fresh.values()]
    return stage.number(
        f"""
        WITH made AS (
            INSERT INTO {target.table} ({", ".join(columns)}) SELECT {", ".join(values)} FROM {HEADS} h
            ORDER BY {", ".join(f"h.{name}" for name in target.key)}
            ON CONFLICT ({", ".join(target.key)}) DO NOTHING RETURNING {", ".join(target.key)}
        )
        SELECT sum(h.variants) FROM {HEADS} h JOIN made m ON {_equal(target.key, "h", "m")}
        """
    )


def _update(stage: Stage, target: Target) -> int:
    changes = {name: f"coalesce(h.{name}, t.{name})" for name in target.values}
    changes[target.extra] = f"t.{target.extra} || h.extra"
    settings = ", ".join(f"{name} = {value}" for name, value in {**changes, **target.touch}.items())
    before, after = ", ".join(f"t.{name}" for name in changes), ", ".join(changes.values())
    created = " OR h.created" if target.created else ""
    return stage.number(
        f"""
        WITH changed AS (
            UPDATE {target.table} t SET {settings} FROM {HEADS} h
            WHERE {_equal(target.key, "t", "h")} AND ({before}) IS DISTINCT FROM ({after})
            RETURNING {", ".join(f"t.{name}" for name in target.key)}
        )
        SELECT sum(h.variants) FROM {HEADS} h LEFT JOIN changed m ON {_equal(target.key, "h", "m")}
        WHERE m.{target.key[0]} IS NOT NULL{created}
        """
    )


def _equal(key: Sequence[str], one: str, other: str) -> str:
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in key)
