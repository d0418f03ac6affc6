"""Open a table file whatever its format."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.common.tabular.columnar import open_parquet
from retention.common.tabular.delimited import open_delimited
from retention.common.tabular.layout import TableFormat, plain_suffix
from retention.common.tabular.rows import Table, unfolds_to_too_much
from retention.common.tabular.workbook import MAX_UNPACKED, open_workbook

AS_FOUND = TableFormat()
_WHOLE = (".xlsx", ".parquet")
"""Formats of which the end has to be known before the beginning can be read."""
_NOT_TABLES = {".xls": "XLSX", ".zip": "CSV, XLSX, Parquet", ".json": "CSV", ".pdf": "CSV, XLSX"}


@contextmanager
def open_table(path: Path, layout: TableFormat = AS_FOUND) -> Iterator[Table]:
    """A table to be read once, in chunks; raises DomainError when the file can't be read as one."""
    if not path.is_file():
        raise DomainError("no_such_file", _("There is no file “%s”.") % path, mend=_("Check the path."))
    suffix, packed = plain_suffix(path)
    if suffix in _NOT_TABLES:
        raise DomainError(
            "unreadable_file",
            _("A %s file can't be read.") % suffix,
            mend=_("Save it as %s.") % _NOT_TABLES[suffix],
        )
    try:
        with _unpacked(path, suffix) if packed and suffix in _WHOLE else nullcontext(path) as whole:
            if suffix == ".parquet":
                with open_parquet(whole, layout) as table:
                    yield table
            elif suffix == ".xlsx":
                yield open_workbook(whole, layout)
            else:
                yield open_delimited(whole, layout)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DomainError(
            "unreadable_file", _("The file is damaged or not gzipped: %s") % error, mend=_("Pack it again.")
        ) from None


@contextmanager
def _unpacked(path: Path, suffix: str) -> Iterator[Path]:
    """The same without gzip, for formats that can't be read as they come."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"table{suffix}"
        left = MAX_UNPACKED
        with gzip.open(path, "rb") as source, target.open("wb") as written:
            while block := source.read(1 << 20):
                left -= written.write(block)
                if left < 0:
                    raise unfolds_to_too_much()
        yield target
