"""Turn a chunk of text rows into rows to stage, column by column, and set the bad ones aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import md5

import msgspec
from django.utils.translation import gettext as _

from retention.common.tabular import Chunk
from retention.customers.importers.mapping import LINE, Bound, types_of
from retention.customers.importers.registry import Column, Importer
from retention.customers.importers.values import Bad, Local, Parse, json_value, parser_for

CACHE = 50_000  # distinct cells remembered per column
Cell = str | int | None


@dataclass(frozen=True)
class Refusal:
    """Why a row was not taken: one reason a row, the first in the order of the kind's columns."""

    line: int
    column: str
    value: str
    reason: str
    mend: str
    key: str = ""
    """The row's id as it stands in the file, where it has one."""


@dataclass
class Parsed:
    """`rows`: line, one cell per known column, the extra columns as JSON, and the digest of the content."""

    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


class ChunkParser:
    """Reads chunks of one file. `columns` are the staged ones, in order."""

    def __init__(self, importer: Importer, bound: Bound, local: Local) -> None:
        self.importer = importer
        self.bound = bound
        self.columns = types_of(importer, bound)
        self._readers: list[tuple[Column, Parse, dict[str, str | None]]] = [
            (column, parser_for(column, local), {}) for column in self.columns
        ]
        self._extra = [(f"{msgspec.json.encode(name).decode()}:", at) for name, at in bound.extra]
        self._extra_seen: list[dict[str, str]] = [{} for _name in bound.extra]
        names = [column.name for column in self.columns]
        self._hashed = [
            names.index(column.name) if column.name in names else None
            for column in importer.columns
            if column.name != importer.id_column
        ]

    def parse(self, chunk: Chunk) -> Parsed:
        """The rows to stage and the refused ones, both in the order of the file."""
        parsed = Parsed(
            refusals=[Refusal(row.line, "", row.value, row.reason, row.mend) for row in chunk.broken],
        )
        if not chunk.rows:
            return parsed
        cells: list[Sequence[str]] = [*zip(*chunk.rows, strict=True), *self._constants(chunk.lines)]
        bad: dict[int, Refusal] = {}
        columns = [
            _read(column, parse, seen, cells[self.bound.known[column.name]], chunk.lines, bad)
            for column, parse, seen in self._readers
        ]
        self._refuse_gaps(columns, chunk.lines, bad)
        extras = self._extras(cells, len(chunk.rows))
        absent: list[str | None] = [None] * len(chunk.rows)
        digests = _digests([absent if at is None else columns[at] for at in self._hashed], extras)
        staged = zip(chunk.lines, *columns, extras, digests, strict=True)
        parsed.rows = [row for at, row in enumerate(staged) if at not in bad] if bad else list(staged)
        at_id = self.bound.known.get(self.importer.id_column)
        parsed.refusals.extend(
            row if at_id is None else replace(row, key=cells[at_id][at].strip()) for at, row in sorted(bad.items())
        )
        return parsed

    def _constants(self, lines: list[int]) -> list[Sequence[str]]:
        """A column of each constant of the map, with the row's line where it asks for it."""
        return [
            [text.replace(LINE, str(line)) for line in lines] if LINE in text else [text] * len(lines)
            for text in self.bound.constants
        ]

    def _refuse_gaps(self, columns: list[list[str | None]], lines: list[int], bad: dict[int, Refusal]) -> None:
        """Rows that lack what they need. A row that withdraws by id needs no more than that."""
        by_name = {column.name: values for column, values in zip(self.columns, columns, strict=True)}
        excused: set[int] = set()
        if "deleted" in by_name and self.importer.id_column in by_name:
            pairs = zip(by_name["deleted"], by_name[self.importer.id_column], strict=True)
            excused = {at for at, (deleted, id_) in enumerate(pairs) if deleted == "true" and id_}
        groups = [(column.name,) for column in self.importer.columns if column.required]
        for group in (*groups, *self.importer.any_of):
            present = [by_name[name] for name in group if name in by_name]
            if present and None not in present[0]:
                continue
            for at in range(len(lines)):
                if at not in bad and at not in excused and not any(values[at] for values in present):
                    bad[at] = _missing(lines[at], group)

    def _extras(self, cells: Sequence[Sequence[str]], rows: int) -> list[str]:
        """The other columns of each row as one JSON object, keys in order, without empty cells."""
        if not self._extra:
            return ["{}"] * rows
        columns = []
        for (key, at), seen in zip(self._extra, self._extra_seen, strict=True):
            parts: list[str] = []
            for text in cells[at]:
                part = seen.get(text)
                if part is None:
                    value = json_value(text)
                    part = "" if value is None else key + value
                    if len(seen) >= CACHE:
                        seen.clear()
                    seen[text] = part
                parts.append(part)
            columns.append(parts)
        return ["{" + ",".join(filter(None, parts)) + "}" for parts in zip(*columns, strict=True)]


def _read(
    column: Column,
    parse: Parse,
    seen: dict[str, str | None],
    cells: Sequence[str],
    lines: list[int],
    bad: dict[int, Refusal],
) -> list[str | None]:
    values: list[str | None] = []
    for at, text in enumerate(cells):
        try:
            values.append(seen[text])
        except KeyError:
            try:
                value = parse(text)
            except Bad as problem:
                bad.setdefault(at, Refusal(lines[at], column.name, text[:200], problem.reason, problem.mend))
                values.append(None)
                continue
            if len(seen) >= CACHE:
                seen.clear()
            seen[text] = value
            values.append(value)
    return values


def _missing(line: int, group: tuple[str, ...]) -> Refusal:
    names = _(" or ").join(group)
    return Refusal(
        line, group[0], "", _("%(names)s is empty.") % {"names": names}, _("Fill it in, or leave the row out.")
    )


def _digests(columns: list[list[str | None]], extras: list[str]) -> list[str]:
    return [content_digest(extra, cells) for extra, *cells in zip(extras, *columns, strict=True)]


def content_digest(extra: str, cells: Iterable[str | None]) -> str:
    """MD5 of a row's content but its id, as PostgreSQL writes bytes; it tells a changed row from the same.

    `cells` are all columns of the kind but the id, in its order, as read by :mod:`values`; columns that a kind gets
    later are appended, and empty ones at the end count for nothing, so that what was digested before stays equal.
    """
    text = "\x1f".join([extra, *(cell or "" for cell in cells)]).rstrip("\x1f")
    return "\\x" + md5(text.encode(), usedforsecurity=False).hexdigest()
