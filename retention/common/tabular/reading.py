"""Open a table file whatever its format."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.common.tabular.delimited import open_delimited
from retention.common.tabular.layout import TableFormat, plain_suffix
from retention.common.tabular.rows import Table
from retention.common.tabular.workbook import open_workbook

AS_FOUND = TableFormat()
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
        if suffix not in (".xlsx", ".parquet"):
            yield open_delimited(path, layout)
            return
        opener = open_workbook if suffix == ".xlsx" else _open_parquet
        if not packed:
            yield opener(path, layout)
            return
        with tempfile.TemporaryDirectory() as folder:
            unpacked = Path(folder) / f"table{suffix}"
            with gzip.open(path, "rb") as source, unpacked.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
            yield opener(unpacked, layout)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DomainError(
            "unreadable_file", _("The file is damaged or not gzipped: %s") % error, mend=_("Pack it again.")
        ) from None


def _open_parquet(path: Path, layout: TableFormat) -> Table:
    from retention.common.tabular.columnar import open_parquet  # takes a second to load: every command would pay it

    return open_parquet(path, layout)
