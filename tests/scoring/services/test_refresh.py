"""A refresh says of whom it restates what a full run with the same plan says, and of all others what time has left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from django.db import transaction

from retention.customers.models import Category, ConsentEntry, Customer, EventBehaviour, Membership, Order, Touch
from retention.customers.services.imports import import_file
from retention.customers.services.merging import merge_customers
from retention.customers.services.privacy import erase_person
from retention.customers.services.rebuild import rebuild_customer_states
from retention.scoring.enums import RunKind
from retention.scoring.models import (
    CohortMonth,
    CustomerScore,
    PaidTerms,
    PoolFlow,
    PoolSpell,
    Restated,
    ScoreRun,
    ScoreShard,
    ThresholdOverride,
)
from retention.scoring.selectors.current import run_of
from retention.scoring.services.runs import advance, advance_for
from retention.scoring.services.trend_books import COHORT
from tenants.governance.models import Policy
from tenants.models import Tenant
from tests.scoring.loading import NOW, load_events, load_orders
from tests.scoring.memberships import make_terms
from tests.scoring.rhythms import START, day, orders

LATER = NOW + timedelta(hours=3)
"""When runs are carried out: profiles as old as the facts are no news then."""
STANDING = (
    "customer_id", "pool", "stage", "tier", "r_score", "f_score", "m_score", "high_value", "false_churn", "health_cap",
    "clock", "category_id", "threshold_days", "threshold_source",
)  # fmt: skip
EVERYTHING = tuple(field.attname for field in CustomerScore._meta.concrete_fields if field.attname != "run_id")
ORDER_COLUMNS = ["order_id", "customer", "ordered_at", "amount"]
Rows = list[tuple[Any, ...]]


@pytest.fixture
def refreshing(tenant: Tenant) -> Tenant:
    """Refreshes at any size, in pieces of ten, with a full run hardly ever due."""
    for name, value in {
        "runs.refresh_from": 0, "runs.refresh_share": 1, "runs.full_days": 3650, "runs.shard_customers": 10,
        "pools.gone_after_days": 40, "pools.gone_return_chance": 0.6,
    }.items():  # fmt: skip
        Policy.objects.create(name=name, value=value)
    return tenant


def full(as_of: date) -> ScoreRun:
    Customer.objects.update(updated_at=NOW)
    run = ScoreRun.objects.create(as_of=as_of, requested_at=NOW)
    return advance(run.pk, clock=lambda: LATER)


def refresh(as_of: date) -> ScoreRun:
    run = ScoreRun.objects.create(as_of=as_of, requested_at=NOW, kind=RunKind.REFRESH)
    return advance(run.pk, clock=lambda: LATER)


def rows(*fields: str, **chosen: Any) -> Rows:
    scores = CustomerScore.current.filter(**chosen).order_by("customer")
    return [tuple(_plain(value) for value in row) for row in scores.values_list(*fields)]


def _plain(value: Any) -> Any:
    """NaN equals NaN; sums of many may differ by their last bit."""
    if isinstance(value, list):
        return tuple(_plain(one) for one in value)
    if isinstance(value, float):
        return "nan" if np.isnan(value) else float(f"{value:.9g}")
    return value


def spells() -> Rows:
    return list(
        PoolSpell.objects.order_by("customer_id", "entered_on").values_list(
            "customer_id", "pool", "entered_on", "left_on", "reason", "came_from"
        )
    )


def flows() -> Rows:
    return list(PoolFlow.objects.values_list("day", "came_from", "pool", "customers"))


def cohorts() -> Rows:
    return list(CohortMonth.objects.order_by("cohort", "month").values_list(*COHORT))


def sums(run: ScoreRun) -> dict[str, Any]:
    """What follows from where customers stand, and from nothing that drifts."""
    return {name: run.summary[name] for name in ("pools", "stages", "tiers", "high_value")}


def full_on_the_plan_of(base: ScoreRun) -> ScoreRun:
    """Everybody scored anew, by the models, thresholds and cut points of `base`, as of its day."""
    plan = {**base.plan, "previous": None, "advances": True}
    run = ScoreRun.objects.create(
        as_of=base.as_of, requested_at=NOW, status="running", plan=plan, shards=1, summary={"began": 0.0}
    )
    ScoreShard.objects.create(run=run, number=0, low=0, high=2**62)
    return advance(run.pk, clock=lambda: LATER)


def check_equal_to_a_full_run() -> int:
    """Compares everything with a full run on the same plan, of which nothing stays; returns how many were restated."""
    base = ScoreRun.objects.get(is_current=True)
    standing, restated = rows(*STANDING), rows(*EVERYTHING, as_of=base.as_of)
    kept = spells(), flows(), cohorts()
    with transaction.atomic():
        anew = full_on_the_plan_of(base)
        assert anew.is_current
        assert rows(*STANDING) == standing
        ids = [row[0] for row in restated]
        assert rows(*EVERYTHING, customer__in=ids) == restated
        assert (spells(), flows(), cohorts()) == kept
        assert sums(anew) == sums(base)
        assert anew.customers == base.customers
        assert anew.summary["flows"] == base.summary["flows"]
        transaction.set_rollback(True)
    assert base.customers == len(standing) == sum(base.summary["pools"].values())
    return len(restated)


def log_in(customers: list[int], number: int, name: str = "Signed In", properties: str = "{}") -> None:
    moment = (START + timedelta(days=number)).isoformat()
    load_events([(f"c{n:03d}", name, moment, properties) for n in customers])
    Customer.objects.update(updated_at=NOW)


def buy(*facts: tuple[int, int]) -> None:
    rows = [(f"late-{n}-{d}-{Order.objects.count()}", f"c{n:03d}", START + timedelta(days=d), 30) for n, d in facts]
    load_orders(pd.DataFrame(rows, columns=ORDER_COLUMNS))
    Customer.objects.update(updated_at=NOW)


@pytest.mark.parametrize("seed", [1, 2])
def test_days_pass_and_facts_come_in_any_order(refreshing: Tenant, seed: int) -> None:
    dice = np.random.default_rng(seed)
    load_orders(orders(90, 0, 240, seed=seed))
    for start in (20, 90, 160):
        _pay(dice, start)
    log_in(list(range(0, 90, 2)), 150)  # the map and its feeds stand before the first run
    for name in ("Product Added", "Product Added to Wishlist", "Comment Posted", "Product Viewed"):
        log_in([int(n) for n in dice.choice(90, 12, replace=False)], 190, name)
    base = full(day(200))
    number, looked_at = 200, 0
    for _step in range(5):
        number += int(dice.integers(0, 12))
        some = [int(n) for n in dice.choice(95, 6, replace=False)]
        buy(*((n, int(dice.integers(20, number + 3))) for n in some[:3]))
        log_in(some[3:5], number - int(dice.integers(0, 30)), str(dice.choice(["Signed In", "Comment Posted"])))
        log_in(some[5:], number, "complaint_opened", '{"severe": true, "complaint_id": "x"}')
        log_in(some[4:5], number - 1, "nps_answered", '{"score": "1"}')
        _withdraw(dice)
        _contact(dice, number)
        _pay(dice, number)
        run = refresh(day(number))
        assert (run.kind, run.status, run.base) == ("refresh", "done", base)
        looked_at += check_equal_to_a_full_run()
    assert 0 < looked_at < 5 * 90


def _withdraw(dice: np.random.Generator) -> None:
    """One order is taken back, as an import does it: a version that says so, and the customer's state anew."""
    before = Order.objects.filter(superseded_at=None, withdrawn=False).order_by("id")
    held = before[int(dice.integers(0, before.count()))]
    Order.objects.filter(pk=held.pk).update(superseded_at=NOW)
    held.pk, held.version, held.withdrawn = None, held.version + 1, True
    held.public_id = Order._meta.get_field("public_id").get_default()
    held.save(force_insert=True)
    rebuild_customer_states()


