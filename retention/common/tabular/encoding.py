"""Which encoding a text file has: marks at its beginning, else what its bytes can be."""

from __future__ import annotations

import codecs
from typing import BinaryIO

BLOCK = 1 << 20
ENOUGH = 1_000  # lines with other than ASCII that decide
FAR_ENOUGH = 256  # blocks: a packed file may unfold to any length
LONGEST = 4 * BLOCK  # bytes of a line that is looked at as a whole

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def detect_encoding(stream: BinaryIO) -> str:
    """utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be or gb18030. Reads until enough other than ASCII was seen, 256 MiB
    at most."""
    first = stream.read(BLOCK)
    for mark, name in _MARKS:
        if first.startswith(mark):
            return name
    head = first[:4096]
    for offset, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[offset::2].count(0) * 4 > len(head[offset::2]):  # every other byte of plain text in UTF-16
            return name
    return _utf8_or_gb18030(first, stream)


def _utf8_or_gb18030(block: bytes, stream: BinaryIO) -> str:
    """Text in GB18030 is next to never valid UTF-8; a few bad bytes in UTF-8 must not turn the file over."""
    utf8 = gb18030 = neither = 0
    tail = b""
    for _block in range(FAR_ENOUGH):
        if not block or utf8 + gb18030 + neither >= ENOUGH or len(tail) > LONGEST:
            break
        if not block.isascii() or tail:
            lines = (tail + block).split(b"\n")
            tail = lines.pop()
            for line in lines:
                if not line.isascii():
                    if _valid(line, "utf-8"):
                        utf8 += 1
                    elif _valid(line, "gb18030"):
                        gb18030 += 1
                    else:
                        neither += 1
        block = stream.read(BLOCK)
    if tail and not tail.isascii():
        utf8 += _valid(tail, "utf-8")
        gb18030 += not _valid(tail, "utf-8") and _valid(tail, "gb18030")
    return "gb18030" if gb18030 > utf8 + neither else "utf-8"


def _valid(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
