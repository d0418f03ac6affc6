"""P9: how fast events come in beside 20 million that are held already, against beside a tenth of a million.

Each customer holds a hundred events, and each file brings fifty more of a thousand customers, so that only the size of
the tables differs. Files are brought in with versions, deduplication and everybody's running state, as always.
"""

from __future__ import annotations

import csv
import os
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.database import VOID_ABOVE_MS, bench_database, commit_ms, make_tenant
from bench.ingest import HEADER, NAMES, NOW, START
from bench.scoring import without_indexes

SMALL, HELD_EACH = 100_000, 100
TOUCHED, BROUGHT_EACH = 1_000, 50
ROUNDS = 5


def run() -> dict[str, Any]:
    """``{"P9": {…}}``; where `STAY_BENCH_SIZES` is set, twenty times its largest is held."""
    asked = [int(size) for size in os.environ.get("STAY_BENCH_SIZES", "1000000").split(",")]
    sizes = (SMALL, 20 * max(asked))
    with bench_database():
        found = {str(size): _measure(size) for size in sizes}
    small, large = (found[str(size)]["rows_per_second"] for size in sizes)
    return {"P9": {**found, "rate_kept": round(large / small, 3)}}


def _measure(size: int) -> dict[str, Any]:
    from tenants.context import statements_of, use_tenant

    with use_tenant(make_tenant(f"held{size}")), statements_of(seconds=0), tempfile.TemporaryDirectory() as folder:
        _hold(size)
        files = [_file(Path(folder) / f"{number}.csv", size, number) for number in range(ROUNDS + 1)]
        before = commit_ms()
        seconds = [_import(path) for path in files]
        after = commit_ms()
    rows = TOUCHED * BROUGHT_EACH
    return {
        "rows_per_second": round(rows / statistics.median(seconds[1:])),
        "seconds": {"cold": round(seconds[0], 2), "range": [round(min(seconds[1:]), 2), round(max(seconds[1:]), 2)]},
        "rows_brought": rows,
        "commit_ms": [before, after],
        "void": max(before, after) > VOID_ABOVE_MS,
    }


def _hold(size: int) -> None:
    """`size` events of customers with a hundred each, and everybody's state."""
    from retention.common.ids import UUID7_SQL
    from retention.customers.services.rebuild import rebuild_customer_states
    from tenants.services.statistics import refresh_statistics

    tables = ("customers_customer", "customers_event")
    given = {"now": NOW, "start": START, "last": size - 1, "each": HELD_EACH, "names": list(NAMES)}
    with without_indexes(tables):
        _do_with(
            "INSERT INTO customers_customer (public_id, external_id, name, email, phone, language, timezone, source,"
            f" recorded_at, updated_at) SELECT {UUID7_SQL}, 'c-' || n, '', '', '', '', '', '', %(now)s, %(now)s"
            " FROM generate_series(0, %(last)s / %(each)s) AS n",
            given,
        )
        _do_with(
            """INSERT INTO customers_event (event_id, customer_id, name, occurred_at, occurred_on, properties, digest,
                   source, recorded_at)
            SELECT 'held-' || n, c.id, (%(names)s::text[])[1 + n %% 3], e.at, e.at::date, '{"page": "/home"}',
                   decode(md5(n::text), 'hex'), '', %(now)s
            FROM generate_series(0, %(last)s) AS n
            JOIN customers_customer c ON c.external_id = 'c-' || n / %(each)s
            CROSS JOIN LATERAL (SELECT %(start)s::timestamptz + n %% 240 * interval '1 day' AS at) e""",
            given,
        )
    refresh_statistics(tables)
    rebuild_customer_states()
    refresh_statistics((*tables, "customers_customerstate"))


def _file(path: Path, size: int, number: int) -> Path:
    """Events of customers spread over the whole table, one in ten twice."""
    step = max(size // HELD_EACH // TOUCHED, 1)
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for place in range(TOUCHED * BROUGHT_EACH):
            own = place - (place % 10 == 9)
            at = START + timedelta(days=241 + number, seconds=own)
            writer.writerow([f"{number}-{own}", f"c-{own % TOUCHED * step}", NAMES[own % 3], at.isoformat(), "/home"])
    return path


def _import(path: Path) -> float:
    from retention.customers.services.imports import import_file

    begin = time.perf_counter()
    job = import_file(kind="events", path=path, now=NOW)[1]
    taken = time.perf_counter() - begin
    assert (job.refused, job.kept) == (0, TOUCHED * BROUGHT_EACH * 9 // 10), job
    return taken


def _do_with(statement: str, params: dict[str, Any]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, params)
