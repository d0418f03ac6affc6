"""Exposures in: the first arm wins in any order, a second one is kept as a conflict, repeating changes nothing."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from django.db.models import F

from campaigns.models import Experiment, Exposure, ExposureConflict
from tests.campaigns.making import NOW, make_experiment
from tests.customers.importers.conftest import Bring, bring, counts, refusals

__all__ = ["bring"]
pytestmark = pytest.mark.django_db
HEADER = "experiment,customer,arm,exposed_at,shop\n"
ROWS = (
    "Trial,ann,A,2024-01-02,north\n",
    "Trial,ann,B,2024-01-01,south\n",
    "Trial,ann,B,2024-01-05,east\n",
    "Trial,bob,A,2024-01-03,\n",
)


def held() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    exposures = Exposure.objects.order_by("customer__external_id").values_list(
        "customer__external_id", "arm__name", F("exposed_at__day"), "properties", "withdrawn"
    )
    conflicts = ExposureConflict.objects.values_list("customer__external_id", "arm__name", F("exposed_at__day"))
    return list(exposures), list(conflicts)


HELD = (
    [("ann", "B", 1, {"shop": "south"}, False), ("bob", "A", 3, {}, False)],
    [("ann", "A", 2)],
)


@pytest.mark.parametrize("order", list(permutations(range(4)))[::3])
def test_the_first_arm_wins_in_any_order(bring: Bring, order: tuple[int, ...]) -> None:
    text = HEADER + "".join(ROWS[place] for place in order)
    assert counts(bring("exposures", text)) == (3, 1, 0)
    assert held() == HELD
    assert counts(bring("exposures", text)) == (0, 4, 0)
    assert held() == HELD


def test_one_by_one_is_the_same(bring: Bring) -> None:
    kept = [counts(bring("exposures", HEADER + row))[0] for row in ROWS]
    assert (kept, held()) == ([1, 1, 0, 1], HELD)


def test_an_unknown_experiment_is_created_as_imported(bring: Bring) -> None:
    bring("exposures", HEADER + "".join(ROWS))
    experiment = Experiment.objects.get()
    assert (experiment.name, experiment.source, experiment.started_at.isoformat()) == (  # type: ignore[union-attr]
        "Trial",
        "imported",
        "2024-01-01T00:00:00+00:00",
    )
    assert list(experiment.arms.values_list("name", "share", "is_control")) == [("A", None, False), ("B", None, False)]


def test_a_withdrawn_exposure_makes_room_for_the_next(bring: Bring) -> None:
    bring("exposures", HEADER + "".join(ROWS))
    header = HEADER.replace("shop", "shop,deleted")
    gone = header + "Trial,ann,B,2024-01-01,south,true\n"
    assert counts(bring("exposures", gone)) == (1, 0, 0)
    assert held() == ([("ann", "A", 2, {}, False), HELD[0][1]], [])
    assert counts(bring("exposures", gone)) == (0, 1, 0)
    assert counts(bring("exposures", header + "Trial,ann,A,2024-01-02,,yes\n")) == (1, 0, 0)
    assert [row[-1] for row in held()[0]] == [True, False]
    assert counts(bring("exposures", HEADER + "".join(ROWS)))[0] == 2
    assert held() == HELD


def test_own_experiments_draw_by_themselves(bring: Bring) -> None:
    make_experiment("Trial", source="campaign")
    result = bring("exposures", HEADER + "".join(ROWS))
    assert counts(result) == (0, 0, 4)
    assert {row["column"] for row in refusals(result)} == {"experiment"}
    assert not Exposure.objects.exists()


def test_what_a_row_needs(bring: Bring) -> None:
    result = bring(
        "exposures", HEADER + "Trial,ann,,2024-01-02,\nTrial,ann,A,,\n,ann,A,2024-01-02,\nT,,A,2024-01-02,\n"
    )
    assert [row["column"] for row in refusals(result)] == ["arm", "exposed_at", "experiment", "customer"]


def test_constants_stand_in_every_row(bring: Bring) -> None:
    file_map = {
        "columns": {"group": "arm"},
        "constants": {"experiment": "Wide", "customer": "w{line}", "exposed_at": (NOW - timedelta(1)).isoformat()},
    }
    assert counts(bring("exposures", "group,visit\nA,1\nB,0\n", file_map)) == (2, 0, 0)
    assert sorted(Exposure.objects.values_list("customer__external_id", "arm__name", "properties")) == [
        ("w2", "A", {"visit": 1}),
        ("w3", "B", {"visit": 0}),
    ]
