"""A thousand bad rows of ten kinds: the good ones are kept, each bad one is named."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from retention.common.errors import DomainError
from retention.customers.enums import ImportStatus
from retention.customers.models import Customer, ImportError, ImportJob, Order
from tests.customers.importers.conftest import NOW, Bring, counts, refusals

HEADER = "order_id,customer,ordered_at,amount,quantity,price,currency,status,product\n"
BAD = {
    "ordered_at": ["{0},c{0},2024-02-30,5,,,,,", "{0},c{0},yesterday,5,,,,,", "{0},c{0},,5,,,,,"],
    "customer": ["{0},,2024-01-01,5,,,,,"],
    "amount": ["{0},c{0},2024-01-01,five,,,,,", "{0},c{0},2024-01-01,,2,,,,"],
    "currency": ["{0},c{0},2024-01-01,5,,,XXX,,"],
    "status": ["{0},c{0},2024-01-01,5,,,,lost,"],
    "": ["{0},c{0},2024-01-01,5", '{0},c{0},2024-01-01,5,,,,,"open'],
}


def test_ten_kinds_of_bad_rows_a_hundred_each(bring: Bring) -> None:
    kinds = [(column, row) for column, rows in BAD.items() for row in rows]
    assert len(kinds) == 10
    lines, expected = [], {}
    for _number in range(100):
        for column, row in kinds:
            lines.append(row.format(f"b{len(lines)}"))
            expected[str(len(lines) + 1)] = column
            lines.append(f"g{len(lines)},ann,2024-01-01,5,,,,,")
    result = bring("orders", HEADER + "\n".join(lines) + "\n")
    assert counts(result) == (1000, 0, 1000)
    rows = refusals(result)
    assert {row["line"]: row["column"] for row in rows} == expected
    assert all(row["reason"] and row["mend"] for row in rows)
    assert Order.objects.count() == 1000
    assert Customer.objects.count() == 1
    assert ImportError.objects.count() == 1000
    assert Counter(row["value"] for row in rows)["five"] == 100
    again = bring("orders", HEADER + "\n".join(lines) + "\n")
    assert counts(again) == (0, 1000, 1000)


def test_a_dry_run_counts_the_same_and_keeps_nothing(bring: Bring) -> None:
    text = HEADER + "1,ann,2024-01-01,5,,,,,\n2,ann,2024-13-01,5,,,,,\n"
    assert counts(bring("orders", text, dry_run=True)) == (1, 0, 1)
    assert (Order.objects.count(), Customer.objects.count()) == (0, 0)
    job = ImportJob.objects.get()
    assert (job.status, job.dry_run, job.kept, job.errors.count()) == (ImportStatus.DONE, True, 1, 1)
    assert counts(bring("orders", text)) == (1, 0, 1)


def test_each_error_names_line_column_value_reason_and_mend(bring: Bring) -> None:
    result = bring("orders", HEADER + "1,=cmd,2024-13-01,5,,,,,\n")
    assert refusals(result) == [
        {
            "line": "2",
            "column": "ordered_at",
            "value": "2024-13-01",
            "reason": "“2024-13-01” is not a date of the calendar.",
            "mend": "Write it like 2024-03-31 or 2024-03-31 14:05:00+08:00, or give the format in the map.",
        }
    ]


def test_values_in_the_errors_file_are_no_formulas(bring: Bring) -> None:
    assert refusals(bring("orders", HEADER + "1,ann,=1+1,5,,,,,\n"))[0]["value"] == "'=1+1"


@pytest.mark.parametrize(
    ("kind", "text", "file_map", "code", "names"),
    [
        ("wishes", "a\n1\n", None, "unknown_kind", "wishes"),
        ("orders", "customer,amount\na,1\n", None, "missing_column", "ordered_at"),
        ("orders", "customer,ordered_at\na,2024-01-01\n", None, "missing_column", "amount or price"),
        ("events", "event,occurred_at\na,2024-01-01\n", None, "missing_column", "customer or account"),
        ("customers", "id\na\n", {"columns": {"uid": "external_id"}}, "no_such_column", "uid"),
        ("customers", "a,b\n1,2\n", {"columns": {"a": "name", "b": "name"}}, "column_twice", "name"),
        ("customers", "a\n1\n", {"colums": {}}, "bad_map", "colums"),
        ("customers", "a\n1\n", [], "bad_map", "map"),
        ("customers", "", None, "empty_file", "empty"),
    ],
)
def test_what_makes_a_whole_file_useless(
    bring: Bring, kind: str, text: str, file_map: dict[str, object] | None, code: str, names: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        bring(kind, text, file_map)
    assert refusal.value.code == code
    assert names in refusal.value.message
    assert refusal.value.mend
    for job in ImportJob.objects.all():
        assert (job.status, job.finished_at) == (ImportStatus.FAILED, NOW)
        assert names in job.message


def test_a_file_that_is_not_there(bring: Bring, tmp_path: Path) -> None:
    from retention.customers.services.imports import import_file

    with pytest.raises(DomainError) as refusal:
        import_file(kind="orders", path=tmp_path / "none.csv", now=NOW)
    assert refusal.value.code == "no_such_file"
