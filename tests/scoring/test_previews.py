"""A new bound of the pools: who would move is told before it is saved, and no row changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from retention.customers.models import Customer
from retention.scoring.models import CustomerScore, ScoreRun
from retention.scoring.previews import moved_by_bounds
from tenants.models import Tenant
from tenants.policy_previews import preview_effects

NOW = datetime(2026, 1, 2, tzinfo=UTC)
RATIOS = ((0.2, "active"), (0.95, "at_risk"), (0.99, "at_risk"), (1.0, "hibernating"), (2.5, "lost"), (9, "gone"))


@pytest.fixture
def scored(tenant: Tenant) -> None:
    run = ScoreRun.objects.create(as_of=date(2026, 1, 1), requested_at=NOW, status="done", is_current=True)
    for number, (r, pool) in enumerate(RATIOS):
        customer = Customer.objects.create(external_id=str(number), recorded_at=NOW, updated_at=NOW)
        CustomerScore.objects.create(
            customer=customer, run=run, as_of=run.as_of, r=r, pool=pool, clock="purchase", health_x=[]
        )


def test_who_would_move_is_counted(scored: None) -> None:
    assert moved_by_bounds(0.5, 1, 2) == []
    assert moved_by_bounds(0.5, 0.9, 2) == [("at_risk", "hibernating", 2)]
    assert moved_by_bounds(0.1, 3, 4) == [
        ("active", "at_risk", 1),
        ("hibernating", "at_risk", 1),
        ("lost", "at_risk", 1),
    ]


def test_the_effect_is_told_in_words_and_changes_nothing(scored: None) -> None:
    [effect] = preview_effects("pools.bounds", {"at_risk": 0.5, "hibernating": 0.9, "lost": 2})
    assert effect.sentences == ("2 of 5 customers would change pool, as of the run in force.",)
    assert effect.rows == (("At risk", "Hibernating", "2"),)
    [none] = preview_effects("pools.bounds", {"at_risk": 0.5, "hibernating": 1, "lost": 2})
    assert none.sentences == ("Nobody would change pool.",)
    assert sorted(CustomerScore.objects.values_list("pool", flat=True)) == sorted(pool for _r, pool in RATIOS)


def test_before_the_first_run_nothing_is_told(tenant: Tenant) -> None:
    assert preview_effects("pools.bounds", {"at_risk": 0.5, "hibernating": 0.9, "lost": 2}) == []
