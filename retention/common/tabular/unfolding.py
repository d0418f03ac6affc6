"""A program of its own, which reads a Parquet file and hands its rows over as text.

A small file can unfold to gigabytes, and says what it likes about its size. So whoever opens it starts this program,
whose memory is limited, and reads from it as fast as it needs rows: what fails is this and not a web process. It loads
nothing of the project, so that it starts in half a second.

    python unfolding.py FILE    frames on stdout: length (4 bytes, little-endian), then JSON

The first frame holds the columns' names, each further one ``{"rows": [[text]], "done": 0.5}``. Exit code 3: the file
is no whole Parquet, with the reason on stderr. Exit code 4: it unfolds to more than may be held.
"""

from __future__ import annotations

import contextlib
import os
import resource
import struct
import sys
from collections.abc import Iterator
from typing import Any

MEMORY = 2 << 30
"""Bytes of address space. A row group of a million rows and twenty columns (150 MiB) needs a quarter of it."""
SECONDS = 3600
"""Of work: those rows take eight."""
ROWS_AT_ONCE = 1_000
FRAME_ROWS = 20_000
FRAME_BYTES = 16 << 20
"""A frame ends at so many rows, or at so many bytes of text."""
LONGEST_FRAME = 64 << 20
UNREADABLE, TOO_LARGE = 3, 4

if __name__ == "__main__":  # before the libraries take their memory
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"  # others reserve addresses that they never use
    for limited, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        with contextlib.suppress(ValueError):  # a lower limit holds already, or the system knows none
            resource.setrlimit(limited, (most, most))

import msgspec  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.compute as pc  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402


def main(path: str) -> int:
    """Write the file's frames to stdout; returns the exit code."""
    pa.set_cpu_count(1)
    try:
        source = pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)
        _send(source.schema_arrow.names)
        for frame in _frames(source):
            _send(frame)
    except MemoryError:
        return TOO_LARGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on: that is no error
    except Exception as error:  # whatever a file makes the library say
        sys.stderr.write(str(error))
        return UNREADABLE
    return 0


def _frames(source: pq.ParquetFile) -> Iterator[dict[str, Any]]:
    total, read = max(source.metadata.num_rows, 1), 0
    rows: list[tuple[str, ...]] = []
    size = 0
    for batch in source.iter_batches(batch_size=ROWS_AT_ONCE, use_threads=False):
        # A value may be held once and referred to by each row: how long they are is known when they are written out.
        columns = [column.dictionary_decode() if _refers(column) else column for column in batch.columns]
        pieces = sum(column.nbytes for column in columns) // FRAME_BYTES + 1
        step = max(-(-len(batch) // pieces), 1)
        for begin in range(0, len(batch), step):
            parts = [column.slice(begin, step) for column in columns]
            size += sum(part.nbytes for part in parts)
            rows += zip(*map(_texts, parts), strict=True)
            read += min(step, len(batch) - begin)
            if len(rows) >= FRAME_ROWS or size >= FRAME_BYTES:
                yield {"rows": rows, "done": read / total}
                rows, size = [], 0
    yield {"rows": rows, "done": 1.0}


def _refers(column: pa.Array) -> bool:
    return bool(pa.types.is_dictionary(column.type))


def _send(frame: Any) -> None:
    data = msgspec.json.encode(frame)
    if len(data) > LONGEST_FRAME:
        raise MemoryError
    sys.stdout.buffer.write(struct.pack("<I", len(data)) + data)
    sys.stdout.buffer.flush()


def _texts(column: pa.Array) -> list[str]:
    """What a CSV of the same table would hold."""
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
