"""Low score and away: the moment of entry, found within the minute and as of a day, as plain Python finds it."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from retention.alerts.detectors.nps_low_away import gather, look, look_now
from retention.alerts.models import Alert
from retention.alerts.services.detection import watch
from retention.alerts.services.minute import every_minute
from retention.customers.models import Customer
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from tenants.models import Tenant
from tenants.policies import policy_values
from tests.customers.facts import make_event
from tests.segments.world import D, World, at

NOW = at(0)


@pytest.fixture
def rules(tenant: Tenant) -> Rules:
    return Rules(policy_values())


def found(now: datetime, rules: Rules) -> list[tuple[int | None, str]]:
    return [(one.subject.key, str(one.evidence["entered_at"])) for one in look_now(now, "UTC", rules)]


def test_who_is_away_enters_with_the_answer(world: World, rules: Rules) -> None:
    customer = world.customer("c")
    world.log_in(customer, 10)
    world.event(customer, "nps_answered", NOW - timedelta(seconds=30), score=5)
    assert found(NOW, rules) == [(customer.pk, (NOW - timedelta(seconds=30)).isoformat())]
    assert watch(now=NOW) == 1
    alert = Alert.objects.get()
    assert (alert.customer, alert.subject, alert.evidence["score"]) == (customer, "customer", 5)


def test_who_answered_before_enters_when_the_log_in_is_seven_days_old(world: World, rules: Rules) -> None:
    customer = world.customer("c")
    world.log_in(customer, 7)  # exactly seven days ago: entered this very moment, which is over next
    world.event(customer, "nps_answered", at(6), score=0)
    assert found(NOW, rules) == []
    assert found(NOW + timedelta(seconds=1), rules) == [(customer.pk, NOW.isoformat())]


@pytest.mark.parametrize(
    ("score", "answered", "log_in"),
    [(6, 0.1, 10), (5, 0.1, 6), (5, 91, 80), (5, 0.1, None), ("nonsense", 0.1, 10), (5, 4, 30)],
    ids=["not low", "was here", "too old", "never logged in", "no number", "old entry"],
)
def test_nobody_else_is_found(
    world: World, rules: Rules, score: int | str, answered: float, log_in: int | None
) -> None:
    customer = world.customer("c")
    if log_in is not None:
        world.log_in(customer, log_in)
    world.event(customer, "nps_answered", at(answered), score=score)
    assert found(NOW, rules) == []


def test_a_second_low_answer_is_no_second_entry_and_a_better_one_ends_it(world: World, rules: Rules) -> None:
    again, healed = world.customer("again"), world.customer("healed")
    for customer in (again, healed):
        world.log_in(customer, 30)
        world.event(customer, "nps_answered", at(10), score=3)
    world.event(again, "nps_answered", at(0.1), score=2)
    world.event(healed, "nps_answered", at(5), score=9)
    world.event(healed, "nps_answered", at(0.2), score=4)
    assert [key for key, _ in found(NOW, rules)] == [healed.pk]


def test_as_of_a_day_it_finds_who_entered_on_it_and_knows_no_later_fact(world: World, rules: Rules) -> None:
    today, earlier, back = world.customer("today"), world.customer("earlier"), world.customer("back")
    for customer in (today, earlier, back):
        world.log_in(customer, 20)
    world.event(today, "nps_answered", at(0, hour=0), score=1)
    world.event(earlier, "nps_answered", at(1, hour=23), score=1)
    world.event(back, "nps_answered", at(0, hour=8), score=1)
    world.log_in(back, -1)  # the day after: not known as of D
    make_event(today, "late", "log_in", at(0, hour=9), recorded_at=at(-3))
    known = Moment(D, "UTC", known_at=at(-1))
    assert [one.subject.key for one in look(known, rules)] == [today.pk, back.pk]
    assert [one.subject.key for one in look(Moment(D, "UTC"), rules)] == [back.pk]
    assert look(known, rules) == look(known, rules)


def test_entries_equal_those_of_plain_python(world: World, rules: Rules) -> None:
    dice = Random(5)
    expected = []
    for number in range(60):
        customer = world.customer(f"c{number}")
        logins = sorted(dice.uniform(0, 40) for _ in range(dice.randint(0, 3)))
        answers = sorted((dice.uniform(0, 100), dice.randint(0, 10)) for _ in range(dice.randint(0, 3)))
        for place, days in enumerate(logins):
            make_event(customer, f"l{number}-{place}", "log_in", NOW - timedelta(days=days))
        for place, (days, score) in enumerate(answers):
            moment = NOW - timedelta(days=days)
            make_event(customer, f"a{number}-{place}", "nps_answered", moment, properties={"score": score})
        valid = [(days, score) for days, score in answers if (D - (NOW - timedelta(days=days)).date()).days <= 90]
        low = []
        for days, score in valid:  # latest first
            if score >= 6:
                break
            low.append(days)
        if low and logins and logins[0] > 7:
            expected.append((customer.pk, min(low[-1], logins[0] - 7)))
    got = gather(Moment(D, "UTC"), rules, since=NOW - timedelta(days=400), until=NOW)
    assert [entry.customer for entry in got] == [key for key, _ in sorted(expected, key=lambda pair: -pair[1])]
    days = [(NOW - entry.entered_at) / timedelta(days=1) for entry in got]
    assert days == pytest.approx(sorted((days for _, days in expected), reverse=True))
    assert len(got) > 5


def test_without_the_log_ins_of_yesterday_nobody_is_called_away(world: World, rules: Rules) -> None:
    regular = world.customer("regular")
    for week in range(1, 5):
        for number in range(10):
            make_event(regular, f"w{week}-{number}", "log_in", at(1 + 7 * week))
    customer = world.customer("c")
    world.log_in(customer, 10)
    world.event(customer, "nps_answered", at(0.1), score=5)
    assert len(found(NOW, rules)) == 1
    assert watch(now=NOW) == 0
    assert Alert.objects.count() == 0


def test_every_minute_opens_it_once_with_its_responses(world: World) -> None:
    customer = world.customer("c")
    world.log_in(customer, 10)
    world.event(customer, "nps_answered", at(0.01), score=5)
    for minute in range(3):
        every_minute(now=NOW + timedelta(minutes=minute))
    assert Alert.objects.filter(customer=Customer.objects.get(external_id="c")).count() == 1
