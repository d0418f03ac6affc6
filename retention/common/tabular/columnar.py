"""Parquet as text: what a CSV of the same table would hold. It unfolds in a process of its own, of limited memory."""

from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import msgspec
from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.common.tabular.layout import TableFormat
from retention.common.tabular.rows import Chunk, Table, unfolds_to_too_much, unique_names

_PROGRAM = Path(__file__).with_name("unfolding.py")
_UNREADABLE = 3


@contextlib.contextmanager
def open_parquet(path: Path, layout: TableFormat) -> Iterator[Table]:
    """Raises DomainError, also while it is read, for a file that is no whole Parquet or unfolds to too much."""
    with subprocess.Popen(  # noqa: S603 – our own program, and a path of ours
        [sys.executable, "-I", str(_PROGRAM), str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={},  # what it reads may be hostile: it is told no passwords
    ) as reader:
        assert reader.stdout is not None
        try:
            names = _frame(reader.stdout)
            if names is None:
                _told(reader)
            header = unique_names(list(layout.header or names))
            yield Table(header, _chunks(reader, len(header)))
        finally:
            reader.kill()


def _chunks(reader: subprocess.Popen[bytes], width: int) -> Iterator[Chunk]:
    assert reader.stdout is not None
    read = 0
    while (frame := _frame(reader.stdout)) is not None:
        rows = [row[:width] for row in frame["rows"]]
        yield Chunk(list(range(read + 1, read + len(rows) + 1)), rows, [], frame["done"])
        read += len(rows)
    _told(reader)


def _frame(stream: IO[bytes]) -> Any:
    """The next one; None at the end, and where the program ended in the middle of one."""
    head = stream.read(4)
    data = stream.read(struct.unpack("<I", head)[0]) if len(head) == 4 else b""
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError:
        return None


def _told(reader: subprocess.Popen[bytes]) -> None:
    """DomainError where the program has not come to the end of the file."""
    assert reader.stderr is not None
    why = reader.stderr.read().decode(errors="replace").strip()
    code = reader.wait()
    if code == _UNREADABLE:
        raise DomainError(
            "unreadable_file",
            _("This is no Parquet file: %s") % why[-500:],
            mend=_("Write it again, or as CSV."),
        )
    if code != 0:
        raise unfolds_to_too_much()
