"""The planner's statistics after a large load: without them the next query is planned as if the tables were empty."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection


def refresh_statistics(tables: Collection[str]) -> int:
    """Renew the statistics of these tables of the tenant in force; returns how many of them it has.

    A table that somebody else is analysing or changing just now is passed over. What was not committed is not seen.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT platform.refresh_statistics(%s)", [sorted(tables)])
        return int(cursor.fetchone()[0])
