"""Small files that unfold to gigabytes are refused, and whoever opens them needs no memory for it."""

from __future__ import annotations

import gzip
import importlib
import resource
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from retention.common.errors import DomainError
from retention.common.tabular import TableFormat, open_table
from retention.common.tabular.rows import MAX_COLUMNS

PACKED_AT_MOST = 20 << 20
NEEDED_AT_MOST = 400 << 20
LONG = "x" * (1 << 20)


def _one_value_for_all(path: Path) -> None:
    """Four hundred gigabytes in a few kilobytes: a string of four mebibytes, to which each row refers."""
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(100_000, dtype=np.int32)), pa.array([LONG * 4]))
    pq.write_table(pa.table({"id": column}), path, compression="zstd")


def _the_same_without_a_type_that_says_so(path: Path) -> None:
    column = pa.array([LONG * 4] * 50)
    with pq.ParquetWriter(path, pa.schema([("id", pa.string())]), compression="zstd", store_schema=False) as writer:
        for _time in range(40):
            writer.write_table(pa.table({"id": column}))


def _one_cell(path: Path) -> None:
    pq.write_table(pa.table({"id": pa.array(["x" * (200 << 20)])}), path, compression="zstd")


def _nested(path: Path) -> None:
    column = pa.array([[LONG] * 300])
    pq.write_table(pa.table({"id": column}), path, compression="zstd")


def _wide(path: Path) -> None:
    pq.write_table(pa.table({f"c{number}": pa.array([1]) for number in range(30_000)}), path)


def _packed(path: Path, pieces: int, piece: bytes, first: bytes = b"id,name\n") -> None:
    with gzip.open(path, "wb", compresslevel=1) as packed:
        packed.write(first)
        for _piece in range(pieces):
            packed.write(piece)


def _zeros(path: Path) -> None:
    _packed(path, 1_500, b"0" * (1 << 20))


def _no_line_in_another_alphabet(path: Path) -> None:
    _packed(path, 700, "留".encode() * (1 << 19))


def _columns(path: Path) -> None:
    path.write_text(",".join(f"c{number}" for number in range(100_000)) + "\n", "utf-8")


def _workbook_in_gzip(path: Path) -> None:
    _packed(path, 2_100, b"0" * (1 << 20), first=b"PK")


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("t.parquet", _one_value_for_all, "file_too_large"),
        ("t.parquet", _the_same_without_a_type_that_says_so, "file_too_large"),
        ("t.parquet", _one_cell, "file_too_large"),
        ("t.parquet", _nested, "file_too_large"),
        ("t.parquet", _wide, "too_many_columns"),
        ("t.csv.gz", _zeros, "file_too_large"),
        ("t.csv.gz", _no_line_in_another_alphabet, "file_too_large"),
        ("t.csv", _columns, "too_many_columns"),
        ("t.xlsx.gz", _workbook_in_gzip, "file_too_large"),
    ],
)
def test_what_unfolds_to_too_much_is_refused(
    tmp_path: Path, name: str, make: Callable[[Path], None], code: str
) -> None:
    make(tmp_path / name)
    assert (tmp_path / name).stat().st_size < PACKED_AT_MOST
    before = _held()
    with pytest.raises(DomainError) as told, open_table(tmp_path / name) as table:
        for _chunk in table.chunks:
            pass
    assert (told.value.code, bool(told.value.mend)) == (code, True)
    assert _peak() - before < NEEDED_AT_MOST


@pytest.mark.parametrize("name", ["t.csv.gz", "t.parquet"])
def test_long_rows_come_in_small_chunks(tmp_path: Path, name: str) -> None:
    """Six hundred megabytes in rows of a hundred thousand characters, no fault: they come one after the other."""
    row = ("7," + "y" * 100_000 + "\n").encode()
    if name == "t.csv.gz":
        _packed(tmp_path / name, 60, row * 100)
    else:
        column = pa.array(["y" * 100_000] * 2_000)
        with pq.ParquetWriter(tmp_path / name, pa.schema([("name", pa.string())]), compression="zstd") as writer:
            for _time in range(3):
                writer.write_table(pa.table({"name": column}))
    before = _held()
    with open_table(tmp_path / name) as table:
        assert sum(len(chunk) for chunk in table.chunks) == 6_000
    assert _peak() - before < NEEDED_AT_MOST


@pytest.mark.parametrize("delimiter", [",", " "])
def test_a_line_that_is_too_long_takes_no_other_along(tmp_path: Path, delimiter: str) -> None:
    """Also where a quote is opened in it, or before it."""
    lines = ["id,name", "1,a", '2,"' + LONG * 3, "3,c", '4,"d', "5," + LONG * 2, "6,f", LONG, "8,h"]
    text = "\n".join(lines).replace(",", delimiter).replace('"', '"' if delimiter == "," else "")
    (tmp_path / "t.csv").write_text(text + "\n", "utf-8")
    with open_table(tmp_path / "t.csv", TableFormat(delimiter=delimiter)) as table:
        chunks = list(table.chunks)
    kept = [row for chunk in chunks for row in chunk.rows]
    broken = {row.line: row.reason for chunk in chunks for row in chunk.broken}
    too_long = "The row has over a million characters."
    quote = "A quote is opened and not closed, or stands in the middle of a cell."
    if delimiter == ",":
        assert kept == [["1", "a"], ["3", "c"], ["6", "f"], ["8", "h"]]
        assert broken == {3: too_long, 5: quote, 6: too_long, 8: too_long}
    else:
        assert kept == [["1", "a"], ["3", "c"], ["4", "d"], ["6", "f"], ["8", "h"]]
        assert broken == dict.fromkeys((3, 6, 8), too_long)


def test_the_program_limits_itself_alone() -> None:
    """Whoever only imports it goes on without limits."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    importlib.import_module("retention.common.tabular.unfolding")
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_table_is_left_in_the_middle(tmp_path: Path) -> None:
    """A page looks at the first rows only."""
    pq.write_table(pa.table({"n": pa.array(range(1_000_000))}), tmp_path / "t.parquet")
    with open_table(tmp_path / "t.parquet") as table:
        first = next(table.chunks)
    assert (table.header, first.rows[:2], first.lines[:2]) == (["n"], [["0"], ["1"]], [1, 2])
    assert 0 < first.done < 1


def test_a_table_without_rows(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": pa.array([], pa.int64())}), tmp_path / "t.parquet")
    with open_table(tmp_path / "t.parquet") as table:
        assert [(chunk.rows, chunk.done) for chunk in table.chunks] == [([], 1.0)]


def test_as_many_columns_as_can_be_read(tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(MAX_COLUMNS)]
    pq.write_table(pa.table({name: pa.array([1]) for name in names}), tmp_path / "t.parquet")
    (tmp_path / "t.csv").write_text(",".join(names) + "\n" + ",".join(["1"] * len(names)) + "\n", "utf-8")
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(names)
    book.active.append([1] * len(names))
    book.save(tmp_path / "t.xlsx")
    for name in ("t.parquet", "t.csv", "t.xlsx"):
        with open_table(tmp_path / name) as table:
            assert (table.header, next(table.chunks).rows) == (names, [["1"] * len(names)])


def _held() -> int:
    """Bytes in memory now; the peak is counted from here on."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _peak() -> int:
    return _status("VmHWM")


def _status(name: str) -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024
