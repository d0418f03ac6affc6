"""Outcomes in: known by their id or by all they say; repeating changes nothing."""

from __future__ import annotations

import pytest

from campaigns.models import Experiment, Outcome
from tests.customers.importers.conftest import Bring, bring, counts, refusals

__all__ = ["bring"]
pytestmark = pytest.mark.django_db
HEADER = "experiment,customer,metric,value,occurred_at\n"
ROW = "Trial,ann,spend,12.50,2024-01-02\n"


def held() -> list[tuple[object, ...]]:
    rows = Outcome.objects.order_by("metric", "value").values_list(
        "customer__external_id", "metric", "value", "withdrawn"
    )
    return [(who, metric, float(value), gone) for who, metric, value, gone in rows]


def test_equal_rows_are_different_outcomes(bring: Bring) -> None:
    text = HEADER + ROW + ROW + "Trial,ann,visit,1,2024-01-02\n"
    assert counts(bring("outcomes", text)) == (3, 0, 0)
    assert held() == [("ann", "spend", 12.5, False), ("ann", "spend", 12.5, False), ("ann", "visit", 1.0, False)]
    assert counts(bring("outcomes", text)) == (0, 3, 0)
    assert Experiment.objects.get().source == "imported"


def test_an_id_makes_a_row_changeable(bring: Bring) -> None:
    header = "outcome_id,deleted," + HEADER
    assert counts(bring("outcomes", header + "o1,," + ROW)) == (1, 0, 0)
    assert counts(bring("outcomes", header + "o1,," + ROW.replace("12.50", "9"))) == (1, 0, 0)
    assert held() == [("ann", "spend", 9.0, False)]
    assert counts(bring("outcomes", header + "o1,true,,,,,\n")) == (1, 0, 0)
    assert held() == [("ann", "spend", 9.0, True)]
    assert counts(bring("outcomes", header + "o1,true,,,,,\n")) == (0, 1, 0)
    assert counts(bring("outcomes", header + "o1,," + ROW)) == (1, 0, 0)
    assert held() == [("ann", "spend", 12.5, False)]


def test_a_withdrawal_without_its_outcome_is_refused(bring: Bring) -> None:
    result = bring("outcomes", "outcome_id,deleted\no9,true\n")
    assert counts(result) == (0, 0, 1)
    assert refusals(result)[0]["column"] == "outcome_id"


def test_a_row_without_an_id_is_withdrawn_by_all_it_says(bring: Bring) -> None:
    bring("outcomes", HEADER + ROW)
    header = HEADER.replace("\n", ",deleted\n")
    assert counts(bring("outcomes", header + ROW.replace("\n", ",true\n"))) == (1, 0, 0)
    assert held() == [("ann", "spend", 12.5, True)]


def test_a_value_must_be_a_number(bring: Bring) -> None:
    assert refusals(bring("outcomes", HEADER + ROW.replace("12.50", "much")))[0]["column"] == "value"
