"""``scores``: everybody in a file, with the reason."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tenants.models import Tenant
from tests.scoring.loading import cdnow, load_orders
from tests.scoring.test_commands import call


@pytest.fixture
def shop(tenant: Tenant, data_dir: Path) -> Tenant:
    load_orders(cdnow(data_dir))
    return tenant


@pytest.mark.data
def test_scores_writes_everybody_with_a_reason(shop: Tenant, tmp_path: Path) -> None:
    call("score", "acme", "--as-of", "1997-09-30")
    file = tmp_path / "scores.csv"
    code, answer = call("scores", "acme", "--as-of", "1997-09-30", "--csv", str(file))
    assert (code, answer["rows"]) == (0, 2357)
    rows = {row["external_id"]: row for row in csv.DictReader(file.open(encoding="utf-8"))}
    assert list(rows["0001"]) == [
        *("external_id", "frequency", "recency", "T", "monetary_value", "p_alive", "expected_90d", "clv"),
        *("churn_probability", "pool", "why", "clv_low", "clv_high"),
        *("subscription_value", "subscription_low", "subscription_high"),
    ]
    assert 0 <= float(rows["0001"]["clv_low"]) < float(rows["0001"]["clv"]) < float(rows["0001"]["clv_high"])
    first = rows["0001"]
    assert first["frequency"] == "2"
    assert (float(first["recency"]), float(first["T"])) == pytest.approx((30.43, 38.86), abs=0.01)
    assert float(first["monetary_value"]) == pytest.approx(22.35, abs=0.01)
    assert 0 < float(first["p_alive"]) < 1
    once = [row for row in rows.values() if row["frequency"] == "0"]
    assert {row["p_alive"] for row in once} == {""}
    assert all(row["why"] for row in rows.values())


def test_a_day_without_scores_is_refused(tenant: Tenant, tmp_path: Path) -> None:
    code, answer = call("scores", "acme", "--as-of", "1997-09-30", "--csv", str(tmp_path / "x.csv"))
    assert (code, answer["error"]["code"]) == (1, "no_scores")