def _pay(dice: np.random.Generator, number: int) -> None:
    """A few begin to pay; of four terms the price, the end, the payer changes, and one is taken back."""
    some = Customer.objects.filter(external_id__in=[f"c{n:03d}" for n in dice.choice(90, 5, replace=False)])
    for customer in some:
        since = day(number - int(dice.integers(0, 40)))
        ends_on = None if dice.integers(0, 3) == 0 else since + timedelta(days=int(dice.integers(5, 60)))
        terms = {"ends_on": ends_on, "amount": int(dice.integers(100, 900)), "properties": {"term": "month"}}
        Membership.objects.get_or_create(
            customer=customer, level=f"l{number}", since=since, defaults={"recorded_at": NOW, **terms}
        )
    held = [list(Membership.objects.order_by("id"))[n] for n in dice.integers(0, Membership.objects.count(), 4)]
    Membership.objects.filter(pk=held[0].pk).update(amount=7)
    Membership.objects.filter(pk=held[1].pk).update(ends_on=day(number + 3))
    Membership.objects.filter(pk=held[2].pk).update(customer=some[0], level=f"from-{number}")
    Membership.objects.filter(pk=held[3].pk).update(withdrawn=True)


def _contact(dice: np.random.Generator, number: int) -> None:
    """Marketing to some, most of them silent; a few take every consent back."""
    moment = START + timedelta(days=number, hours=-1)
    for customer in Customer.objects.filter(external_id__in=[f"c{n:03d}" for n in dice.integers(0, 90, 12)]):
        for _time in range(2):
            Touch.objects.create(
                customer=customer, channel="email", purpose="marketing", occurred_at=moment, recorded_at=moment,
                two_way=bool(dice.integers(0, 4) == 0),
            )  # fmt: skip
    taken_back = Customer.objects.get(external_id=f"c{int(dice.integers(0, 90)):03d}")
    ConsentEntry.objects.create(
        customer=taken_back, channel="email", purpose="marketing", granted=False, source="test", occurred_at=moment,
        recorded_at=moment,
    )  # fmt: skip


