"""Constants of a map: columns that the file lacks, the same in every row."""

from __future__ import annotations

from typing import Any

import pytest

from retention.common.errors import DomainError
from retention.customers.models import Event
from tests.customers.importers.conftest import Bring, counts

MAP = {"columns": {"who": "customer"}, "constants": {"event": "Opened", "occurred_at": "2024-01-01"}}


def test_they_fill_every_row(bring: Bring) -> None:
    assert counts(bring("events", "who,tone\nann,high\nbob,low\n", MAP)) == (2, 0, 0)
    assert counts(bring("events", "who,tone\nann,high\nbob,low\n", MAP)) == (0, 2, 0)
    found = Event.objects.order_by("customer__external_id").values_list("customer__external_id", "name", "properties")
    assert list(found) == [("ann", "Opened", {"tone": "high"}), ("bob", "Opened", {"tone": "low"})]


def test_the_line_can_be_named(bring: Bring) -> None:
    given = {"columns": {}, "constants": {**MAP["constants"], "customer": "row-{line}", "event": 7}}
    assert counts(bring("events", "tone\nhigh\nlow\n", given)) == (2, 0, 0)
    assert set(Event.objects.values_list("customer__external_id", "name")) == {("row-2", "7"), ("row-3", "7")}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"constants": {"mood": "x", "event": "e", "occurred_at": "2024-01-01"}}, "unknown_column"),
        ({"constants": {"customer": "x"}}, "column_twice"),
        ({"constants": {"event": ["x"]}}, "bad_map"),
        ({"constants": ["event"]}, "bad_map"),
        ({"constant": {}}, "bad_map"),
    ],
)
def test_what_makes_no_sense_is_refused(bring: Bring, given: dict[str, Any], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        bring("events", "customer,tone\nann,high\n", given)
    assert refused.value.code == code


def test_a_bad_constant_is_named_on_each_row(bring: Bring) -> None:
    given = {"columns": {"who": "customer"}, "constants": {"event": "e", "occurred_at": "never"}}
    assert counts(bring("events", "who\nann\n", given)) == (0, 0, 1)
