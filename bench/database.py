"""A database for one benchmark run, with tenants in it, and how quick its commits are."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

COMMITS = 100
VOID_ABOVE_MS = 0.6
"""A machine that commits more slowly is measuring its disk."""
REST_WITHIN = 600.0
"""Seconds that the server is given to end what it does by itself after many rows were written."""


@contextmanager
def bench_database() -> Iterator[None]:
    """Servers of their own unless addresses are set; an empty migrated database, dropped at the end."""
    from retention.common.embedded.testing import provide_test_servers

    provide_test_servers()
    import django

    django.setup()
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    names = connections["default"].settings_dict["TEST"]
    names["NAME"] = f"bench_{names['NAME']}"  # a run of the tests may go on beside
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)


def make_tenant(slug: str) -> Any:
    """A fresh tenant."""
    from tenants.services.provisioning import provision_tenant

    return provision_tenant(slug=slug, name=slug.title(), domain=f"{slug}.localhost")


def commit_ms() -> float:
    """Median time of a small write and its commit, in milliseconds, when the server is at rest. Inside a tenant."""
    from retention.customers.models import Category

    _wait_for_rest()
    row = Category.objects.create(code="commit latency")
    seconds = []
    for number in range(COMMITS):
        begin = time.perf_counter()
        Category.objects.filter(pk=row.pk).update(name=str(number))
        seconds.append(time.perf_counter() - begin)
    row.delete()
    return round(statistics.median(seconds) * 1000, 3)


def _wait_for_rest() -> None:
    """Until the server vacuums, analyses and writes out nothing: that is its own work, not the machine's pace."""
    from django.db import connection

    deadline = time.monotonic() + REST_WITHIN
    written = -1
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT pid FROM pg_stat_progress_vacuum UNION ALL SELECT pid FROM pg_stat_progress_analyze"
            )
            is_tidying = bool(cursor.fetchall())
            before, written = written, _pages_written_out(cursor)
            if not is_tidying and written == before:
                return
            time.sleep(2)


def _pages_written_out(cursor: Any) -> int:
    """Pages that checkpoints have written since the server began; 0 where it does not tell (before PostgreSQL 16)."""
    if cursor.connection.info.server_version < 160000:
        return 0
    cursor.execute("SELECT coalesce(sum(writes), 0)::bigint FROM pg_stat_io WHERE backend_type = 'checkpointer'")
    return int(cursor.fetchone()[0])
