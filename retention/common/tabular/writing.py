"""The one writer of tables for people: no cell that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?%?")


def defuse(value: object) -> object:
    """`value`, with a quote before a text that a spreadsheet would take for a formula; plain numbers stay."""
    if isinstance(value, str) and value.startswith(_DANGEROUS) and not _NUMBER.fullmatch(value):
        return "'" + value
    return value


def write_csv(stream: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]], *, mark: bool = True) -> int:
    """Write a CSV (UTF-8, with a `mark` so that spreadsheets read it right); returns the number of rows."""
    if mark:
        stream.write("\ufeff")
    writer = csv.writer(stream)
    writer.writerow([defuse(name) for name in header])
    count = 0
    for row in rows:
        writer.writerow([defuse(value) for value in row])
        count += 1
    return count
