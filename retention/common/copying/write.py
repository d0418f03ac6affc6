"""Write aligned arrays into a table.

Each row is laid out at its greatest width in a matrix of bytes; what a row does not use (NULL, the rest of a short
label) is masked out. So the cost is per column, not per cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from django.db import connection

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

BEGIN = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"
CHUNK = 25_000  # rows laid out at once: stays in the processor's cache
EPOCH_2000 = 10_957  # PostgreSQL counts days from 2000-01-01
REAL_OID = 700


class Cells(Protocol):
    """One column: its length, its greatest width, and the bytes and mask of a slice of it."""

    def __len__(self) -> int: ...

    def layout(self, rows: slice) -> tuple[Bytes, Mask | None]: ...


def _field(payload: Bytes, missing: Mask | None) -> tuple[Bytes, Mask | None]:
    """A fixed-width field with its length before it; −1 and nothing where `missing`."""
    count, width = payload.shape
    lengths = np.full(count, width, dtype=">i4")
    if missing is None or not missing.any():
        return np.hstack([_bytes(lengths), payload]), None
    lengths[missing] = -1
    kept = np.ones((count, width + 4), dtype=bool)
    kept[:, 4:] = ~missing[:, None]
    return np.hstack([_bytes(lengths), payload]), kept


def _bytes(values: npt.NDArray[Any]) -> Bytes:
    contiguous = np.ascontiguousarray(values)
    return contiguous.view(np.uint8).reshape(len(contiguous), -1)


@dataclass(frozen=True)
class WholeNumbers:
    """Integers of 2, 4 or 8 bytes; NULL where `missing`."""

    values: npt.NDArray[Any]
    width: int = 8
    missing: Mask | None = None

    def __len__(self) -> int:
        return len(self.values)

    def layout(self, rows: slice) -> tuple[Bytes, Mask | None]:
        missing = None if self.missing is None else self.missing[rows]
        return _field(_bytes(self.values[rows].astype(f">i{self.width}")), missing)


@dataclass(frozen=True)
class Reals:
    """Doubles; NULL where NaN."""

    values: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.values)

    def layout(self, rows: slice) -> tuple[Bytes, Mask | None]:
        part = self.values[rows]
        return _field(_bytes(part.astype(">f8")), np.isnan(part))


@dataclass(frozen=True)
class Days:
    """Dates as days since 1970-01-01; NULL where `missing`."""

    values: npt.NDArray[np.int64]
    missing: Mask | None = None

    def __len__(self) -> int:
        return len(self.values)

    def layout(self, rows: slice) -> tuple[Bytes, Mask | None]:
        missing = None if self.missing is None else self.missing[rows]
        return _field(_bytes((self.values[rows] - EPOCH_2000).astype(">i4")), missing)


@dataclass(frozen=True)
class Flags:
    """Booleans."""

    values: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.values)

    def layout(self, rows: slice) -> tuple[Bytes, Mask | None]:
        return _field(self.values[rows].astype(np.uint8)[:, None], None)


@dataclass(frozen=True)
class Labels:
    """Texts out of a few: `codes` are positions in `labels`."""

    codes: npt.NDArray[Any]
    labels: Sequence[str]

    def __len__(self) -> int:
        return len(self.codes)

    def layout(self, rows: slice) -> tuple[Bytes, Mask | None]:
        texts = [label.encode() for label in self.labels]
        width = max(len(text) for text in texts)
        sizes = np.array([len(text) for text in texts])
        table = np.zeros((len(texts), width + 4), dtype=np.uint8)
        table[:, :4] = _bytes(sizes.astype(">i4"))
        for row, text in enumerate(texts):
            table[row, 4 : 4 + len(text)] = np.frombuffer(text, np.uint8)
        kept = np.arange(width + 4) < (sizes + 4)[:, None]
        codes = self.codes[rows]
        return table[codes], kept[codes]


@dataclass(frozen=True)
class RealLists:
    """Equally long lists of `real`, a row of `values` each; NaN stays NaN."""

    values: npt.NDArray[np.floating[Any]]

    def __len__(self) -> int:
        return len(self.values)

    def layout(self, rows: slice) -> tuple[Bytes, Mask | None]:
        part = self.values[rows]
        count, size = part.shape
        element = np.dtype([("length", ">i4"), ("value", ">f4")])
        elements = np.empty((count, size), dtype=element)
        elements["length"], elements["value"] = 4, part
        header = np.array([[1, 0, REAL_OID, size, 1]], dtype=">i4").repeat(count, axis=0)
        return _field(np.hstack([_bytes(header), elements.view(np.uint8).reshape(count, -1)]), None)


def write_columns(table: str, columns: Mapping[str, Cells]) -> int:
    """COPY the columns into `table` (a name of ours); returns the number of rows."""
    sizes = {len(cells) for cells in columns.values()}
    if len(sizes) != 1:
        raise ValueError(f"columns of unequal length: {sizes}")
    (count,) = sizes
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f"COPY {table} ({names}) FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(BEGIN)
        for start in range(0, count, CHUNK):
            copy.write(_rows(columns, slice(start, min(start + CHUNK, count))))
        copy.write(END)
    return count


def _rows(columns: Mapping[str, Cells], rows: slice) -> bytes:
    count = rows.stop - rows.start
    fields: list[Bytes] = [_bytes(np.full(count, len(columns), dtype=">i2"))]
    masks: list[Mask | None] = [None]
    for cells in columns.values():
        field, mask = cells.layout(rows)
        fields.append(field)
        masks.append(mask)
    matrix = np.hstack(fields)
    if all(mask is None for mask in masks):
        return matrix.tobytes()
    kept = np.hstack(
        [np.ones(field.shape, bool) if mask is None else mask for field, mask in zip(fields, masks, strict=True)]
    )
    return matrix[kept].tobytes()
