"""The trends carried on run by run equal the naive queries over the facts, whatever came late or changed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from django.db import connection

from retention.customers.models import Customer, CustomerState, Event, Order
from retention.customers.services.imports import import_file
from retention.customers.services.merging import merge_customers
from retention.customers.services.privacy import erase_person
from retention.customers.services.rebuild import rebuild_all
from retention.scoring.models import CohortMonth, PoolFlow, PoolSpell, ScoreRun, TrendDay
from retention.scoring.moment import Moment
from retention.scoring.rules import rules_in_force
from retention.scoring.selectors.trend_lines import cohort_cells, day_counts, month_sums
from retention.scoring.selectors.trends import arppu, kept_arppu, kept_login_decay, login_decay, month_starts
from tenants.models import Tenant
from tests.scoring.loading import NOW, load_events, load_orders, score
from tests.scoring.rhythms import START, day, orders

POOLS = ("active", "at_risk", "hibernating", "lost")


def visits(customers: int, first: int, last: int, seed: int) -> list[tuple[str, str, str, str]]:
    """Everybody logs in every fifth day or so, some twice on a day."""
    dice = np.random.default_rng(seed)
    found = []
    for number in range(customers):
        for moment in dice.integers(first, last, dice.poisson((last - first) / 5)):
            found.append((f"c{number:03d}", "Signed In", (START + timedelta(days=int(moment))).isoformat(), "{}"))
    return found


def naive_cohorts(as_of: date) -> dict[tuple[date, date], tuple[int, int, int, float]]:
    """From the facts alone, customer by customer."""
    bought, came, net = defaultdict(set), defaultdict(set), defaultdict(float)  # type: ignore[var-annotated]
    counted = set(
        Customer.objects.filter(kind="person", merged_into=None, erased_at=None).values_list("pk", flat=True)
    )
    for order in Order.objects.filter(superseded_at=None, withdrawn=False, ordered_on__lte=as_of, status="paid"):
        if order.customer_id in counted:
            if order.amount >= 0 and not (order.refunded > 0 and order.refunded >= order.amount):
                bought[order.customer_id].add(order.ordered_on)
            net[order.customer_id, order.ordered_on.replace(day=1)] += float(order.amount - order.refunded)
    for event in Event.objects.filter(superseded_at=None, withdrawn=False, occurred_on__lte=as_of, name="Signed In"):
        if event.customer_id in counted:
            came[event.customer_id].add(event.occurred_on)
    cells: dict[tuple[date, date], list[float]] = defaultdict(lambda: [0, 0, 0, 0.0])
    for customer in counted:
        days = bought[customer] | came[customer]
        paid = {month for who, month in net if who == customer}
        for month in {one.replace(day=1) for one in days} | paid:
            cell = cells[min(days).replace(day=1), month]
            cell[0] += any(one.replace(day=1) == month for one in days)
            cell[1] += any(one.replace(day=1) == month for one in bought[customer])
            cell[2] += net.get((customer, month), 0) > 0
            cell[3] += net.get((customer, month), 0)
    return {key: (int(a), int(b), int(c), round(d, 2)) for key, (a, b, c, d) in cells.items()}


def kept_cohorts() -> dict[tuple[date, date], tuple[int, int, int, float]]:
    rows = CohortMonth.objects.values_list("cohort", "month", "active", "buyers", "payers", "revenue")
    return {(cohort, month): (a, b, c, float(d)) for cohort, month, a, b, c, d in rows}


def check_equal_to_naive(run: ScoreRun) -> None:
    """Cohorts, log-in weeks of every day kept, pools of every day."""
    assert kept_cohorts() == naive_cohorts(run.as_of)
    rules = rules_in_force()
    held = {counts.day: counts for counts in day_counts(date(2000, 1, 1), run.as_of)}
    span = (run.as_of - day(0)).days
    for number in (*range(0, span, 23), span - 1, span):
        at = day(number)
        naive = login_decay(Moment(at, "UTC"), rules)
        kept = kept_login_decay(at, rules)
        assert kept["standard_error"] == pytest.approx(naive["standard_error"], abs=1e-12)
        assert {**kept, "standard_error": 0} == {**naive, "standard_error": 0}
        if at in held:
            spells = PoolSpell.objects.filter(entered_on__lte=at).exclude(left_on__lte=at)
            pools = {pool: sum(1 for spell in spells if spell.pool == pool) for pool in POOLS}
            assert {pool: held[at].pools[pool] for pool in POOLS} == pools
            entered = PoolSpell.objects.filter(pool="lost", entered_on=at).count()
            assert held[at].entered_lost == entered
    assert kept_arppu(run.as_of, rules) == arppu(Moment(run.as_of, "UTC"), rules)


def test_each_run_carries_the_trends_on(tenant: Tenant) -> None:
    load_orders(orders(40, 0, 150, seed=41))
    load_events(visits(40, 0, 150, seed=42))
    check_equal_to_naive(score(day(150)))
    load_orders(orders(45, 150, 157, seed=43))
    load_events(visits(45, 150, 157, seed=44))
    check_equal_to_naive(score(day(157)))
    check_equal_to_naive(score(day(190)))
    check_equal_to_naive(score(day(190)))


def test_facts_of_days_to_come_are_counted_when_their_day_has_come(tenant: Tenant) -> None:
    load_orders(orders(40, 0, 150, seed=45))
    load_events(visits(40, 0, 150, seed=46))
    for number in (60, 61, 150):
        check_equal_to_naive(score(day(number)))


def test_late_corrected_and_withdrawn_facts_are_counted_where_they_belong(tenant: Tenant, tmp_path: Path) -> None:
    load_orders(orders(40, 20, 150, seed=47))
    load_events(visits(30, 20, 150, seed=48))
    score(day(150))
    path = tmp_path / "changes.csv"
    first = Order.objects.filter(customer__external_id="c003").earliest("ordered_at")
    moved = Order.objects.filter(customer__external_id="c004").earliest("ordered_at")
    path.write_text(
        "order_id,customer,ordered_at,amount,deleted\n"
        f"{first.external_id},c003,{first.ordered_at.isoformat()},10,true\n"  # a first order that was none
        f"{moved.external_id},c005,{moved.ordered_at.isoformat()},44,\n"  # it was another's, and dearer
        f"late,c006,{day(1).isoformat()},7,\n"  # moves its customer to an earlier cohort
    )
    import_file(kind="orders", path=path, now=NOW)
    check_equal_to_naive(score(day(151)))
    gone = Event.objects.filter(customer__external_id="c007").earliest("occurred_at")
    path.write_text(
        "event_id,customer,event,occurred_at,deleted\n"
        f"{gone.event_id},c007,Signed In,{gone.occurred_at.isoformat()},true\n"
        f"late-visit,c008,Signed In,{day(2).isoformat()},\n"
    )
    import_file(kind="events", path=path, now=NOW)
    check_equal_to_naive(score(day(152)))


def test_who_is_merged_or_erased_leaves_the_counts(tenant: Tenant) -> None:
    load_orders(orders(30, 0, 150, seed=49))
    load_events(visits(30, 0, 150, seed=50))
    score(day(150))
    twins = Customer.objects.filter(external_id__in=["c003", "c004"]).order_by("external_id")
    merge_customers(gone=twins[1].pk, stays=twins[0].pk)
    check_equal_to_naive(score(day(151)))
    erase_person(customer=Customer.objects.get(external_id="c010"), actor="test", now=NOW)
    assert not CustomerState.objects.filter(customer__external_id="c010").exists()
    check_equal_to_naive(score(day(152)))


def test_a_rebuild_counts_everything_anew(tenant: Tenant) -> None:
    load_orders(orders(30, 0, 150, seed=51))
    assert rebuild_all()["books"] == 0
    run = score(day(150))
    flows = list(PoolFlow.objects.values_list("day", "came_from", "pool", "customers"))
    CohortMonth.objects.update(buyers=99)
    TrendDay.objects.update(active=99)
    PoolFlow.objects.update(customers=99)
    assert rebuild_all()["books"] > 150
    check_equal_to_naive(run)
    assert list(PoolFlow.objects.values_list("day", "came_from", "pool", "customers")) == flows


def test_what_charts_read(tenant: Tenant) -> None:
    load_orders(
        pd.DataFrame(
            [
                ("a", "ann", START, 10),
                ("b", "ann", START + timedelta(days=35), 20),
                ("c", "bob", START + timedelta(days=36), 30),
                ("d", "bob", START + timedelta(days=40), -5),
            ],
            columns=["order_id", "customer", "ordered_at", "amount"],
        )
    )
    score(day(100))
    january, february, march = (date(2024, month, 1) for month in (1, 2, 3))
    assert [(m.month, m.revenue, m.payers) for m in month_sums(day(100), 3)] == [
        (january, 10.0, 1), (february, 45.0, 2), (march, 0.0, 0),
    ]  # fmt: skip
    assert [(c.cohort, c.month, c.active, c.buyers) for c in cohort_cells(day(100), 3)] == [
        (january, january, 1, 1), (january, february, 1, 1), (february, february, 1, 1),
    ]  # fmt: skip
    assert month_starts(day(100), 1) == [march, date(2024, 4, 1)]


@pytest.mark.parametrize("rows", [1, 3])
def test_reading_takes_one_statement(tenant: Tenant, rows: int, django_assert_num_queries: Any) -> None:
    load_orders(orders(20 * rows, 0, 50 * rows, seed=52))
    run = score(day(50 * rows))
    for read in (
        lambda: day_counts(day(0), run.as_of),
        lambda: month_sums(run.as_of, 12),
        lambda: cohort_cells(run.as_of, 12),
    ):
        with django_assert_num_queries(1):
            assert read()
    assert connection.vendor == "postgresql"
