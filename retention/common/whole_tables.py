"""For statements that read most of the large tables at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_LARGE = {"random_page_cost": "4", "work_mem": "128MB", "jit": "off"}


@contextmanager
def reading_whole_tables(**also: str) -> Iterator[None]:
    """Inside a transaction: read in the order of the disk, and group in memory. `also` are more settings meanwhile.

    Settings made for single rows let the planner fetch most of a table through an index, which was eight times slower
    on a year of orders; and translating a statement to machine code costs more than a rule's conditions do.
    """
    wanted = _LARGE | also
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join('current_setting(%s)' for _name in wanted)}", list(wanted))
        before = dict(zip(wanted, cursor.fetchone(), strict=True))
        _set(wanted)
        yield
        _set(before)


def _set(values: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        parts = ", ".join("set_config(%s, %s, true)" for _name in values)
        cursor.execute(f"SELECT {parts}", [word for pair in values.items() for word in pair])
