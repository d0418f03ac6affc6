"""P8: a file of events brought in with deduplication, against reading it and ``bulk_create(ignore_conflicts)``.

Ours also keeps versions, the job with its progress, and every customer's running state; the peer does none of these.
Each call gets a file of its own with customers of its own, so that no round finds the work of another. One row in ten
repeats an event.
"""

from __future__ import annotations

import csv
import hashlib
import os
import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.database import VOID_ABOVE_MS, bench_database, commit_ms, make_tenant
from bench.rounds import compare

HEADER = ["event_id", "customer", "event", "occurred_at", "page"]
NAMES = ("Signed In", "Product Viewed", "Product Added", "Order Completed", "core_use")
START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2027, 1, 1, tzinfo=UTC)
EVENTS_PER_CUSTOMER = 10
BATCH = 5_000


def run() -> dict[str, Any]:
    """``{"P8": {"100000": {…}}}``: one comparison for each size, with rows a second of both."""
    sizes = [int(size) for size in os.environ.get("STAY_BENCH_SIZES", "100000,1000000").split(",")]
    with bench_database():
        return {"P8": {str(size): _measure(size, rounds=5 if size <= 100_000 else 3) for size in sizes}}


def _measure(size: int, *, rounds: int) -> dict[str, Any]:
    from tenants.backend.stance import JOB_SECONDS
    from tenants.context import statements_of, use_tenant

    ours, peer = make_tenant(f"ours{size}"), make_tenant(f"peer{size}")
    with tempfile.TemporaryDirectory() as folder:
        files = [_write(Path(folder) / f"{number}.csv", size, number) for number in range(rounds + 1)]
        our_files, peer_files = iter(files), iter(files)

        def import_ours() -> None:
            with use_tenant(ours), statements_of(seconds=JOB_SECONDS):  # as the command has
                _import(next(our_files))

        def import_peer() -> None:
            with use_tenant(peer), statements_of(seconds=JOB_SECONDS):
                _bulk_create(next(peer_files))

        with use_tenant(ours):
            before = commit_ms()
        found = compare(import_ours, import_peer, rounds=rounds)
        with use_tenant(ours):
            after, stored = commit_ms(), _stored()
        with use_tenant(peer):
            if _stored() != stored:
                raise AssertionError("the two did not store the same events")
    return {
        **found,
        "rows_per_second": {name: round(size / found[name]["median"]) for name in ("ours", "peer")},
        "events_stored": stored[0],
        "commit_ms": [before, after],
        "void": max(before, after) > VOID_ABOVE_MS,
    }


def _write(path: Path, size: int, number: int) -> Path:
    chance = random.Random(number)
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        row: list[str] = []
        for position in range(size):
            if position % 10 != 9:
                at = START + timedelta(seconds=chance.randrange(300 * 86_400))
                customer = chance.randrange(size // EVENTS_PER_CUSTOMER)
                row = [f"{number}-{position}", f"{number}-{customer}", chance.choice(NAMES), at.isoformat(), "/home"]
            writer.writerow(row)
    return path


def _import(path: Path) -> None:
    from retention.customers.services.imports import import_file

    import_file(kind="events", path=path, now=NOW)


def _bulk_create(path: Path) -> None:
    """What a careful Django project does: batches of unsaved rows, each customer made and looked up once."""
    from django.db import transaction

    from tenants.context import current_tenant

    zone = current_tenant().zone
    known: dict[str, int] = {}
    with path.open(newline="") as stream, transaction.atomic():
        for rows in _batches(csv.DictReader(stream)):
            known |= _customers({row["customer"] for row in rows} - known.keys())
            _create(rows, known, zone)


def _batches(rows: Iterator[dict[str, str]] | csv.DictReader[str]) -> Iterator[list[dict[str, str]]]:
    batch: list[dict[str, str]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _customers(names: set[str]) -> dict[str, int]:
    from retention.customers.models import Customer

    made = [Customer(external_id=name, recorded_at=NOW, updated_at=NOW) for name in sorted(names)]
    Customer.objects.bulk_create(made, ignore_conflicts=True)
    return dict(Customer.objects.filter(external_id__in=names).order_by().values_list("external_id", "pk"))


def _create(rows: list[dict[str, str]], customers: dict[str, int], zone: Any) -> None:
    from retention.customers.models import Event

    events = []
    for row in rows:
        at = datetime.fromisoformat(row["occurred_at"])
        events.append(
            Event(
                event_id=row["event_id"],
                customer_id=customers[row["customer"]],
                name=row["event"],
                occurred_at=at,
                occurred_on=at.astimezone(zone).date(),
                properties={"page": row["page"]},
                digest=hashlib.md5("|".join(row.values()).encode(), usedforsecurity=False).digest(),
                recorded_at=NOW,
            )
        )
    Event.objects.bulk_create(events, ignore_conflicts=True)


def _stored() -> tuple[int, str]:
    """How many events stand there, and a digest of what they say."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), md5(string_agg(concat_ws('|', e.event_id, c.external_id, e.name, e.occurred_at,"
            " e.occurred_on, e.properties), ',' ORDER BY e.event_id))"
            " FROM customers_event e JOIN customers_customer c ON c.id = e.customer_id"
        )
        count, digest = cursor.fetchone()
    return int(count), str(digest)
