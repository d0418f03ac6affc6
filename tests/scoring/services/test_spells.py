"""Spells kept run by run are those that a rebuild would make, whatever came late or changed in between."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from retention.customers.models import Customer, EventBehaviour, Order
from retention.customers.services.behaviours import refresh_for_map
from retention.customers.services.imports import import_file
from retention.customers.services.merging import merge_customers
from retention.customers.services.rebuild import rebuild_customer_states
from retention.scoring.models import PoolFlow, PoolSpell, ScoreRun, ThresholdOverride
from retention.scoring.selectors.flows import flows_between
from retention.segments.overview.ledger import read_ledger
from tenants.models import Tenant
from tests.scoring.loading import NOW, load_events, load_orders, score
from tests.scoring.rhythms import START, day, orders


def spells() -> list[tuple[Any, ...]]:
    fields = ("customer_id", "pool", "entered_on", "left_on", "reason", "came_from")
    return list(PoolSpell.objects.order_by("customer_id", "entered_on").values_list(*fields))


def flows() -> list[tuple[Any, ...]]:
    return list(PoolFlow.objects.values_list("day", "came_from", "pool", "customers"))


def made_anew(as_of: date) -> tuple[list[Any], list[Any]]:
    """Spells and flows of a run that finds nothing to build on."""
    ScoreRun.objects.update(is_current=False)
    score(as_of)
    return spells(), flows()


def check_equal_to_a_rebuild(as_of: date) -> None:
    kept = spells(), flows()
    assert kept[0]
    assert kept == made_anew(as_of)


def test_runs_on_days_apart_move_customers_on_by_time_alone(tenant: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=1))
    for number in (200, 201, 230, 231, 400):
        score(day(number))
    check_equal_to_a_rebuild(day(400))


def test_facts_of_days_to_come_count_when_their_day_has_come(tenant: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=10))
    for number in (60, 61, 90, 200):
        score(day(number))
    check_equal_to_a_rebuild(day(200))


def test_new_late_and_withdrawn_facts_rewrite_what_they_touch(tenant: Tenant) -> None:
    load_orders(orders(60, 0, 150, seed=2))
    score(day(150))
    load_orders(orders(80, 150, 180, seed=3))
    score(day(180))
    load_orders(orders(60, 20, 170, seed=4))
    Order.objects.filter(external_id__in=["s2-3", "s2-4", "s2-5", "s3-1"]).update(withdrawn=True)
    rebuild_customer_states()
    withdrawn = Order.objects.get(external_id="s2-3")
    withdrawn.pk, withdrawn.public_id, withdrawn.version = None, "00000000-0000-7000-8000-000000000001", 2
    withdrawn.external_id = "s2-3-again"
    withdrawn.save(force_insert=True)
    score(day(190))
    check_equal_to_a_rebuild(day(190))


def test_facts_dated_ahead_of_a_run_count_in_the_next(tenant: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=9))
    for number in (120, 150, 200):
        score(day(number))
    check_equal_to_a_rebuild(day(200))


def test_a_fact_that_was_written_before_and_committed_after_a_run_is_news(tenant: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=10))
    late = Order.objects.order_by("pk")[30]  # its key is among those that the run finds, but it is not there yet
    Order.objects.filter(pk=late.pk).delete()
    rebuild_customer_states()
    score(day(200))
    late.customer, late.ordered_on = Customer.objects.get(external_id="c001"), day(199)
    late.save(force_insert=True)
    rebuild_customer_states()
    score(day(201))
    check_equal_to_a_rebuild(day(201))


def test_who_lost_an_order_to_another_customer_is_restated_too(tenant: Tenant, tmp_path: Path) -> None:
    load_orders(orders(60, 0, 200, seed=7))
    score(day(200))
    lost = Order.objects.filter(customer__external_id="c001").latest("ordered_at")
    path = tmp_path / "corrected.csv"
    path.write_text(f"order_id,customer,ordered_at,amount\n{lost.external_id},c000,{lost.ordered_at.isoformat()},12\n")
    import_file(kind="orders", path=path, now=NOW)
    score(day(201))
    assert not Order.objects.filter(superseded_at=None, external_id=lost.external_id, customer=lost.customer).exists()
    check_equal_to_a_rebuild(day(201))


def test_who_was_made_one_with_another_is_restated(tenant: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=8))
    score(day(200))
    twins = Customer.objects.filter(external_id__in=["c003", "c004"]).order_by("external_id")
    merge_customers(gone=twins[1].pk, stays=twins[0].pk)
    score(day(201))
    check_equal_to_a_rebuild(day(201))


def test_what_counts_as_a_log_in_restates_everybody(tenant: Tenant) -> None:
    ThresholdOverride.objects.create(clock="visit", days=10, reason="daily app", set_at=NOW)
    tenant.business = "content"
    moments = ((0, "Signed In"), (20, "Opened"), (30, "Signed In"))
    load_events(
        [(f"c{n}", name, (START + timedelta(days=d)).isoformat(), "{}") for n in range(3) for d, name in moments]
    )
    score(day(31))
    before = spells()
    EventBehaviour.objects.create(name="Opened", behaviour="log_in")
    refresh_for_map()
    score(day(32))
    assert len(spells()) > len(before)
    check_equal_to_a_rebuild(day(32))


def test_a_changed_threshold_restates_and_does_not_show_as_churn(tenant: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=5))
    score(day(200))
    ThresholdOverride.objects.create(days=20, reason="weekly shop", set_at=NOW)
    run = score(day(201))
    entered = PoolSpell.objects.filter(pool="lost", entered_on=day(201)).count()
    assert run.summary["pools"]["lost"] > 10
    assert entered < 5
    check_equal_to_a_rebuild(day(201))


def test_on_the_visit_clock_log_ins_end_a_silence(tenant: Tenant) -> None:
    ThresholdOverride.objects.create(clock="visit", days=10, reason="daily app", set_at=NOW)
    tenant.business = "content"
    rows = [
        (f"c{n}", "Signed In", (START + timedelta(days=d)).isoformat(), "{}") for n in range(3) for d in (0, 2, 30)
    ]
    load_events(rows[:-1])
    score(day(31))
    assert [row[1:] for row in spells() if row[0] == spells()[0][0]] == [
        ("active", day(0), day(7), "first", ""),
        ("at_risk", day(7), day(12), "silence", "active"),
        ("hibernating", day(12), day(22), "silence", "at_risk"),
        ("lost", day(22), day(30), "silence", "hibernating"),
        ("active", day(30), None, "log_in", "lost"),
    ]
    score(day(36))
    check_equal_to_a_rebuild(day(36))


def test_the_pools_of_any_day_are_the_naive_counts(tenant: Tenant) -> None:
    load_orders(orders(90, 0, 300, seed=6))
    run = score(day(300))
    ledger = read_ledger(run.as_of)
    for number in (240, 271, 300):
        naive = {"active": 0, "at_risk": 0, "hibernating": 0, "lost": 0}
        for _customer, pool, entered, left, *_rest in spells():
            if entered <= day(number) and (left is None or left > day(number)):
                naive[pool] += 1
        assert {pool: ledger.pool(pool, day(number)) for pool in naive} == naive
    held = {pool: ledger.pool(pool, run.as_of) for pool in ("active", "at_risk", "hibernating", "lost")}
    assert held == {pool: run.summary["pools"][pool] for pool in held}
    total = {(flow.before, flow.after): flow.customers for flow in flows_between(day(240), day(300))}
    assert sum(total.values()) == sum(held.values())
    lost_before = ledger.pool("lost", day(240))
    assert sum(n for (before, _after), n in total.items() if before == "lost") == lost_before


@pytest.mark.parametrize("number", [0, 1, 399])
def test_the_first_day_and_far_days_make_no_trouble(tenant: Tenant, number: int) -> None:
    load_orders(pd.concat([orders(60, 0, 2, seed=8), orders(5, 0, 1, seed=9).assign(order_id="x0").head(1)]))
    load_orders(pd.DataFrame([("first", "c000", START, 5)], columns=["order_id", "customer", "ordered_at", "amount"]))
    score(day(number))
    check_equal_to_a_rebuild(day(number))
