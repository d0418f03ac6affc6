"""One very low score from somebody who counts: within the minute, as of a day, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retention.alerts.detectors.base import sentence_of
from retention.alerts.detectors.nps_single import look_now, look_single
from retention.alerts.models import Alert
from retention.alerts.services.detection import detect, watch
from retention.alerts.services.working import resolve
from retention.customers.models import Account, Contact, Customer
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from tenants.models import Tenant
from tenants.people.models import User
from tenants.policies import policy_values
from tests.segments.world import D, World, at

NOW = at(0)
MOMENT = Moment(D, "UTC")


@pytest.fixture
def rules(tenant: Tenant) -> Rules:
    return Rules(policy_values())


def valued(world: World, code: str) -> Customer:
    customer = world.customer(code)
    world.score(customer, high_value=True)
    return customer


def decider(world: World, code: str) -> Customer:
    customer = world.customer(code)
    account = Account.objects.create(external_id=f"a-{code}", name=code, recorded_at=NOW, updated_at=NOW)
    Contact.objects.create(account=account, customer=customer, role="decision_maker", recorded_at=NOW)
    return customer


def answer(world: World, customer: Customer, score: object, hours: float = 1) -> None:
    world.event(customer, "nps_answered", NOW - timedelta(hours=hours), score=score)


def test_high_value_or_the_right_to_decide_makes_one_score_enough(world: World, rules: Rules) -> None:
    people = {"rich": valued(world, "rich"), "boss": decider(world, "boss"), "plain": world.customer("plain")}
    for customer in people.values():
        answer(world, customer, 2)
    found = look_now(NOW, "UTC", rules)
    assert [finding.subject.key for finding in found] == [people["rich"].pk, people["boss"].pk]
    assert {finding.cause for finding in found} == {"single"}
    assert [finding.subject.key for finding in look_single(MOMENT, rules)] == [people["rich"].pk, people["boss"].pk]
    assert [sentence_of("nps_red", "", finding.evidence) for finding in found] == [
        "A customer of high value gave a score of 2.", "Somebody who decides gave a score of 2.",
    ]  # fmt: skip


@pytest.mark.parametrize(("score", "hours"), [(3, 1), (10, 1), ("nonsense", 1), (0, 73), (0, -1)])
def test_other_answers_are_not(world: World, rules: Rules, score: object, hours: float) -> None:
    answer(world, valued(world, "rich"), score, hours)
    assert look_now(NOW, "UTC", rules) == []


def test_as_of_a_day_only_that_days_answers_count(world: World, rules: Rules) -> None:
    answer(world, valued(world, "rich"), 0, 24)
    assert look_single(MOMENT, rules) == []
    earlier = Moment(D - timedelta(days=1), "UTC")
    assert look_single(earlier, rules) == []  # the day before no run had said who is of high value
    answer(world, decider(world, "boss"), 0, 24)
    assert len(look_single(earlier, rules)) == 1


def test_the_minute_and_the_day_open_one_alert_and_a_resolved_one_stays_quiet(
    world: World, rules: Rules, carl: User
) -> None:
    rich = valued(world, "rich")
    answer(world, rich, 1)
    assert [watch(now=NOW), watch(now=NOW)] == [1, 1]
    detect(as_of=D, now=NOW + timedelta(days=1))
    alert = Alert.objects.get(monitor__code="nps_red")
    assert (alert.customer, alert.cause, alert.evidence["score"]) == (rich, "single", 1)
    resolve(alert=alert, person=carl, cause="Called", actor=carl, now=NOW)
    answer(world, rich, 0, 0.5)
    watch(now=NOW + timedelta(minutes=1))
    assert Alert.objects.filter(monitor__code="nps_red").count() == 1
