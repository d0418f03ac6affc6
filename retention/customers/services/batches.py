"""Bring a batch of rows in: what a file of the same rows would do, in one transaction, answered at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.common.tabular import Chunk
from retention.customers.importers import Importer
from retention.customers.importers.mapping import bind, plain
from retention.customers.importers.parsing import ChunkParser, Refusal
from retention.customers.importers.stage import REFUSED, Stage
from retention.customers.importers.values import Local
from retention.customers.services.imports import find_importer
from retention.customers.services.turns import take_turn
from tenants.context import current_tenant

MAX_COLUMNS = 200
PATIENCE_MS = 5_000  # how long a batch waits for a file that is being merged


@dataclass(frozen=True)
class RowError:
    """Why a row was refused. `row` counts from 1; `field` is "" when the row as a whole can't be read."""

    row: int
    field: str
    reason: str
    mend: str


@dataclass(frozen=True)
class BatchResult:
    """What became of a batch: read = kept + unchanged + refused; kept are new or changed."""

    read: int
    kept: int
    unchanged: int
    refused: int
    errors: list[RowError]

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return asdict(self)


def bring_batch(*, kind: str, rows: Sequence[object], source: str, now: datetime) -> BatchResult:
    """Check, stage and merge `rows`: objects with the column names of `kind`, any other name a trait or property.

    Raises DomainError when no row of it can be taken in: an unknown kind, no rows, columns that can't be told apart;
    Busy when a file is being merged for too long. Cells are read as those of files.
    """
    importer = find_importer(kind)
    tenant = current_tenant()
    stage = Stage(importer, now, tenant.zone, source)
    try:
        with transaction.atomic():
            take_turn(patience_ms=PATIENCE_MS)
            stage.create()
            _stage(stage, importer, rows, Local(tenant.zone, tenant.currency))
            outcome = stage.importer.apply(stage)
            refused = stage.rows(f'SELECT line, "column", reason, mend FROM {REFUSED} ORDER BY line')
            result = BatchResult(
                len(rows), outcome.kept, outcome.unchanged, len(refused), [RowError(*one) for one in refused]
            )
            if result.read != result.kept + result.unchanged + result.refused:
                raise RuntimeError("rows went missing")
    finally:
        stage.drop()
    return result


def _stage(stage: Stage, importer: Importer, rows: Sequence[object], local: Local) -> None:
    header = _header(importer, rows)
    parser = ChunkParser(importer, bind(importer, header, {}), local)
    stage.filled = frozenset(parser.bound.known)
    at_id = parser.bound.known.get(importer.id_column)
    chunk, broken = Chunk(), []
    for line, row in enumerate(rows, start=1):
        cells, field = _cells(row, header)
        if field is None:
            chunk.lines.append(line)
            chunk.rows.append(cells)
        else:
            broken.append(_unreadable(line, field, "" if at_id is None or not cells else cells[at_id].strip()))
    parsed = parser.parse(chunk)
    stage.add(parser.columns, parsed.rows, [*broken, *parsed.refusals])


def _header(importer: Importer, rows: Sequence[object]) -> list[str]:
    """Every name in the batch, and those that a row needs: whichever row lacks them is refused, not the batch."""
    names = dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row)
    if not rows:
        raise DomainError("no_rows", _("The batch has no rows."), mend=_("Send a list with at least one object."))
    if len(names) > MAX_COLUMNS:
        raise DomainError(
            "too_many_columns",
            _("The rows have %(n)s different fields, more than %(max)s.") % {"n": len(names), "max": MAX_COLUMNS},
            mend=_("Send what varies as values, not as names."),
        )
    for name in names:
        if not name.strip() or not name.isprintable():
            raise DomainError("bad_column", _("A field has no readable name."), mend=_("Name it in plain text."))
    given = {plain(name) for name in names}
    needed = [column.name for column in importer.columns if column.required]
    needed += [group[0] for group in importer.any_of if not given & set(group)]
    return [*names, *(name for name in needed if name not in given)]


def _cells(row: object, header: list[str]) -> tuple[list[str], str | None]:
    """The row's cells as text, and the first field that holds none ("" for the row itself)."""
    if not isinstance(row, dict):
        return [], ""
    cells, bad = [], None
    for name in header:
        text = _text(row.get(name))
        if text is None and bad is None:
            bad = name
        cells.append(text or "")
    return cells, bad


def _text(value: object) -> str | None:
    """A JSON value as the text of a cell; None when it is no single value or no text that can be stored."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        return None
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return None
    return text


def _unreadable(line: int, field: str, key: str) -> Refusal:
    if not field:
        return Refusal(line, "", "", _("The row is not a JSON object."), _('Write it like {"name": value, …}.'))
    return Refusal(
        line,
        field,
        "",
        _("The field holds no single value of plain text."),
        _("Send a text, a number, true, false or null; give what is inside it fields of their own."),
        key,
    )
