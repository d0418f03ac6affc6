"""Any usual table file comes in as text rows with their lines; one bad row never takes its neighbours along."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from retention.common.errors import DomainError
from retention.common.tabular import Broken, TableFormat, open_table

ROWS = [["007", "张三", "5"], ["008", "Zoë, Ltd", "6"]]
TEXT = 'id,name,n\n007,张三,5\n008,"Zoë, Ltd",6\n'


def read(path: Path, **layout: object) -> tuple[list[str], list[list[str]], list[int], list[Broken]]:
    with open_table(path, TableFormat(**layout)) as table:  # type: ignore[arg-type]
        chunks = list(table.chunks)
    return (
        table.header,
        [row for chunk in chunks for row in chunk.rows],
        [line for chunk in chunks for line in chunk.lines],
        [row for chunk in chunks for row in chunk.broken],
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_encodings_are_found(tmp_path: Path, encoding: str) -> None:
    text = TEXT.replace("Zoë", "李四")
    (tmp_path / "t.csv").write_bytes(text.encode(encoding))
    header, rows, lines, broken = read(tmp_path / "t.csv")
    assert (header, lines, broken) == (["id", "name", "n"], [2, 3], [])
    assert rows == [["007", "张三", "5"], ["008", "李四, Ltd", "6"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in row] for row in [["id", "name", "n"], *ROWS]]
    (tmp_path / "t.txt").write_text("\r\n".join(delimiter.join(row) for row in quoted) + "\r\n", "utf-8")
    assert read(tmp_path / "t.txt")[:2] == (["id", "name", "n"], ROWS)


def test_runs_of_blanks_without_a_header(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_bytes(b" 00004 0001 19970101  2   29.33\r\n 00004 0001 19970118  2   29.73\r\n")
    header, rows, _, _ = read(tmp_path / "t.txt", delimiter=" ", header=("a", "b", "c", "d", "e"))
    assert header == ["a", "b", "c", "d", "e"]
    assert rows[0] == ["00004", "0001", "19970101", "2", "29.33"]
    assert read(tmp_path / "t.txt")[1] == [["00004", "0001", "19970118", "2", "29.73"]]


def test_gzip_xlsx_and_parquet_give_the_same_text(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "t.csv.gz", "wb") as packed:
        packed.write(TEXT.encode())
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["id", "name", "n"])
    for row in ROWS:
        sheet.append([row[0], row[1], int(row[2])])
    book.save(tmp_path / "t.xlsx")
    columns = {"id": ["007", "008"], "name": pa.array(["张三", "Zoë, Ltd"]).dictionary_encode(), "n": [5.0, 6.0]}
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    for name in ("t.csv.gz", "t.xlsx", "t.parquet"):
        assert read(tmp_path / name)[:2] == (["id", "name", "n"], ROWS), name


def test_cells_of_other_types_become_plain_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "on", "at", "yes", "none", "half"])
    book.active.append([7, date(2024, 2, 29), datetime(2024, 2, 29, 5), True, None, 0.5])
    book.active["A2"].number_format = "0000"
    book.save(tmp_path / "t.xlsx")
    assert read(tmp_path / "t.xlsx")[1] == [["0007", "2024-02-29 00:00:00", "2024-02-29 05:00:00", "true", "", "0.5"]]
    table = pa.table(
        {
            "f": pa.array([2.42, None], pa.float32()),
            "at": pa.array([datetime(2024, 2, 29, 5), None], pa.timestamp("ns")),
            "utc": pa.array([datetime(2024, 2, 29, 5), None], pa.timestamp("us", "UTC")),
            "ok": [True, None],
            "big": [1e17, None],
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    assert read(tmp_path / "t.parquet")[1][0] == [
        "2.42", "2024-02-29 05:00:00.000000", "2024-02-29T05:00:00.000000Z", "true", "100000000000000000.000000"
    ]  # fmt: skip
    assert read(tmp_path / "t.parquet")[1][1] == ["", "", "", "", ""]


def test_lines_are_physical_also_after_quoted_newlines(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('a,b\n1,"x\ny\nz"\n\n2,w\n3\n4,v,\n5,v,w\n6,u\n')
    _, rows, lines, broken = read(tmp_path / "t.csv")
    assert rows == [["1", "x\ny\nz"], ["2", "w"], ["4", "v"], ["6", "u"]]
    assert lines == [2, 6, 8, 10]
    assert [(row.line, row.value) for row in broken] == [(7, "3"), (9, "5 | v | w")]


def test_an_open_quote_costs_its_own_row_alone(tmp_path: Path) -> None:
    body = "".join(f"{number},plain\n" for number in range(5))
    (tmp_path / "t.csv").write_text(f'a,b\n{body}x,"open\n{body}y,"open",too\n{body}z,"q"q\n{body}w,"open\n{body}')
    _, rows, _, broken = read(tmp_path / "t.csv")
    assert len(rows) == 25
    assert [row.line for row in broken] == [7, 13, 19, 25]


def test_unreadable_bytes_cost_their_row_alone(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("a,b\n1,é\n2,ü\n3,".encode() + b"caf\xe9\n4,nul\0\n5,x\n")
    _, rows, _, broken = read(tmp_path / "t.csv")
    assert [row[0] for row in rows] == ["1", "2", "5"]
    assert [row.line for row in broken] == [4, 5]


def test_header_names_are_unique_and_never_empty(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("\ufeffa, a ,,a\n1,2,3,4\n", "utf-8")
    assert read(tmp_path / "t.csv")[0] == ["a", "a (2)", "column 3", "a (3)"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("t.csv", b"", "empty_file"),
        ("t.xlsx", b"no zip", "unreadable_file"),
        ("t.parquet", b"PAR1", "unreadable_file"),
        ("t.csv.gz", b"no gzip", "unreadable_file"),
        ("t.xls", b"", "unreadable_file"),
    ],
)
def test_files_that_are_no_tables_are_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DomainError) as refusal:
        read(tmp_path / name)
    assert (refusal.value.code, bool(refusal.value.mend)) == (code, True)


def test_a_bomb_of_a_workbook_is_refused(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (8 << 20))
    with pytest.raises(DomainError) as refusal:
        read(tmp_path / "t.xlsx")
    assert refusal.value.code == "file_too_large"


@pytest.mark.parametrize(
    ("given", "word"),
    [({"delim": ","}, "delim"), ({"delimiter": "ab"}, "delimiter"), ({"header": "a"}, "header"),
     ({"encoding": "klingon"}, "klingon"), ({"date": "soon"}, "soon")],
)  # fmt: skip
def test_a_wrong_format_names_its_key(given: dict[str, object], word: str) -> None:
    with pytest.raises(DomainError) as refusal:
        TableFormat.from_json(given)
    assert word in refusal.value.message
