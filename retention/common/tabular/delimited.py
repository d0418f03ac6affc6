"""Text tables: comma, semicolon, tab, bar, or runs of blanks. One bad row never takes its neighbours along."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from retention.common.errors import DomainError
from retention.common.tabular.encoding import detect_encoding
from retention.common.tabular.layout import TableFormat, plain_suffix
from retention.common.tabular.rows import CHUNK, CHUNK_TEXT, Broken, Chunk, Table, unique_names, width_problem

DELIMITERS = ",\t;|"
SAMPLE_LINES = 50
LONGEST_LINE = 1 << 20
"""In characters. Of a longer line only the beginning is kept, to say which one it was."""
LONGEST_SKIPPED = 64 * LONGEST_LINE
"""A packed file may hold one line of gigabytes: so much of it is passed over, and no more."""


class Lines:
    """Physical lines with their numbers, which can be handed back. Those that are too long are in `cut`.

    Raises DomainError for one that does not end.
    """

    def __init__(self, stream: io.TextIOBase) -> None:
        self._stream = stream
        self._back: list[str] = []
        self.number = 0
        self.taken: list[str] = []
        self.cut: set[int] = set()

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self._back.pop() if self._back else self._stream.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) == LONGEST_LINE:
            line = self._pass_over(line)
        self.taken.append(line)
        return line

    def _pass_over(self, line: str) -> str:
        """The beginning of a line that is too long, without quotes, so that it takes no other line along."""
        self.cut.add(self.number)
        rest, passed = line, 0
        while rest and not rest.endswith(("\n", "\r")):
            passed += len(rest)
            if passed > LONGEST_SKIPPED:
                raise DomainError(
                    "file_too_large",
                    _("Line %d is longer than can be read.") % self.number,
                    mend=_("Give each row a line of its own."),
                )
            rest = self._stream.readline(LONGEST_LINE)
        return line[:200].replace('"', "'") + "\n"

    def hand_back(self) -> None:
        """All lines taken since the last clearing but the first are to be read again."""
        again = self.taken[1:]
        self._back.extend(reversed(again))
        self.number -= len(again)
        del self.taken[1:]


def open_delimited(path: Path, layout: TableFormat) -> Table:
    """A text table; raises DomainError when it has no header row."""
    packed = plain_suffix(path)[1]
    with _open(path, packed) as probe:
        encoding = layout.encoding or detect_encoding(probe)
    if encoding == "utf-8":
        encoding = "utf-8-sig"  # the same, and drops a mark
    raw = path.open("rb")
    data = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
    lines = Lines(io.TextIOWrapper(data, encoding=encoding, errors="replace", newline=""))
    delimiter = layout.delimiter or _sniff(lines)
    rows = _split(lines, delimiter)
    header = _header(rows) if layout.header is None else unique_names(list(layout.header))
    size = max(path.stat().st_size, 1)
    return Table(header, _chunks(rows, len(header), lines, raw, size))


def _open(path: Path, packed: bool) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")


def _header(rows: Iterator[tuple[int, list[str]] | Broken]) -> list[str]:
    first = next(rows, None)
    if first is None:
        raise DomainError("empty_file", _("The file is empty."), mend=_("Give a file with a header and rows."))
    if isinstance(first, Broken):
        raise DomainError("unreadable_file", _("The header can't be read: %s") % first.reason, mend=first.mend)
    return unique_names(first[1])


def _sniff(lines: Lines) -> str:
    """The delimiter that gives most of the first lines the same number of cells, above one; else runs of blanks."""
    for _line in range(SAMPLE_LINES):
        if next(lines, None) is None:
            break
    sample = [line for line in lines.taken if line.strip()]
    lines.taken.insert(0, "")
    lines.number += 1
    lines.hand_back()
    lines.taken.clear()
    lines.number = 0
    best, score = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(sample, delimiter=delimiter) if row)
        except csv.Error:  # cells longer than any
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        if width > 1 and count / max(len(sample), 1) > score + 0.1:
            best, score = delimiter, count / len(sample)
    if score < 0.5:
        widths = Counter(len(line.split()) for line in sample)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        if width > 1 and count == len(sample):
            return " "
    return best


def _split(lines: Lines, delimiter: str) -> Iterator[tuple[int, list[str]] | Broken]:
    """Rows with the line where each began, or why a row can't be read."""
    if delimiter == " ":
        for line in lines:
            del lines.taken[:-1]
            if lines.number in lines.cut:
                yield Broken(lines.number, line.rstrip(), *_length())
            else:
                yield (
                    Broken(lines.number, line[:200], *_bytes()) if _unreadable(line) else (lines.number, line.split())
                )
        return
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    taken = lines.taken
    while True:
        taken.clear()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            lines.hand_back()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            yield Broken(lines.number, taken[0].rstrip()[:200], *_quote())
            continue
        start = lines.number - len(taken) + 1
        if lines.cut and not lines.cut.isdisjoint(range(start, lines.number + 1)):
            lines.hand_back()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            yield Broken(start, taken[0].rstrip()[:200], *(_length() if start in lines.cut else _quote()))
        elif any(_unreadable(line) for line in taken):
            yield Broken(start, taken[0].rstrip()[:200].replace("\0", "␀"), *_bytes())
        elif row:
            yield start, row


def _unreadable(line: str) -> bool:
    return "\ufffd" in line or "\0" in line


def _chunks(
    rows: Iterator[tuple[int, list[str]] | Broken], width: int, lines: Lines, raw: BinaryIO, size: int
) -> Iterator[Chunk]:
    chunk, text = Chunk(), 0
    with raw:
        for item in rows:
            text += sum(map(len, lines.taken))
            if isinstance(item, Broken):
                chunk.broken.append(item)
            elif len(item[1]) == width or (problem := _odd_width(item, width, lines)) is None:
                if item[1]:
                    chunk.lines.append(item[0])
                    chunk.rows.append(item[1])
            else:
                chunk.broken.append(problem)
            if len(chunk) >= CHUNK or text > CHUNK_TEXT:
                chunk.done = raw.tell() / size
                yield chunk
                chunk, text = Chunk(), 0
        chunk.done = 1.0
        yield chunk


def _odd_width(item: tuple[int, list[str]], width: int, lines: Lines) -> Broken | None:
    """A row of several lines and odd width has swallowed its neighbours by an open quote: they are read again."""
    start, row = item
    if not row:
        return None
    if len(lines.taken) > 1:
        first = lines.taken[0].rstrip()[:200]
        lines.hand_back()
        return Broken(start, first, *_quote())
    return width_problem(start, row, width)


def _quote() -> tuple[str, str]:
    return (
        _("A quote is opened and not closed, or stands in the middle of a cell."),
        _("Close the quote on the row, or write a quote inside a quoted cell twice."),
    )


def _length() -> tuple[str, str]:
    return _("The row has over a million characters."), _("Give each row a line of its own.")


def _bytes() -> tuple[str, str]:
    return (
        _("The row holds characters that can't be read."),
        _("Save the file as UTF-8, or name its encoding in the map."),
    )
