"""What goes out by binary COPY comes back the same, NULLs included."""

from __future__ import annotations

import numpy as np
from django.db import connection

from retention.common.copying import (
    NO_DAY,
    NO_NUMBER,
    ColumnKind,
    Days,
    Flags,
    Labels,
    RealLists,
    Reals,
    WholeNumbers,
    read_columns,
    write_columns,
)
from tenants.models import Tenant

KINDS = {"n": ColumnKind.WHOLE, "x": ColumnKind.REAL, "d": ColumnKind.DAY, "b": ColumnKind.FLAG}


def test_columns_of_every_kind_survive_the_round_trip(tenant: Tenant) -> None:
    count = 60_000  # more than two chunks
    missing = np.arange(count) % 7 == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE trip (n int4, x float8, d date, b boolean, t text, l real[]) ON COMMIT DROP"
        )
    lists = np.stack([np.arange(count), np.where(missing, np.nan, 0.5)], axis=1)
    written = write_columns(
        "trip",
        {
            "n": WholeNumbers(np.arange(count), 4, missing),
            "x": Reals(np.where(missing, np.nan, np.arange(count) / 3)),
            "d": Days(np.arange(count) % 30_000 - 5000, missing),
            "b": Flags(missing),
            "t": Labels(np.arange(count) % 3, ("", "at_risk", "流失")),
            "l": RealLists(lists),
        },
    )
    assert written == count
    back = read_columns("SELECT n, x, d, b FROM trip ORDER BY ctid", {}, KINDS)
    np.testing.assert_array_equal(back["n"], np.where(missing, NO_NUMBER, np.arange(count)))
    np.testing.assert_array_equal(back["x"], np.where(missing, np.nan, np.arange(count) / 3))
    np.testing.assert_array_equal(back["d"], np.where(missing, NO_DAY, np.arange(count) % 30_000 - 5000))
    np.testing.assert_array_equal(back["b"], missing)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t, l[1], l[2], d FROM trip WHERE n IN (8, 9) ORDER BY n")
        rows = cursor.fetchall()
    assert [row[:3] for row in rows] == [("流失", 8.0, 0.5), ("", 9.0, 0.5)]
    assert rows[0][3].isoformat() == "1956-05-02"


def test_a_query_without_rows_gives_empty_arrays(tenant: Tenant) -> None:
    back = read_columns("SELECT 1 AS n, 1 AS x, DATE '2024-01-01' AS d, true AS b WHERE %(no)s", {"no": False}, KINDS)
    assert {name: len(values) for name, values in back.items()} == {"n": 0, "x": 0, "d": 0, "b": 0}
