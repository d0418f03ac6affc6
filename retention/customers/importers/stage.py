"""The temporary tables of one import: rows come in by COPY, and are merged from there in sets.

They live in the session and are dropped at the end; a session is never handed on with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils.translation import gettext as _

from retention.customers.importers.parsing import Cell, Refusal
from retention.customers.importers.registry import Column, ColumnType, Importer
from retention.customers.selectors.state_sql import IdTable
from retention.customers.services.references import (
    accounts_of,
    create_accounts,
    create_customers,
    customers_of,
)
from retention.customers.services.state import refresh_states
from tenants.governance.erased_marks import erased_condition

ROWS = "import_stage"
REFUSED = "import_refused"
CUSTOMERS, ACCOUNTS, HEADS, TOUCHED = "import_customers", "import_accounts", "import_heads", "import_touched"
MANY = "import_many"
TABLES = (ROWS, REFUSED, CUSTOMERS, ACCOUNTS, HEADS, TOUCHED, MANY)

_SQL_TYPES = {
    ColumnType.DATETIME: "timestamptz",
    ColumnType.DATE: "date",
    ColumnType.MONEY: "numeric",
    ColumnType.NUMBER: "numeric",
    ColumnType.INTEGER: "bigint",
    ColumnType.BOOLEAN: "boolean",
}


@dataclass
class Stage:
    """The staged rows of a file: table `import_stage` with `line`, every column of the kind, `extra`, `digest`.

    What `Importer.apply` gets: it reads the table, refuses rows by :meth:`refuse`, and writes rows of the record.
    """

    importer: Importer
    now: datetime
    zone: ZoneInfo
    source: str
    filled: frozenset[str] = field(default_factory=frozenset)
    """The columns that the file has."""

    @property
    def params(self) -> dict[str, Any]:
        """What statements over the stage may name: now, zone, source."""
        return {"now": self.now, "zone": str(self.zone), "source": self.source}

    def execute(self, sql: str, **params: Any) -> int:
        """Run a statement over the stage; returns the number of its rows."""
        with connection.cursor() as cursor:
            cursor.execute(sql, {**self.params, **params})
            return cursor.rowcount

    def rows(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """What a query over the stage gives."""
        with connection.cursor() as cursor:
            cursor.execute(sql, {**self.params, **params})
            return cursor.fetchall()

    def number(self, sql: str, **params: Any) -> int:
        """The first number of a query's first row; 0 for null."""
        return int(self.rows(sql, **params)[0][0] or 0)

    def create(self) -> None:
        """Make the empty tables."""
        self.drop()
        columns = [f'"{column.name}" {_SQL_TYPES.get(column.type, "text")}' for column in self.importer.all_columns]
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE {ROWS} (line integer, {', '.join(columns)}, extra jsonb, digest bytea)"
            )
            cursor.execute(
                f'CREATE TEMPORARY TABLE {REFUSED} (line integer, "column" text, value text, reason text, mend text,'
                " key text)"
            )

    def drop(self) -> None:
        """Take the tables away, whatever state they are in."""
        with connection.cursor() as cursor:
            cursor.execute("SET client_min_messages TO warning")
            cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{name}' for name in TABLES)}")
            cursor.execute("RESET client_min_messages")

    def add(self, columns: list[Column], rows: Iterable[tuple[Cell, ...]], refusals: list[Refusal]) -> None:
        """Copy rows of these columns, and the refused ones, into the tables."""
        names = ", ".join(["line", *(f'"{column.name}"' for column in columns), "extra", "digest"])
        with transaction.atomic(), connection.cursor() as cursor:
            with cursor.copy(f"COPY {ROWS} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            if refusals:
                with cursor.copy(f"COPY {REFUSED} FROM STDIN") as copy:
                    for bad in refusals:
                        value = bad.value.replace("\0", "␀")[:200]
                        copy.write_row((bad.line, bad.column, value, bad.reason, bad.mend, bad.key.replace("\0", "")))

    def refuse(self, where: str, *, column: str, reason: str, mend: str, value: str = "''", **params: Any) -> int:
        """Set the staged rows `s` that meet `where` aside; `value` is SQL, `reason` and `mend` are sentences."""
        return self.execute(
            f"""
            WITH gone AS (DELETE FROM {ROWS} s WHERE {where} RETURNING s.*)
            INSERT INTO {REFUSED}
            SELECT line, %(column)s, left(coalesce(({value})::text, ''), 200), %(reason)s, %(mend)s, '' FROM gone s
            """,
            column=column,
            reason=reason,
            mend=mend,
            **params,
        )

    def resolve_customers(self, column: str = "customer", **marks: str) -> None:
        """Make `import_customers` (ref, customer_id, created) for the names in `column`; who is new is created.

        Rows of people who were erased are refused; `marks` names further columns to know them by (email, phone).
        """
        self._refuse_erased({"id": column, **marks})
        refs = f"(SELECT {column} AS ref FROM {ROWS})"
        self._resolve(CUSTOMERS, "customer_id", create_customers(refs), customers_of(refs))

    def resolve_accounts(self, *columns: str) -> None:
        """Make `import_accounts` (ref, account_id, created) for the names in `columns`; who is new is created."""
        refs = " UNION ".join(f"SELECT {column} AS ref FROM {ROWS}" for column in columns or ("account",))
        refs = f"({refs})"
        self._resolve(ACCOUNTS, "account_id", create_accounts(refs), accounts_of(refs))

    def _refuse_erased(self, columns: dict[str, str]) -> None:
        where, values = erased_condition({kind: f"s.{column}" for kind, column in columns.items()})  # type: ignore[misc]
        named = {f"erased_{number}": value for number, value in enumerate(values)}
        for name in named:
            where = where.replace("%s", f"%({name})s", 1)
        if named:
            self.refuse(
                where,
                column=columns["id"],
                reason=_("This person was erased and stays out."),
                mend=_("Take the row out of the file."),
                **named,
            )

    def _resolve(self, table: str, key: str, create: str, find: str) -> None:
        self.execute(f"CREATE TEMPORARY TABLE {table} (ref text, {key} bigint, created boolean)")
        self.execute(f"WITH made AS ({create}) INSERT INTO {table} SELECT NULL, id, true FROM made")
        self.execute(
            f"WITH found AS ({find}), made AS (DELETE FROM {table} RETURNING {key})"
            f" INSERT INTO {table} SELECT ref, {key}, {key} IN (SELECT {key} FROM made) FROM found"
        )
        self.execute(f"ANALYZE {table}")

    def derive_ids(self) -> None:
        """Give rows without an id one that is made of all their columns and the ordinal among equal rows."""
        name = self.importer.id_column
        self.execute(
            f"""
            UPDATE {ROWS} s SET {name} = d.id FROM (
                SELECT ctid AS place, '~' || encode(digest, 'hex') || '-' ||
                       row_number() OVER (PARTITION BY digest, deleted IS TRUE ORDER BY line) AS id
                FROM {ROWS} WHERE {name} IS NULL
            ) AS d
            WHERE s.ctid = d.place
            """
        )
        self.execute(f"ANALYZE {ROWS}")

    def refuse_unknown_withdrawals(self, table: str, key: str, *, incomplete: str) -> None:
        """A row that says no more than which fact to withdraw needs that fact to be there."""
        if "deleted" not in self.filled:
            return
        name = self.importer.id_column
        self.refuse(
            f"s.deleted AND ({incomplete}) AND NOT EXISTS (SELECT FROM {table} f WHERE f.{key} = s.{name}"
            " AND f.superseded_at IS NULL)",
            column=name,
            value=f"s.{name}",
            reason=_("There is nothing with this id to withdraw."),
            mend=_("Check the id, or leave the row out."),
        )

    def refuse_siblings(self) -> None:
        """Rows that share their id with a refused row go with it: half of a thing would be a wrong thing."""
        name = self.importer.id_column
        if name in self.filled:
            self.refuse(
                f"s.{name} IN (SELECT key FROM {REFUSED} WHERE key <> '')",
                column=name,
                value=f"s.{name}",
                reason=_("Another row with this id was refused, and they belong together."),
                mend=_("Mend the other row and bring all of them again."),
            )

    def count_overruled(self, table: str, key: str) -> int:
        """Rows that differ from the last row with their id in this file, where that one is new or changes a fact."""
        name = self.importer.id_column
        return self.number(
            f"""
            SELECT sum(g.variants - 1) FROM (
                SELECT s.{name} AS id, count(DISTINCT (s.digest, s.deleted IS TRUE)) AS variants,
                       (array_agg(s.digest ORDER BY s.line DESC))[1] AS digest,
                       (array_agg(s.deleted IS TRUE ORDER BY s.line DESC))[1] AS withdrawn
                FROM {ROWS} s GROUP BY s.{name} HAVING count(*) > 1
            ) AS g
            LEFT JOIN {table} f ON f.{key} = g.id AND f.superseded_at IS NULL
            WHERE f.id IS NULL OR f.withdrawn <> g.withdrawn OR (f.digest <> g.digest AND NOT g.withdrawn)
            """
        )

    def touch(self, displaced: list[int]) -> None:
        """Make `import_touched`: the customers named in the file and those who lost a fact to one of them."""
        self.execute(
            f"CREATE TEMPORARY TABLE {TOUCHED} AS SELECT customer_id FROM {CUSTOMERS} WHERE customer_id IS NOT NULL"
            " UNION SELECT unnest(%(displaced)s::bigint[])",
            displaced=displaced,
        )

    def refresh_created(self) -> None:
        """Give the customers whom `resolve_customers` made their empty state."""
        made = [row[0] for row in self.rows(f"SELECT customer_id FROM {CUSTOMERS} WHERE created")]
        if made:
            refresh_states(made)

    def refresh_touched(self) -> None:
        """Compute the state of the customers in `import_touched` (customer_id)."""
        self.execute(f"ANALYZE {TOUCHED}")
        refresh_states(IdTable(TOUCHED))
