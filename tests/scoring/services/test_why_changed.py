"""Why a health changed: the parts add up to what was shown, each is told by whoever did it, and dates need no run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from retention.common.errors import DomainError
from retention.customers.models import Account, Category, Customer
from retention.customers.services.own_facts import OwnFact, record_facts
from retention.scoring.models import CustomerScore, ScoreRun
from retention.scoring.rules import Rules, rules_in_force
from retention.scoring.services.health_sides import AccountSubject, CustomerSubject
from retention.scoring.services.overrides import set_override
from retention.scoring.services.runs import advance, request_run
from retention.scoring.services.scorecards import scorecard
from retention.scoring.services.why_changed import Cause, Change, End, why_changed
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tenants.people.models import User
from tests.scoring.conftest import LAST_DAY
from tests.scoring.loading import NOW, load_events

BEFORE = LAST_DAY - timedelta(days=28)
WEIGHTS = "health.shop.weights"


def run_at(day: date, now: datetime) -> ScoreRun:
    return advance(request_run(as_of=day, now=now).pk, clock=lambda: now)


def change(name: str, first: date = BEFORE, last: date = LAST_DAY) -> Change:
    subject = CustomerSubject(Customer.objects.get(external_id=name))
    return why_changed(subject, subject.side(first, "UTC"), subject.side(last, "UTC"))


def shown(name: str, run: ScoreRun) -> float:
    health = CustomerScore.objects.get(customer__external_id=name, run=run).health
    assert health is not None
    return health


def weights(**changed: float) -> dict[str, Any]:
    return {**rules_in_force().table(WEIGHTS), **changed}


def with_a_change(run: ScoreRun) -> list[str]:
    """Customers with a health, spread over the base."""
    rows = CustomerScore.objects.filter(run=run).exclude(health=None).order_by("customer__external_id")
    return list(rows.values_list("customer__external_id", flat=True))[::40]


def known_of(end: End) -> list[bool]:
    """Which metrics have data."""
    known: list[bool] = (~np.isnan(end.parts.points[0])).tolist()
    return known


def test_the_facts_alone_explain_everything_where_no_policy_changed(scored: ScoreRun) -> None:
    for name in with_a_change(scored):
        found = change(name)
        assert found.now.health == shown(name, scored)
        assert found.difference is not None
        assert sum(bar.points for bar in found.bars) == pytest.approx(found.difference, abs=1e-9)
        assert found.total(Cause.POLICY) == 0
        assert [bar.cause for bar in found.bars if bar.code == "purchase_silence"] == [Cause.DATA]
        if not found.total(Cause.THRESHOLD) and known_of(found.then) == known_of(found.now):
            adds = found.now.parts.contribution[0] - found.then.parts.contribution[0]
            assert [bar.points for bar in found.bars[:12]] == pytest.approx(np.nan_to_num(adds).tolist(), abs=1e-9)


def test_a_day_without_a_run_is_judged_as_a_run_of_it_would_have(scored: ScoreRun) -> None:
    names = with_a_change(scored)
    computed = {name: change(name).then.health for name in names}
    run = run_at(BEFORE, NOW)
    assert {name: pytest.approx(computed[name], abs=1e-9) for name in names} == {
        name: CustomerScore.objects.get(customer__external_id=name, run=run).health for name in names
    }


def test_a_changed_weighting_is_told_apart_from_the_facts(scored: ScoreRun, ada: User) -> None:
    first = run_at(BEFORE, NOW)
    old = rules_in_force()
    new = weights(purchase_silence=36, login_gap=0, order_trend=2)
    set_policy(name=WEIGHTS, value=new, actor=ada, now=NOW + timedelta(hours=1))
    second = run_at(LAST_DAY, NOW + timedelta(hours=2))
    cards = scorecard("shop", old), scorecard("shop", Rules({**old.values, WEIGHTS: new}))
    for name in with_a_change(second):
        found = change(name)
        scores = [[float(end.inputs.score(card).score[0]) for card in cards] for end in (found.then, found.now)]
        by_hand = ((scores[0][1] - scores[0][0]) + (scores[1][1] - scores[1][0])) / 2
        (bar,) = [bar for bar in found.bars if bar.code == WEIGHTS]
        moved_t = found.total(Cause.THRESHOLD) != 0
        assert (bar.cause, bar.points) == (Cause.POLICY, pytest.approx(by_hand, abs=0.5 if moved_t else 1e-9))
        assert sum(one.points for one in found.bars) == pytest.approx(shown(name, second) - shown(name, first))


def test_policies_are_those_of_the_days_also_without_runs(tenant: Tenant, scored: ScoreRun, ada: User) -> None:
    ScoreRun.objects.all().delete()
    at = datetime.combine(BEFORE + timedelta(days=10), datetime.min.time(), tzinfo=UTC)
    set_policy(name="health.shop.cap", value=20, actor=ada, now=at)
    found = change("c001")
    assert [end.side.rules.number("health.shop.cap") for end in (found.then, found.now)] == [39, 20]
    backwards = change("c001", BEFORE - timedelta(days=28), BEFORE)
    assert [end.side.rules.number("health.shop.cap") for end in (backwards.then, backwards.now)] == [39, 39]


def test_a_threshold_set_by_hand_is_no_fact(scored: ScoreRun, ada: User) -> None:
    set_policy(name="health.minimum_weight", value=30, actor=ada, now=NOW - timedelta(hours=1))
    run_at(LAST_DAY - timedelta(days=1), NOW)
    milk = Category.objects.get(code="milk")
    set_override(category=milk, clock="purchase", days=400, reason="season", actor=ada, now=NOW)
    second = run_at(LAST_DAY, NOW + timedelta(hours=2))
    of_milk = CustomerScore.objects.filter(run=second, category=milk, purchase_silence__gte=60)
    quiet = of_milk.exclude(health=None).select_related("customer").first()
    assert quiet is not None
    found = change(quiet.customer.external_id, LAST_DAY - timedelta(days=1))
    assert abs(found.total(Cause.THRESHOLD)) > 1
    assert found.total(Cause.POLICY) == 0
    assert sum(bar.points for bar in found.bars) == pytest.approx(found.difference)


def test_shorter_windows_are_a_policy(scored: ScoreRun, ada: User) -> None:
    name = with_a_change(scored)[0]
    run_at(LAST_DAY - timedelta(days=1), NOW)
    least = {**rules_in_force().table("health.shop.minimums"), "login_before": 100.0}
    set_policy(name="health.shop.minimums", value=least, actor=ada, now=NOW)
    run_at(LAST_DAY, NOW + timedelta(hours=2))
    found = change(name, LAST_DAY - timedelta(days=1))
    assert [bar.cause for bar in found.bars if bar.code == "inputs"] == [Cause.POLICY]
    assert sum(bar.points for bar in found.bars) == pytest.approx(found.difference)


def test_a_wound_is_a_bar_of_its_own(scored: ScoreRun) -> None:
    healthy = CustomerScore.objects.filter(run=scored, health__gt=70).select_related("customer").first()
    assert healthy is not None
    name = healthy.customer.external_id
    opened = datetime.combine(LAST_DAY - timedelta(days=5), datetime.min.time(), tzinfo=UTC)
    load_events([(name, "complaint_opened", str(opened), '{"severe": "true", "complaint_id": "x"}')])
    run_at(LAST_DAY, NOW)
    found = change(name, LAST_DAY - timedelta(days=6))
    held = {bar.code: bar.points for bar in found.bars}
    assert found.now.health == 39
    assert held["cap"] == pytest.approx(39 - float(found.now.parts.uncapped[0]))
    column = found.now.parts.card.codes.index("complaint_wait")
    assert held["complaint_wait"] == pytest.approx(-float(found.then.parts.contribution[0, column]))
    assert sum(held.values()) == pytest.approx(found.difference)


def test_what_came_later_is_no_change_of_the_customer(scored: ScoreRun) -> None:
    name = with_a_change(scored)[1]
    run_at(BEFORE, NOW)
    without = change(name)
    late = datetime.combine(BEFORE - timedelta(days=3), datetime.min.time(), tzinfo=UTC)
    load_events([(name, "nps_answered", str(late), '{"score": 4}')])
    found = change(name)
    assert found.difference == without.difference
    assert found.total(Cause.LATE) != 0
    assert without.total(Cause.LATE) == pytest.approx(0, abs=1e-9)
    assert sum(bar.points for bar in found.bars) == pytest.approx(found.difference)


def test_before_the_first_fact_nothing_is_told(scored: ScoreRun) -> None:
    with pytest.raises(DomainError, match="Nothing was known yet on 1 Jan 2020"):
        change("c001", date(2020, 1, 1))


def test_too_little_known_is_said_and_not_split(scored: ScoreRun, ada: User) -> None:
    set_policy(name="health.minimum_weight", value=99, actor=ada, now=NOW)
    run_at(LAST_DAY, NOW + timedelta(hours=1))
    found = change("c001")
    assert (found.now.health, found.difference, found.bars) == (None, None, ())


def said(account: Account, name: str, at: datetime, **properties: object) -> OwnFact:
    return OwnFact(f"{name}-{at:%Y%m%d}", name, at, account=account.pk, properties=properties)


def test_an_account_is_told_by_its_own_card(tenant: Tenant, ada: User) -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    account = Account.objects.create(external_id="a", name="A", recorded_at=noon, updated_at=noon)
    set_policy(name="health.minimum_weight", value=20, actor=ada, now=noon - timedelta(days=100))
    record_facts(
        [
            said(account, "csm_pulse", noon - timedelta(days=40), rating=5),
            said(account, "csm_pulse", noon - timedelta(days=2), rating=1),
            said(account, "consultant_changed", noon - timedelta(days=25)),
        ],
        now=noon,
    )
    pulse = {**rules_in_force().table("health.software.weights"), "csm_pulse": 12, "severe_open": 3}
    set_policy(name="health.software.weights", value=pulse, actor=ada, now=noon - timedelta(days=10))
    subject = AccountSubject(account)
    days = (date(2026, 2, 1), date(2026, 2, 28))
    found = why_changed(subject, *(subject.side(day, "UTC") for day in days))
    parts = {bar.code: bar.points for bar in found.bars}
    weight = {
        code: [float(end.parts.weight[0, end.parts.card.codes.index(code)]) for end in (found.then, found.now)]
        for code in ("csm_pulse", "continuity")
    }
    assert weight["csm_pulse"][0] < weight["csm_pulse"][1]
    assert {code: parts[code] for code in weight} == {
        code: pytest.approx(-sum(both) / 2) for code, both in weight.items()
    }
    assert parts["shared"] == pytest.approx(0, abs=1e-9)
    assert parts["health.software.weights"] != 0
    assert sum(parts.values()) == pytest.approx(found.difference)
