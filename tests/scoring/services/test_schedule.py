"""The daily run is asked for once, at its hour, in the tenant's zone."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest

from retention.scoring.chores import wake_due_runs, wake_forecast_check
from retention.scoring.models import ScoreModel, ScoreRun
from retention.scoring.selectors.current import unchecked_run
from retention.scoring.services.run_check import check_run
from retention.scoring.services.runs import advance
from retention.scoring.services.schedule import schedule_due_runs
from tenants.governance.models import Policy
from tenants.models import Tenant
from tests.scoring.loading import load_orders, score


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def shop(tenant: Tenant) -> Tenant:
    tenant.timezone = "Asia/Shanghai"
    rows = [(f"o{n}", f"c{n}", at(f"2024-03-{n + 1:02d}T08:00:00+08:00"), 10) for n in range(5)]
    load_orders(pd.DataFrame(rows, columns=["order_id", "customer", "ordered_at", "amount"]))
    return tenant


def days() -> list[date]:
    return list(ScoreRun.objects.order_by("id").values_list("as_of", flat=True))


def test_nothing_is_due_before_the_hour(shop: Tenant) -> None:
    assert schedule_due_runs(now=at("2024-03-10T02:59:00+08:00")) == []
    assert days() == []


def test_the_last_complete_local_day_is_asked_for_once(shop: Tenant) -> None:
    first = schedule_due_runs(now=at("2024-03-09T19:01:00+00:00"))
    again = schedule_due_runs(now=at("2024-03-09T23:00:00+00:00"))
    assert len(first) == 1
    assert again == first
    assert days() == [date(2024, 3, 9)]
    advance(first[0], clock=lambda: at("2024-03-10T04:00:00+08:00"))
    assert schedule_due_runs(now=at("2024-03-10T05:00:00+08:00")) == []
    assert len(schedule_due_runs(now=at("2024-03-11T05:00:00+08:00"))) == 1
    assert days() == [date(2024, 3, 9), date(2024, 3, 10)]


def test_a_day_that_keeps_failing_waits_for_a_person(shop: Tenant) -> None:
    for _ in range(5):
        for run in schedule_due_runs(now=at("2024-03-10T05:00:00+08:00")):
            ScoreRun.objects.filter(pk=run).update(status="failed")
    assert days() == [date(2024, 3, 9)] * 3


def test_a_tenant_without_facts_is_left_alone(tenant: Tenant) -> None:
    assert schedule_due_runs(now=at("2024-03-10T05:00:00+08:00")) == []


def test_the_chore_wakes_a_worker_that_carries_the_run_out(
    shop: Tenant, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        wake_due_runs(at("2024-03-10T05:00:00+08:00"))
    run = ScoreRun.objects.get()
    assert (run.status, run.is_current, run.customers) == ("done", True, 5)


def test_the_forecast_of_a_new_run_is_checked_by_itself_and_once(
    shop: Tenant, django_capture_on_commit_callbacks: object
) -> None:
    """What lies before the holdout is too little for a fit, which is kept as any other result."""
    Policy.objects.create(name="models.holdout_days", value=7)
    run = score(date(2024, 3, 9))
    checks = []
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True) as woken:  # type: ignore[operator]
            wake_forecast_check(at("2024-03-10T05:00:00+08:00"))
        checks.append(len(woken))
    assert checks == [1, 0]
    held = ScoreModel.objects.get(run=run, name="bg_nbd").holdout
    assert (held["identified"], held["to"]) == (False, "2024-03-09")


def test_without_a_run_no_forecast_is_checked(shop: Tenant, django_capture_on_commit_callbacks: object) -> None:
    with django_capture_on_commit_callbacks() as woken:  # type: ignore[operator]
        wake_forecast_check(at("2024-03-10T05:00:00+08:00"))
    assert woken == []


def test_a_past_too_short_for_a_holdout_is_told_and_not_asked_again(shop: Tenant) -> None:
    Policy.objects.create(name="models.holdout_days", value=3_000)
    run = score(date(2024, 3, 9))
    check_run(run)
    assert unchecked_run() is None
    held = ScoreModel.objects.get(run=run, name="bg_nbd").holdout
    assert held["reason"].startswith("Nobody has bought or done anything by ")
