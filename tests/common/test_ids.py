"""Public ids that the database makes are of the same form as ours."""

from __future__ import annotations

import time
from uuid import RFC_4122, UUID

import pytest
from django.db import connection

from retention.common.ids import UUID7_SQL, uuid7


def by_the_database(count: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {UUID7_SQL} FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.usefixtures("tenant")
@pytest.mark.parametrize("make", [by_the_database, lambda count: [uuid7() for _ in range(count)]])
def test_an_id_tells_its_version_and_its_millisecond_and_comes_once(make: object) -> None:
    before = time.time_ns() // 1_000_000
    made = make(3000)  # type: ignore[operator]
    after = time.time_ns() // 1_000_000
    assert len(set(made)) == 3000
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}
    assert all(before - 1 <= one.int >> 80 <= after + 1 for one in made)
    random = [one.int & ((1 << 62) - 1) for one in made]
    assert all(any(number >> bit & 1 for number in random) for bit in range(62)), "a bit that is never set"
