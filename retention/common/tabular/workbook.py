"""The first or the named sheet of an XLSX file, streamed; dates as ISO, whole numbers without a point."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.common.tabular.layout import TableFormat
from retention.common.tabular.rows import CHUNK, Chunk, Table, unique_names, width_problem

MAX_ENTRIES = 2_000
MAX_UNPACKED = 2 << 30
MAX_RATIO = 200


def open_workbook(path: Path, layout: TableFormat) -> Table:
    """Raises DomainError for a file that is no workbook, unpacks to too much, or lacks the sheet."""
    import openpyxl  # takes a second to load: every command would pay it

    _refuse_bombs(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (KeyError, ValueError, zipfile.BadZipFile, OSError):
        raise DomainError("unreadable_file", _("This is no XLSX file."), mend=_("Save it again as XLSX.")) from None
    if layout.sheet is not None and layout.sheet not in book.sheetnames:
        names = ", ".join(book.sheetnames)
        raise DomainError(
            "unknown_sheet", _("There is no sheet “%s”.") % layout.sheet, mend=_("Use one of: %s.") % names
        )
    sheet = book[layout.sheet] if layout.sheet else book.worksheets[0]
    rows = _rows(sheet)
    if layout.header is not None:
        header = unique_names(list(layout.header))
    else:
        first = next(rows, None)
        if first is None:
            raise DomainError("empty_file", _("The sheet is empty."), mend=_("Give a sheet with a header and rows."))
        header = unique_names(first[1])
        while header and header[-1] == f"column {len(header)}":
            header.pop()
    return Table(header, _chunks(rows, len(header), sheet.max_row or 1))


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, OSError):
        raise DomainError("unreadable_file", _("This is no XLSX file."), mend=_("Save it again as XLSX.")) from None
    unpacked = sum(entry.file_size for entry in entries)
    size = max(sum(entry.compress_size for entry in entries), 1)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or (unpacked > 1 << 20 and unpacked / size > MAX_RATIO):
        raise DomainError(
            "file_too_large", _("The workbook unpacks to more than can be read safely."), mend=_("Save it as CSV.")
        )


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row = [_text(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        if row:
            yield number, row


def _chunks(rows: Iterator[tuple[int, list[str]]], width: int, height: int) -> Iterator[Chunk]:
    chunk = Chunk()
    for number, row in rows:
        row.extend([""] * (width - len(row)))
        problem = None if len(row) == width else width_problem(number, row, width)
        if problem is not None:
            chunk.broken.append(problem)
        else:
            chunk.lines.append(number)
            chunk.rows.append(row)
        if len(chunk) >= CHUNK:
            chunk.done = min(number / height, 1.0)
            yield chunk
            chunk = Chunk()
    chunk.done = 1.0
    yield chunk


def _text(cell: Any) -> str:
    """The cell as a person sees it, near enough: an id formatted 00000 keeps its zeros."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        shape = str(cell.number_format or "")
        return str(value).zfill(len(shape)) if shape.strip("0") == "" and len(shape) > 1 else str(value)
    return str(value)