def test_a_quiet_day_restates_only_those_who_cross_a_bound(refreshing: Tenant) -> None:
    load_orders(orders(90, 0, 200, seed=4))
    base = full(day(200))
    pools = dict(base.summary["pools"])
    run = refresh(day(201))
    restated = rows("customer_id", as_of=day(201))
    assert run.summary["restated"] == len(restated) < 45
    assert [row[0] for row in rows("customer_id", as_of=day(200))]
    base.refresh_from_db()
    assert (base.as_of, base.scored_on, base.fingerprint) == (day(201), day(200), run.fingerprint)
    assert sum(base.summary["pools"].values()) == sum(pools.values()) == 90
    assert not Restated.objects.exists()
    assert not CustomerScore.objects.filter(run=run).exists()
    check_equal_to_a_full_run()


def test_whose_terms_begin_change_or_go_is_restated_and_nobody_else(refreshing: Tenant) -> None:
    load_orders(orders(90, 0, 200, seed=12))
    people = list(Customer.objects.order_by("external_id")[:20])
    for customer in people:
        make_terms(customer, (str(day(20)), str(day(500))), recorded_at=NOW)
    base = full(day(200))
    assert PaidTerms.objects.filter(run=base).count() == 20
    quiet = refresh(day(200))
    assert (quiet.kind, quiet.summary["restated"]) == ("refresh", 0)
    Membership.objects.filter(customer=people[0]).update(amount=99_999)
    Membership.objects.filter(customer=people[1]).update(withdrawn=True)
    make_terms(people[19], (str(day(100)), str(day(130))), level="extra")
    make_terms(Customer.objects.get(external_id="c050"), (str(day(0)), str(day(199))))
    assert refresh(day(200)).summary["restated"] == 4
    assert CustomerScore.current.get(customer=people[0]).m_score == 5
    check_equal_to_a_full_run()
    assert set(PaidTerms.objects.values_list("run", flat=True)) == {base.pk}
    assert refresh(day(200)).summary["restated"] == 0
    again = full(day(201))
    assert set(PaidTerms.objects.values_list("run", flat=True)) == {again.pk}
    full(day(199))  # a day of the past takes nobody's place, and leaves nothing behind
    assert set(PaidTerms.objects.values_list("run", flat=True)) == {again.pk}


def test_who_counts_no_more_is_gone_and_who_is_new_is_there(refreshing: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=5))
    full(day(200))
    twins = Customer.objects.filter(external_id__in=["c003", "c004"]).order_by("external_id")
    merge_customers(gone=twins[1].pk, stays=twins[0].pk)
    erased = Customer.objects.get(external_id="c010")
    Customer.objects.filter(pk=erased.pk).update(erased_at=LATER, updated_at=LATER)
    CustomerScore.objects.filter(customer=erased).delete()  # scores go with an erasure
    rebuild_customer_states()
    load_orders(pd.DataFrame([("n1", "new", START + timedelta(days=201), 9)], columns=ORDER_COLUMNS))
    refresh(day(201))
    check_equal_to_a_full_run()
    there = set(CustomerScore.current.values_list("customer__external_id", flat=True))
    assert "new" in there
    assert not {"c004", "c010"} & there
    assert not PoolSpell.objects.filter(customer__in=[erased.pk, twins[1].pk]).exists()


def test_who_is_erased_while_a_refresh_runs_is_not_summed_up(refreshing: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=5))
    base = full(day(200))
    bought = [(f"n{n}", f"c{n:03d}", START + timedelta(days=201), 9) for n in range(30)]
    load_orders(pd.DataFrame(bought, columns=ORDER_COLUMNS))
    waiting = ScoreRun.objects.create(as_of=day(201), requested_at=NOW, kind=RunKind.REFRESH)
    assert advance_for(waiting.pk, seconds=0.0, clock=lambda: LATER)
    for name in ("c000", "c029", "c059"):  # two whom the refresh looks at first and last, and one whom it may not
        erase_person(customer=Customer.objects.get(external_id=name), actor="test", now=LATER)
    advance(waiting.pk, clock=lambda: LATER)
    base.refresh_from_db()
    assert base.as_of == day(201)
    assert base.customers == sum(base.summary["pools"].values()) == CustomerScore.current.count() == 57
    refresh(day(202))
    check_equal_to_a_full_run()


