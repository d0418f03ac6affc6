"""The books of the pools, carried on run by run, are what counting everything gives; flows sum to the pools."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from retention.customers.models import Customer, Event, Order
from retention.customers.services.merging import merge_customers
from retention.scoring.models import GoneStay, PoolFlow, PoolSpell, ScoreHistory, ScoreRun
from retention.scoring.selectors.flows import (
    Entry,
    Flow,
    entries_between,
    first_day_in_pools,
    flow_counts,
    flows_between,
)
from retention.scoring.services.flows import count_anew
from retention.segments.overview.ledger import read_ledger
from tenants.models import Tenant
from tests.scoring.loading import load_events, load_orders, score
from tests.scoring.rhythms import START, day, orders

GONE_AFTER = 180


def books() -> tuple[list[Any], list[Any]]:
    flows = PoolFlow.objects.order_by("day", "came_from", "pool").values_list("day", "came_from", "pool", "customers")
    stays = GoneStay.objects.order_by("customer_id", "entered_on").values_list("customer_id", "entered_on", "left_on")
    return list(flows), list(stays)


def check_the_books() -> None:
    """They equal a count of everything."""
    carried_on = books()
    assert carried_on[0]
    count_anew(gone_after=GONE_AFTER)
    assert carried_on == books()


def says_good_bye(customer: str, number: int) -> None:
    load_events([(customer, "account_closed", (START + timedelta(days=number)).isoformat(), "{}")])


def pools_on(when: date) -> Counter[str]:
    """The naive count: spells that hold on a day, *gone* before all others."""
    gone = {stay.customer_id for stay in GoneStay.objects.all() if _holds(stay, when)}
    spells = [spell for spell in PoolSpell.objects.all() if _holds(spell, when)]
    return Counter("gone" if spell.customer_id in gone else spell.pool for spell in spells)


def _holds(stay: Any, when: date) -> bool:
    return bool(stay.entered_on <= when and (stay.left_on is None or stay.left_on > when))


@pytest.fixture
def long_story(tenant: Tenant) -> ScoreRun:
    """Runs on days apart; customers say good-bye and come back; facts come late, are withdrawn, change hands."""
    load_orders(orders(60, 0, 200, seed=21))
    score(day(200))
    for customer, number in (("c001", 201), ("c002", 203), ("c005", 204)):
        says_good_bye(customer, number)
    load_orders(orders(60, 200, 215, seed=22))
    score(day(216))
    check_the_books()
    load_orders(_one("back", "c002", 218))  # comes back between two runs
    load_orders(orders(20, 20, 190, seed=23))  # late
    score(day(222))
    check_the_books()
    twins = Customer.objects.filter(external_id__in=["c001", "c009"]).order_by("external_id")
    merge_customers(gone=twins[0].pk, stays=twins[1].pk)
    Event.objects.filter(customer__external_id="c005").update(withdrawn=True)
    score(day(223))
    check_the_books()
    return score(day(420))


def _one(key: str, customer: str, number: int) -> pd.DataFrame:
    columns = ["order_id", "customer", "ordered_at", "amount"]
    return pd.DataFrame([(key, customer, START + timedelta(days=number), 5)], columns=columns)


def test_the_books_carried_on_are_those_counted_anew(long_story: ScoreRun) -> None:
    check_the_books()
    assert GoneStay.objects.exclude(left_on=None).filter(customer__external_id="c002").get().left_on == day(218)


def test_both_ends_of_a_flow_are_the_pools(long_story: ScoreRun) -> None:
    ledger = read_ledger(long_story.as_of)
    for first, last in ((0, 30), (150, 217), (204, 223), (210, 420)):
        flows = flows_between(day(first), day(last))
        before, after = Counter[str](), Counter[str]()
        for flow in flows:
            before[flow.before] += flow.customers
            after[flow.after] += flow.customers
        new = before.pop("", 0)
        assert before == pools_on(day(first)) == +Counter({p: ledger.pool(p, day(first)) for p in ledger.pools})
        assert after == pools_on(day(last)) == +Counter({p: ledger.pool(p, day(last)) for p in ledger.pools})
        assert new == after.total() - before.total()
    assert +Counter(long_story.summary["pools"]) == after + Counter({"": long_story.summary["pools"][""]})
    assert after["gone"] > 0


def test_the_run_keeps_the_flows_of_four_weeks(long_story: ScoreRun) -> None:
    kept = [Flow(**row) for row in long_story.summary["flows"]]
    assert [(f.before, f.after, f.customers) for f in kept] == [
        (f.before, f.after, f.customers) for f in flows_between(day(392), day(420))
    ]


def test_the_books_and_who_moved_give_the_flows_between_any_two_days(long_story: ScoreRun) -> None:
    """Days on which nobody was there yet, on which the books end, next to each other and far apart."""
    seen = Counter[tuple[bool, bool]]()
    for first in range(-5, 420, 17):
        for last in (first + 1, first + 9, first + 28, 419, 420, 500):
            straight = [Flow(**row) for row in flow_counts(day(first), day(last))]
            naive = flows_between(day(first), day(last))
            assert straight == [replace(flow, value=0.0) for flow in naive]
            seen.update((flow.before == "gone", flow.after == "gone") for flow in naive)
    assert len(seen) == 4  # some were gone at the first day, at the last, at both, at neither


def test_books_that_nobody_made_are_not_relied_on(long_story: ScoreRun) -> None:
    PoolFlow.objects.all().delete()
    assert flow_counts(day(392), day(420)) == long_story.summary["flows"]


def test_entries_name_their_reason_and_leave_out_what_lies_outside(tenant: Tenant) -> None:
    load_orders(pd.concat([_one("a", "ann", 0), _one("b", "bob", 40), _one("c", "ann", 100)]))
    score(day(110))  # T is the preset of 90 days: at risk after 45, hibernating after 90
    assert entries_between(day(40), day(100)) == [
        Entry("active", "at_risk", "silence", 2, 2),
        Entry("at_risk", "hibernating", "silence", 1, 1),
        Entry("hibernating", "active", "order", 1, 1),
    ]
    assert entries_between(day(39), day(40)) == [Entry("", "active", "first", 1, 1)]
    assert entries_between(day(101), day(110)) == []
    assert first_day_in_pools() == day(0)


def test_who_said_good_bye_is_gone_whatever_the_silence(tenant: Tenant) -> None:
    load_orders(pd.concat([_one("a", "ann", 0), _one("b", "bob", 0)]))
    score(day(10))
    says_good_bye("ann", 12)
    score(day(15))
    score(day(60))  # below, the pool goes on from active to at risk
    assert pools_on(day(60)) == {"gone": 1, "at_risk": 1}
    check_the_books()
    ledger = read_ledger(day(60))
    assert [(ledger.pool("active", day(n)), ledger.pool("gone", day(n))) for n in (14, 15, 44, 45)] == [
        (2, 0), (1, 1), (1, 1), (0, 1),
    ]  # fmt: skip
    assert entries_between(day(10), day(20)) == [Entry("", "gone", "", 1, 1)]
    assert ledger.entered_lost == {}


def test_books_that_do_not_balance_are_counted_anew(tenant: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=24))
    score(day(200))
    PoolFlow.objects.all().delete()
    Order.objects.filter(customer__external_id="c003").update(withdrawn=True)
    score(day(201))
    check_the_books()


def test_a_past_run_leaves_the_books_alone(tenant: Tenant) -> None:
    load_orders(orders(60, 0, 200, seed=25))
    score(day(200))
    kept = books()
    score(day(150))
    assert books() == kept
    assert ScoreHistory.objects.filter(as_of=day(150)).count() == 0
