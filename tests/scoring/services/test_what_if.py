"""A run by the policies of another day: with thresholds set by hand as they stood then, and never the day's scores."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from retention.scoring.models import ScoreRun, SilenceThreshold, ThresholdOverride
from retention.scoring.selectors.current import run_of
from tenants.models import Tenant
from tests.scoring.loading import NOW, load_orders, score
from tests.scoring.test_commands import call

DAY = date(2024, 3, 10)
BEFORE = NOW - timedelta(days=30)


@pytest.fixture
def shop(tenant: Tenant) -> Tenant:
    rows = [(f"o{n}", f"c{n}", datetime.fromisoformat(f"2024-03-0{n + 1}T08:00:00+00:00"), 10) for n in range(5)]
    load_orders(pd.DataFrame(rows, columns=["order_id", "customer", "ordered_at", "amount"]))
    return tenant


def threshold(run: ScoreRun) -> tuple[float, str]:
    return SilenceThreshold.objects.values_list("days", "source").get(run=run, category=None, clock="purchase")


def test_thresholds_set_by_hand_are_those_of_then(shop: Tenant) -> None:
    ThresholdOverride.objects.create(clock="purchase", days=21, reason="weekly", set_at=NOW - timedelta(days=1))
    assert threshold(score(DAY)) == (21, "override")
    assert threshold(score(DAY, policy_at=BEFORE)) == (90, "floor")
    ThresholdOverride.objects.update(set_at=BEFORE, ended_at=NOW - timedelta(hours=1))
    assert threshold(score(DAY)) == (90, "floor")
    assert threshold(score(DAY, policy_at=BEFORE)) == (21, "override")


def test_a_what_if_is_not_the_run_of_its_day(shop: Tenant, tmp_path: Path) -> None:
    arguments = ("scores", "acme", "--as-of", DAY.isoformat(), "--csv", str(tmp_path / "x.csv"))
    score(DAY, policy_at=BEFORE)
    score(DAY, known_at=BEFORE)
    assert run_of(DAY) is None
    code, answer = call(*arguments)
    assert (code, answer["error"]["code"]) == (1, "no_scores")
    assert "--known-at" in answer["error"]["message"]
    plain = score(DAY)
    score(DAY, policy_at=BEFORE)
    assert run_of(DAY) == plain
    code, answer = call(*arguments)
    assert (code, answer["rows"]) == (0, 5)