def test_who_lost_an_order_to_another_is_restated(refreshing: Tenant, tmp_path: Path) -> None:
    load_orders(orders(60, 0, 200, seed=7))
    full(day(200))
    lost = Order.objects.filter(customer__external_id="c001").latest("ordered_at")
    path = tmp_path / "corrected.csv"
    path.write_text(f"order_id,customer,ordered_at,amount\n{lost.external_id},c000,{lost.ordered_at.isoformat()},12\n")
    import_file(kind="orders", path=path, now=NOW)
    Customer.objects.update(updated_at=NOW)
    refresh(day(200))
    assert CustomerScore.current.filter(customer__external_id__in=["c000", "c001"]).count() == 2
    check_equal_to_a_full_run()


def test_a_refresh_that_was_overtaken_is_dropped(refreshing: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=6))
    full(day(200))
    waiting = ScoreRun.objects.create(as_of=day(203), requested_at=NOW, kind=RunKind.REFRESH)
    assert advance_for(waiting.pk, seconds=0.0, clock=lambda: LATER)
    refresh(day(202))
    standing = rows(*EVERYTHING)
    late = advance(waiting.pk, clock=lambda: LATER)
    assert (late.status, late.is_current) == ("replaced", False)
    assert rows(*EVERYTHING) == standing
    full(day(203))
    assert not CustomerScore.objects.filter(run=late).exists()
    assert not Restated.objects.exists()


def test_a_full_run_that_a_refresh_overtook_does_not_come_into_force(refreshing: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=6))
    base = full(day(200))
    waiting = ScoreRun.objects.create(as_of=day(203), requested_at=NOW)
    assert advance_for(waiting.pk, seconds=0.0, clock=lambda: LATER)
    refresh(day(202))
    assert advance(waiting.pk, clock=lambda: LATER).is_current is False
    assert ScoreRun.objects.get(is_current=True) == base
    full(day(203))
    assert ScoreRun.objects.get(is_current=True).as_of == day(203)


def test_a_full_run_after_refreshes_builds_on_what_they_left(refreshing: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=8))
    full(day(200))
    for number in (201, 202, 205):
        buy((number % 60, number))
        refresh(day(number))
    full(day(206))
    kept = spells(), flows()
    ScoreRun.objects.update(is_current=False)
    full(day(206))
    assert (spells(), flows()) == kept


def test_the_day_that_was_moved_on_is_asked_for_by_a_run_of_its_own(refreshing: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=9))
    base = full(day(200))
    refresh(day(201))
    assert run_of(day(201)) == base
    assert run_of(day(200)) is None
    again = full(day(200))
    assert (run_of(day(200)), again.is_current) == (again, False)


def test_the_same_steps_give_the_same_fingerprint(refreshing: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=10))
    marks = []
    for _time in range(2):
        ScoreRun.objects.update(is_current=False)
        full(day(200))
        marks.append(refresh(day(201)).fingerprint)
    assert marks[0] == marks[1] != ""
    assert refresh(day(202)).fingerprint != marks[0]


def _policy(name: str, value: Any) -> None:
    Policy.objects.update_or_create(name=name, defaults={"value": value})


CHANGES: dict[str, Callable[[], object]] = {
    "few": lambda: _policy("runs.refresh_from", 61),
    "age": lambda: _policy("runs.full_days", 1),
    "many": lambda: _policy("runs.refresh_share", 0),
    "rules": lambda: _policy("value.margin", 0.5),
    "map": lambda: EventBehaviour.objects.create(name="Peeked", behaviour="browse"),
    "categories": lambda: Category.objects.create(code="new"),
    "overrides": lambda: ThresholdOverride.objects.create(days=33, reason="we know", set_at=NOW),
    "feeds": lambda: log_in([1, 2], 199, "Product Viewed"),
    "code": lambda: ScoreRun.objects.update(plan={**ScoreRun.objects.get(is_current=True).plan, "version": 0}),
    "first": lambda: ScoreRun.objects.update(seen={}),
}


def test_everybody_is_scored_where_a_refresh_would_not_do(refreshing: Tenant) -> None:
    load_events([])
    load_orders(orders(60, 0, 200, seed=11))
    full(day(200))
    found = {}
    for reason, change in CHANGES.items():
        with transaction.atomic():
            change()
            run = refresh(day(201))
            assert (run.kind, run.is_current, Restated.objects.exists()) == ("full", True, False), reason
            found[reason] = run.summary["why"]
            transaction.set_rollback(True)
    assert found == {reason: reason for reason in CHANGES}
    _policy("runs.kept", 2)  # says when to run, not what is found
    assert refresh(day(201)).kind == "refresh"
    assert refresh(day(199)).summary["why"] == "past"
