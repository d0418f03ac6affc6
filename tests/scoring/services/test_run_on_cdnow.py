"""A run over real purchases gives the published parameters."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from retention.scoring.models import CustomerScore, PoolSpell, ScoreModel
from tenants.governance.models import Policy
from tenants.models import Tenant
from tests.scoring.loading import cdnow, load_orders, score

pytestmark = pytest.mark.data
CALIBRATION_END = date(1997, 9, 30)


@pytest.fixture
def shop(tenant: Tenant, data_dir: Path) -> Tenant:
    load_orders(cdnow(data_dir))
    return tenant


def test_the_published_parameters_come_out(shop: Tenant) -> None:
    run = score(CALIBRATION_END)
    bg = ScoreModel.objects.get(run=run, name="bg_nbd")
    assert bg.parameters["r"] == pytest.approx(0.2426, rel=0.005)
    assert bg.parameters["alpha"] == pytest.approx(4.4135, rel=0.005)
    assert bg.parameters["a"] == pytest.approx(0.7929, rel=0.005)
    assert bg.parameters["b"] == pytest.approx(2.4258, rel=0.005)
    assert bg.parameters["time_unit"] == "week"
    assert bg.log_likelihood == pytest.approx(-9582.43, abs=0.1)
    money = ScoreModel.objects.get(run=run, name="gamma_gamma").parameters
    assert [money[name] for name in ("p", "q", "v")] == pytest.approx([6.25, 3.74, 15.45], rel=0.005)
    assert run.customers == 2357
    assert run.is_current


def test_the_same_facts_give_the_same_fingerprint_and_scores(shop: Tenant) -> None:
    first, second = score(CALIBRATION_END), score(CALIBRATION_END)
    assert first.fingerprint == second.fingerprint != ""
    fields = [f.name for f in CustomerScore._meta.fields if f.name not in ("pk", "run", "health_x")]
    rows = [
        list(CustomerScore.objects.filter(run=run).order_by("customer").values_list(*fields))
        for run in (first, second)
    ]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 2357
    assert score(date(1997, 10, 1)).fingerprint != first.fingerprint


def test_a_one_time_buyer_is_never_said_to_be_alive_for_sure(shop: Tenant) -> None:
    score(CALIBRATION_END)
    once = CustomerScore.current.filter(frequency=0)
    assert once.count() == 1411
    assert once.exclude(p_alive=None).count() == 0
    assert once.filter(expected_90d=None).count() == 0
    assert CustomerScore.current.filter(frequency__gt=0, p_alive=None).count() == 0


def test_scores_go_by_the_model_that_the_policy_names(shop: Tenant) -> None:
    plain = score(CALIBRATION_END)
    before = dict(CustomerScore.current.filter(frequency=0).values_list("customer_id", "expected_90d"))
    Policy.objects.create(name="models.purchases", value="mbg_nbd")
    run = score(CALIBRATION_END)
    assert run.fingerprint != plain.fingerprint
    assert set(run.models.values_list("name", flat=True)) == {"bg_nbd", "mbg_nbd", "pareto_nbd", "gamma_gamma"}
    once = CustomerScore.current.filter(frequency=0)
    assert (once.filter(p_alive=None).count(), once.filter(p_alive__gte=1).count()) == (0, 0)
    longest, latest = once.order_by("-t").first(), once.order_by("t").first()
    assert longest is not None
    assert latest is not None
    assert longest.p_alive < latest.p_alive < 0.7
    after = dict(once.values_list("customer_id", "expected_90d"))
    assert all(after[key] != before[key] for key in before)


def test_everybody_is_in_the_pool_that_their_spells_say(shop: Tenant) -> None:
    score(CALIBRATION_END)
    now = dict(PoolSpell.objects.filter(left_on=None).values_list("customer_id", "pool"))
    scored = dict(CustomerScore.current.values_list("customer_id", "pool"))
    assert now == {key: pool.replace("gone", "lost") for key, pool in scored.items()}
