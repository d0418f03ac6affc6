"""What every reader hands over: a header, then chunks of text rows with the line where each began."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from retention.common.errors import DomainError

CHUNK = 20_000
CHUNK_TEXT = 32 << 20
"""A chunk ends at so many rows, or at so many characters."""
MAX_COLUMNS = 2_000


@dataclass(frozen=True)
class Broken:
    """A row that can't be taken apart into cells."""

    line: int
    value: str
    reason: str
    mend: str


@dataclass
class Chunk:
    """Rows of equal width. `lines` are physical lines of a text file, rows of a sheet, or row numbers from 1."""

    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    done: float = 0.0
    """The share of the file that has been read."""

    def __len__(self) -> int:
        return len(self.rows) + len(self.broken)


@dataclass(frozen=True)
class Table:
    """`header` names the columns, each once; `chunks` streams the rows and can be used once."""

    header: list[str]
    chunks: Iterator[Chunk]


def unfolds_to_too_much() -> DomainError:
    """Why a packed file is not read."""
    return DomainError(
        "file_too_large", _("The file unfolds to more than can be read safely."), mend=_("Save it as CSV.")
    )


def unique_names(cells: list[str]) -> list[str]:
    """Column names from header cells: trimmed, never empty, the second “amount” is “amount (2)”.

    Raises DomainError for more than MAX_COLUMNS.
    """
    if len(cells) > MAX_COLUMNS:
        raise DomainError(
            "too_many_columns",
            _("The table has %(n)d columns; %(most)d can be read.") % {"n": len(cells), "most": MAX_COLUMNS},
            mend=_("Leave out the columns that are not needed."),
        )
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        plain = cell.strip().lstrip("\ufeff") or f"column {position}"
        name, number = plain, 1
        while name in names:
            number += 1
            name = f"{plain} ({number})"
        names.append(name)
    return names


def width_problem(line: int, row: list[str], width: int) -> Broken | None:
    """Why a row of another width can't be read; None when only empty cells are too many (they are cut off)."""
    if len(row) > width and not any(row[width:]):
        del row[width:]
        return None
    return Broken(
        line,
        " | ".join(row)[:200],
        _("The row has %(n)d cells and the header %(width)d.") % {"n": len(row), "width": width},
        _("Give the row as many cells as the header; put a cell with the delimiter in it into quotes."),
    )
