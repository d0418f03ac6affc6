"""A large file may take longer than a job's statement, and waits for the one before it."""

from __future__ import annotations

import pytest
from django.db import connection

from retention.customers.services import imports
from tests.customers.importers.conftest import Bring


def test_a_merge_has_time_in_proportion_to_its_rows_and_longer_to_wait(
    bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def look_at(name: str) -> None:
        original = getattr(imports, name)

        def looking(*args: object) -> object:
            with connection.cursor() as cursor:
                cursor.execute("SHOW statement_timeout")
                seen.append(cursor.fetchone()[0])
            return original(*args)

        monkeypatch.setattr(imports, name, looking)

    look_at("take_turn")
    look_at("_first_errors")
    monkeypatch.setattr(imports, "ROWS_A_SECOND", 1)
    before = connection.statement_seconds  # type: ignore[attr-defined]
    result = bring("customers", "external_id\n" + "".join(f"c{n}\n" for n in range(7)))
    assert (result.kept, seen) == (7, ["1h", "307s"])
    assert connection.statement_seconds == before  # type: ignore[attr-defined]
