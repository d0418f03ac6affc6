"""Make a schema equal to the template in one go: the server describes the template, and the words are run again.

The template is read with itself in the search path, so that definitions name nothing by schema; they are run with
the new schema in the path. Everything is one transaction: a schema is there and whole, or it isn't there. Plain
tables only: what a partitioned table, an inheritance or a type of its own would lose shows in the comparison.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import sql

from tenants.context import as_owner, connection

TABLES = """
SELECT c.relname::text,
       (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
       (SELECT array_agg(format('CONSTRAINT %%I %%s', k.conname, pg_get_constraintdef(k.oid, true)))
          FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'c', 'x')),
       (SELECT array_agg(format('ADD CONSTRAINT %%I %%s', k.conname, pg_get_constraintdef(k.oid, true)))
          FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'),
       (SELECT array_agg(pg_get_indexdef(i.indexrelid, 0, true)) FROM pg_index i
         WHERE i.indrelid = c.oid
           AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = c.oid)),
       (SELECT array_agg(pg_get_triggerdef(t.oid, true)) FROM pg_trigger t
         WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
  FROM pg_class c WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' ORDER BY c.relname
"""

FUNCTIONS = """
SELECT replace(pg_get_functiondef(oid), quote_ident(%(schema)s) || '.', '')
  FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace AND prokind IN ('f', 'p') ORDER BY proname
"""

VIEWS = """
SELECT relname::text, pg_get_viewdef(oid, true)
  FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'v' ORDER BY oid
"""

COUNTERS = """
SELECT t.relname::text, a.attname::text, s.relname::text FROM pg_class s
  JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('i', 'a')
  JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
 WHERE s.relnamespace = %s::regnamespace AND s.relkind = 'S'
"""

COPIED = "DEFAULTS INCLUDING GENERATED INCLUDING IDENTITY INCLUDING STORAGE INCLUDING COMPRESSION INCLUDING COMMENTS"


@dataclass(frozen=True)
class _Table:
    name: str
    columns: list[str]
    constraints: list[str] | None
    references: list[str] | None
    indexes: list[str] | None
    triggers: list[str] | None


def clone_schema(source: str, target: str) -> None:
    """Make `target` with the tables and rows of `source`; run it in a transaction. It gives nobody any rights."""
    with as_owner(source), connection.cursor() as cursor:
        script = _script(cursor, source, target)
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(target)))
    with as_owner(target), connection.cursor() as cursor:
        cursor.execute(script)


def _script(cursor: Any, source: str, target: str) -> sql.Composed:
    tables = [_Table(*row) for row in _rows(cursor, TABLES, [_quoted(source)])]
    filled = _filled(cursor, source, [table.name for table in tables])
    statements: list[sql.Composable] = [_create(source, table) for table in tables]
    statements += [_copy_rows(source, table) for table in tables if table.name in filled]
    statements += [
        _count_on(source, target, *row) for row in _rows(cursor, COUNTERS, [_quoted(source)]) if row[0] in filled
    ]
    statements += [_verbatim(text) for table in tables for text in table.indexes or ()]
    statements += [_refer(table) for table in tables if table.references]
    statements += [_verbatim(text) for (text,) in _rows(cursor, FUNCTIONS, {"schema": source})]
    statements += [
        sql.SQL("CREATE VIEW {} AS {}").format(sql.Identifier(name), _verbatim(text.rstrip(";")))
        for name, text in _rows(cursor, VIEWS, [_quoted(source)])
    ]
    statements += [_verbatim(text) for table in tables for text in table.triggers or ()]
    return sql.SQL(";\n").join(statements)


def _rows(cursor: Any, query: str | sql.Composed, parameters: object = None) -> list[tuple[Any, ...]]:
    cursor.execute(query, parameters)
    return list(cursor.fetchall())


def _filled(cursor: Any, source: str, names: list[str]) -> frozenset[str]:
    questions = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(sql.Literal(name), sql.Identifier(source, name))
        for name in names
    ]
    found = _rows(cursor, sql.SQL(" UNION ALL ").join(questions)) if questions else []
    return frozenset(name for (name,) in found)


def _create(source: str, table: _Table) -> sql.Composed:
    inside: list[sql.Composable] = [sql.SQL("LIKE {} INCLUDING " + COPIED).format(sql.Identifier(source, table.name))]
    inside += [_verbatim(text) for text in table.constraints or ()]
    return sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(table.name), sql.SQL(", ").join(inside))


def _copy_rows(source: str, table: _Table) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    return sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}").format(
        sql.Identifier(table.name), columns, columns, sql.Identifier(source, table.name)
    )


def _count_on(source: str, target: str, table: str, column: str, counter: str) -> sql.Composed:
    return sql.SQL("SELECT setval(pg_get_serial_sequence({}, {}), last_value, is_called) FROM {}").format(
        sql.Literal(f"{_quoted(target)}.{_quoted(table)}"), sql.Literal(column), sql.Identifier(source, counter)
    )


def _refer(table: _Table) -> sql.Composed:
    added = sql.SQL(", ").join(_verbatim(text) for text in table.references or ())
    return sql.SQL("ALTER TABLE {} {}").format(sql.Identifier(table.name), added)


def _verbatim(text: str) -> sql.SQL:
    """The server's own words, without parameters."""
    return sql.SQL(text)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
