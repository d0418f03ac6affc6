"""Log-in decay: golden sums, and equality with plain Python over facts of which some must not count."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import sqrt
from random import Random

import pytest

from retention.alerts.detectors.login_decay import gather, judge, look
from retention.customers.models import Event
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.science.trends import WeekPairs
from tenants.models import Tenant
from tenants.policies import policy_values
from tests.customers.facts import make_event
from tests.segments.world import D, World, at

MOMENT = Moment(D, "UTC")


@pytest.fixture
def rules(tenant: Tenant) -> Rules:
    return Rules({**policy_values(), "trends.login_decay_log_ins": 4, "trends.login_decay_customers": 2})


def pairs(*weeks: tuple[int, int]) -> WeekPairs:
    a, b = [one for one, _ in weeks], [two for _, two in weeks]
    return WeekPairs(
        len(weeks),
        sum(a),
        sum(b),
        sum(x * x for x in a),
        sum(x * y for x, y in weeks),
        sum(y * y for y in b),
    )


def test_a_fall_beyond_the_limit_and_beyond_chance_fires(tenant: Tenant, rules: Rules) -> None:
    weeks = [(3, 4)] * 100  # everybody falls by a quarter: no chance in it
    finding = judge(pairs(*weeks), 100, D, rules)
    assert (finding.fired, finding.value, finding.threshold, finding.sample) == (True, -0.25, -0.15, 400)
    assert finding.evidence["standard_error"] == pytest.approx(0, abs=1e-9)


def test_the_same_fall_by_few_who_differ_much_does_not(tenant: Tenant, rules: Rules) -> None:
    weeks = [(0, 7), (7, 0), (1, 7), (5, 4), (2, 2)]
    sums = pairs(*weeks)
    ratio = sums.a / sums.b
    error = sqrt(sum((a - ratio * b) ** 2 for a, b in weeks)) / sums.b
    finding = judge(sums, 3, D, rules)
    assert finding.value == pytest.approx(15 / 20 - 1)
    assert finding.evidence["standard_error"] == pytest.approx(error)
    assert finding.value is not None
    assert finding.value + 1.645 * error > 0
    assert not finding.fired


@pytest.mark.parametrize(("this", "fires"), [(85, False), (84, True)])
def test_exactly_the_limit_does_not_fire(tenant: Tenant, rules: Rules, this: int, fires: bool) -> None:
    assert judge(WeekPairs(100, this, 100, this, this, 100), 1, D, rules).fired is fires


def test_below_either_minimum_it_says_too_few_and_is_silent(tenant: Tenant) -> None:
    rules = Rules(policy_values())
    short = judge(WeekPairs(500, 10, 399, 10, 10, 399), 1, D, rules)
    assert (short.fired, short.value, short.quiet, short.sample, short.minimum) == (False, None, "too_few", 399, 400)
    few = judge(WeekPairs(99, 10, 400, 10, 10, 400), 1, D, rules)
    assert (few.quiet, few.sample, few.minimum) == ("too_few", 99, 100)


def test_the_sums_equal_those_of_plain_python(world: World, rules: Rules) -> None:
    dice = Random(7)
    days: dict[int, set[int]] = {}
    for number in range(40):
        customer = world.customer(f"c{number}", kind="staff" if number == 0 else "person")
        came = {day for day in range(-3, 50) if dice.random() < 0.25}
        for day in came:
            world.log_in(customer, *([day] * dice.choice([1, 1, 2])))  # twice a day is one day
        world.event(customer, "Product Viewed", at(1))
        if number:
            days[number] = {day for day in came if day >= 0}
    weeks = [
        (len([d for d in came if d <= 6]), len([d for d in came if 7 <= d <= 13]))
        for came in days.values()
        if any(14 <= d <= 41 for d in came)
    ]
    sums, fell = gather(MOMENT, rules)
    assert sums == pairs(*weeks)
    assert fell == sum(a < b for a, b in weeks)


def test_what_was_recorded_later_or_withdrawn_does_not_count(world: World, rules: Rules) -> None:
    customer = world.customer("c")
    world.log_in(customer, 20, 10, 9)
    make_event(customer, "late", "log_in", at(3), recorded_at=at(-2))
    make_event(customer, "gone", "log_in", at(2), withdrawn=True)
    known = Moment(D, "UTC", known_at=datetime.fromisoformat("2026-04-01T00:00:00+00:00"))
    assert gather(MOMENT, rules)[0] == WeekPairs(1, 1, 2, 1, 2, 4)
    assert gather(known, rules)[0] == WeekPairs(1, 0, 2, 0, 0, 4)


def test_the_tenant_s_own_midnight_parts_the_weeks(world: World, rules: Rules) -> None:
    customer = world.customer("c")
    world.log_in(customer, 20)
    border = make_event(customer, "border", "log_in", at(7, hour=23))
    assert gather(MOMENT, rules)[0].b == 1
    Event.objects.filter(pk=border.pk).update(occurred_on=D - timedelta(days=6))  # as ingest does in Shanghai
    assert (gather(MOMENT, rules)[0].a, gather(MOMENT, rules)[0].b) == (1, 0)


def test_without_a_log_in_it_is_too_few_whatever_the_policy_says(world: World) -> None:
    rules = Rules({**policy_values(), "trends.login_decay_log_ins": 0, "trends.login_decay_customers": 0})
    (finding,) = look(MOMENT, rules)
    assert (finding.fired, finding.quiet, finding.sample, finding.minimum) == (False, "too_few", 0, 1)
