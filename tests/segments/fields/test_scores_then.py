"""Scores against earlier ones, and stays in pools: by the trail, the runs that are kept, and the spells."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from retention.customers.models import Category, Customer
from retention.scoring.models import CustomerScore, GoneStay, PoolSpell, ScoreHistory, ScoreRun
from tests.segments.fields.everything import ask
from tests.segments.world import D, World, at


def trail(customer: Customer, days_before: int, **fields: Any) -> None:
    values = {"pool": "active", "stage": "", "tier": "", "health": None, "health_band": "", **fields}
    ScoreHistory.objects.create(customer=customer, as_of=D - timedelta(days=days_before), **values)


def a_run(days_before: int, **fields: Any) -> ScoreRun:
    return ScoreRun.objects.create(
        as_of=D - timedelta(days=days_before), **{"status": "done", "requested_at": at(0), **fields}
    )


def scored(customer: Customer, run: ScoreRun, **fields: Any) -> None:
    CustomerScore.objects.create(
        customer=customer, run=run, as_of=run.as_of, clock="purchase", health_x=[0.0] * 12, **fields
    )


@pytest.fixture
def someone(world: World) -> Customer:
    """Now at risk and General; in the trail Key and healthy 40 days before, on watch 20 days before."""
    customer = world.customer("c")
    world.score(customer, pool="at_risk", tier="general_save", health_band="risk", health=30, churn_probability=0.7)
    trail(customer, 40, pool="active", stage="mature", tier="key_value", health=80, health_band="healthy")
    trail(customer, 20, pool="at_risk", tier="key_save", health=50, health_band="watch")
    trail(customer, 0, pool="at_risk", tier="general_save", health=30, health_band="risk")
    trail(customer, -1, pool="lost", tier="key_value", health=90, health_band="healthy")
    return customer


def test_the_latest_of_the_trail_up_to_a_day_is_what_was_so(someone: Customer) -> None:
    names = ("pool_before", "stage_before", "tier_before", "band_before", "pool_worse", "tier_fell", "band_fell")
    then = {days: [ask(name, someone, days=days) for name in names] for days in (41, 40, 30, 20, 10)}
    assert then == {
        41: [None] * 7,
        40: ["active", "mature", "key_value", "healthy", True, True, True],
        30: ["active", "mature", "key_value", "healthy", True, True, True],
        20: ["at_risk", None, "key_save", "watch", False, True, True],
        10: ["at_risk", None, "key_save", "watch", False, True, True],
    }
    assert (ask("tier_changed_days", someone), ask("band_changed_days", someone)) == (0, 0)
    yesterday = D - timedelta(days=1)
    assert (ask("tier_changed_days", someone, yesterday), ask("band_changed_days", someone, yesterday)) == (19, 19)


def test_a_what_if_is_no_run_before(world: World, someone: Customer) -> None:
    scored(someone, a_run(7), churn_probability=0.5)
    scored(someone, a_run(7, policy_at=at(90)), churn_probability=0.1)
    scored(someone, a_run(3, policy_at=at(90)), churn_probability=0.1)
    assert ask("churn_change", someone) == pytest.approx(0.2)


def test_the_first_row_of_a_trail_is_no_change(world: World) -> None:
    customer = world.customer("c")
    trail(customer, 5, tier="key_value", health_band="watch")
    assert (ask("tier_changed_days", customer), ask("band_changed_days", customer)) == (None, None)


def test_health_is_compared_with_the_run_of_the_day_where_it_is_kept_else_with_the_trail(someone: Customer) -> None:
    scored(someone, a_run(10), health=64.0)
    scored(someone, a_run(10, known_at=at(0)), health=1.0)
    scored(someone, a_run(10, status="failed"), health=2.0)
    scored(someone, a_run(10, kind="refresh"), health=3.0)
    assert ask("health_change", someone, days=10) == 30 - 64
    assert ask("health_change", someone, days=9) == 30 - 50
    assert ask("health_change", someone, days=30) == 30 - 80


def test_numbers_are_compared_with_the_run_before_that_still_has_scores(world: World, someone: Customer) -> None:
    scored(someone, a_run(7), churn_probability=0.4)
    a_run(3)  # its scores are dropped
    scored(someone, a_run(2, known_at=at(0)), churn_probability=0.9)
    scored(someone, a_run(-2), churn_probability=0.1)
    scored(someone, a_run(1, kind="refresh"), churn_probability=0.2)  # it restates a few alone
    assert ask("churn_change", someone) == pytest.approx(0.3)
    assert world.matching({"field": "churn_change", "op": "ge", "value": 0.2}) == ["c"]
    assert ask("clv_change", someone) is None


def test_past_stays_are_counted_within_the_window(world: World) -> None:
    customer = world.customer("c")
    for pool, entered, left in [("lost", 100, 60), ("active", 60, 30), ("lost", 30, 10), ("active", 10, -5),
                                ("lost", -5, None)]:  # fmt: skip
        world.spell(customer, pool, entered, left)
    found = {
        days: [ask(name, customer, pool="lost", days=days) for name in ("was_in_pool", "pool_entries", "pool_days")]
        for days in (11, 12, 31, 61, 101)
    }
    assert found == {
        11: [False, 0, 0],
        12: [True, 0, 1],  # the day before the one on which it was left
        31: [True, 1, 20],
        61: [True, 1, 20],
        101: [True, 2, 60],
    }
    assert ask("pool_days", customer, pool="active", days=5) == 5
    assert [ask("was_in_pool", customer, pool=pool) for pool in ("gone", "active")] == [False, True]


def test_time_gone_for_good_is_a_stay_of_its_own_and_no_time_lost(world: World) -> None:
    back, put_back, gone = (world.customer(code) for code in ("back", "put back", "gone"))
    for customer in (back, put_back, gone):
        world.spell(customer, "hibernating", 400, 300)
    world.spell(back, "lost", 300, 20)
    world.spell(back, "active", 20, None)
    for customer in (put_back, gone):
        world.spell(customer, "lost", 300, None)
    for customer, entered, left in ((back, 100, 20), (put_back, 100, 60), (gone, 100, None)):
        first, last = D - timedelta(days=entered), None if left is None else D - timedelta(days=left)
        GoneStay.objects.create(customer=customer, entered_on=first, left_on=last)

    def told(customer: Customer) -> list[object]:
        now = [ask(name, customer) for name in ("days_in_pool", "pool_reason", "pool_came_from")]
        past = ("was_in_pool", "pool_entries", "pool_days", "pool_exit_days")
        return [now, *([ask(name, customer, pool=pool) for name in past] for pool in ("gone", "lost"))]

    assert told(back) == [[20, "silence", "gone"], [True, 1, 80, 20], [True, 1, 200, 100]]
    assert told(put_back) == [[60, None, "gone"], [True, 1, 40, 60], [True, 2, 261, 100]]
    assert told(gone) == [[100, None, "lost"], [True, 1, 101, None], [True, 1, 200, 100]]
    assert ask("was_in_pool", gone, pool="lost", days=101) is False
    assert ask("pool_exit_reason", back, pool="gone") == "silence"
    assert ask("days_in_pool", back, D - timedelta(days=50)) == 50
    was_gone = {"field": "was_in_pool", "op": "is", "value": True, "params": {"pool": "gone", "days": 365}}
    assert world.matching(was_gone) == ["back", "gone", "put back"]


def test_why_a_pool_was_left_is_told_by_the_stay_that_followed(world: World) -> None:
    customer = world.customer("c")
    for pool, entered, left, reason in [
        ("lost", 90, 50, "silence"), ("active", 50, 40, "log_in"), ("lost", 40, 10, "silence"),
        ("active", 10, -2, "order"), ("lost", -2, None, "silence"),
    ]:  # fmt: skip
        world.spell(customer, pool, entered, left)
        PoolSpell.objects.filter(customer=customer, entered_on=D - timedelta(days=entered)).update(
            reason=reason, came_from="lost" if pool == "active" else ""
        )
    assert (ask("pool_exit_reason", customer, pool="lost"), ask("pool_exit_days", customer, pool="lost")) == (
        "order",
        10,
    )
    earlier = D - timedelta(days=20)
    assert ask("pool_exit_reason", customer, earlier, pool="lost") == "log_in"
    assert ask("pool_exit_reason", customer, pool="gone") is None
    assert [ask(name, customer) for name in ("pool_reason", "pool_came_from", "days_in_pool")] == ["order", "lost", 10]


def test_the_main_category_is_that_of_the_run(world: World) -> None:
    milk = Category.objects.create(code="milk", name="Milk")
    world.score(world.customer("drinks"), category=milk)
    world.score(world.customer("does not"))
    assert world.matching({"field": "main_category", "op": "in", "value": ["milk"]}) == ["drinks"]
