"""Parquet, batch by batch, as text: what a CSV of the same table would hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.common.tabular.layout import TableFormat
from retention.common.tabular.rows import CHUNK, Chunk, Table, unique_names


def open_parquet(path: Path, layout: TableFormat) -> Table:
    """Raises DomainError, also while it is read, for a file that is no whole Parquet."""
    with _told():
        source = pq.ParquetFile(path)
    names = layout.header or tuple(source.schema_arrow.names)
    header = unique_names(list(names))
    return Table(header, _chunks(source, len(header)))


def _chunks(source: pq.ParquetFile, width: int) -> Iterator[Chunk]:
    total = max(source.metadata.num_rows, 1)
    read = 0
    batches = source.iter_batches(batch_size=CHUNK)
    while True:
        with _told():
            batch = next(batches, None)
        if batch is None:
            return
        columns = [_texts(column) for column in batch.columns[:width]]
        rows = [list(row) for row in zip(*columns, strict=True)]
        lines = list(range(read + 1, read + len(rows) + 1))
        read += len(rows)
        yield Chunk(lines, rows, [], read / total)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise DomainError(
            "unreadable_file", _("This is no Parquet file: %s") % error, mend=_("Write it again, or as CSV.")
        ) from None


def _texts(column: pa.Array) -> list[str]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_timestamp(kind):
        column = pc.cast(column, pa.timestamp("us", tz=kind.tz), safe=False)
        if kind.tz is not None:
            column = pc.strftime(pc.cast(column, pa.timestamp("us", tz="UTC")), format="%Y-%m-%dT%H:%M:%SZ")
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        values = column.to_pylist()
        return ["" if value is None else msgspec.json.encode(value).decode() for value in values]
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
    texts: list[str] = pc.fill_null(pc.cast(column, pa.string()), "").to_pylist()
    if pa.types.is_floating(kind):
        texts = [format(float(text), "f") if "e" in text else text for text in texts]
    return texts
