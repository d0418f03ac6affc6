"""Why a mean health changed: the mean of everybody's own split, whose parts add up to the difference of means."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from retention.customers.models import Account, Customer
from retention.customers.services.own_facts import OwnFact, record_facts
from retention.scoring.models import CustomerScore, ScoreRun
from retention.scoring.own_cards import POLICY
from retention.scoring.science.health_cards import SOFTWARE
from retention.scoring.services.health_sides import AccountSubject, CustomerSubject
from retention.scoring.services.mean_change import (
    MeanChange,
    mean_change_of_accounts,
    mean_change_of_customers,
)
from retention.scoring.services.why_changed import Cause, Change, why_changed
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tenants.people.models import User
from tests.scoring.conftest import LAST_DAY
from tests.scoring.loading import NOW, load_events
from tests.scoring.services.test_why_changed import BEFORE, WEIGHTS, run_at, weights

SOME = 12


def some() -> list[int]:
    """Customers spread over the base."""
    return list(Customer.objects.order_by("pk").values_list("pk", flat=True))[:: 300 // SOME]


def mean_of(ids: list[int], first: date = BEFORE, last: date = LAST_DAY) -> MeanChange:
    return mean_change_of_customers(ids, first, last, "UTC")


def one_by_one(ids: list[int], first: date = BEFORE, last: date = LAST_DAY) -> list[Change]:
    """Those of whom a change is known, each split by itself."""
    subjects = [CustomerSubject(customer) for customer in Customer.objects.filter(pk__in=ids).order_by("pk")]
    found = [why_changed(one, one.side(first, "UTC"), one.side(last, "UTC")) for one in subjects]
    return [change for change in found if change.bars]


def check(found: MeanChange, changes: list[Change]) -> None:
    """`found` is the mean of `changes`, bar by bar and altogether."""
    assert found.known == len(changes) > 0
    assert found.then == pytest.approx(np.mean([change.then.health for change in changes]))
    assert found.now == pytest.approx(np.mean([change.now.health for change in changes]))
    sums: defaultdict[tuple[Cause, str], float] = defaultdict(float)
    for change in changes:
        for bar in change.bars:
            sums[bar.cause, bar.code] += bar.points / len(changes)
    assert {(bar.cause, bar.code): bar.points for bar in found.bars} == {
        key: pytest.approx(points, abs=1e-9) for key, points in sums.items()
    }
    assert sum(bar.points for bar in found.bars) == pytest.approx(found.difference, abs=1e-9)


def test_it_is_the_mean_of_everybodys_own_split(scored: ScoreRun) -> None:
    changes = one_by_one(some())
    found = mean_of(some())
    check(found, changes)
    assert found.asked == len(some())
    assert found.total(Cause.POLICY) == 0


def test_changed_policies_and_late_facts_are_told_apart_from_what_happened(scored: ScoreRun, ada: User) -> None:
    run_at(BEFORE, NOW)
    set_policy(name=WEIGHTS, value=weights(purchase_silence=36, login_gap=0, order_trend=2), actor=ada, now=NOW)
    set_policy(name="health.shop.cap", value=20, actor=ada, now=NOW)
    run_at(LAST_DAY, NOW + timedelta(hours=2))
    late = datetime.combine(BEFORE - timedelta(days=3), datetime.min.time(), tzinfo=UTC)
    load_events([(f"c{n:03d}", "nps_answered", str(late), '{"score": 4}') for n in range(0, 300, 2)])
    found = mean_of(some())
    check(found, one_by_one(some()))
    assert abs(found.total(Cause.POLICY)) > 0.1
    assert abs(found.total(Cause.LATE)) > 0.1


def test_everybody_of_the_run_is_counted_as_it_showed_them(scored: ScoreRun) -> None:
    first = run_at(BEFORE, NOW)
    everybody = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    found = mean_of(everybody)
    shown = [dict(CustomerScore.objects.filter(run=run).exclude(health=None).values_list("customer", "health"))
             for run in (first, scored)]  # fmt: skip
    both = sorted(shown[0].keys() & shown[1].keys())
    assert (found.known, found.asked, found.sampled) == (len(both), len(everybody), False)
    assert found.then == pytest.approx(np.mean([shown[0][key] for key in both]))
    assert found.now == pytest.approx(np.mean([shown[1][key] for key in both]))
    assert sum(bar.points for bar in found.bars) == pytest.approx(found.difference, abs=1e-9)


def test_of_many_some_are_asked(scored: ScoreRun, ada: User) -> None:
    set_policy(name="churn.sample_customers", value=500, actor=ada, now=NOW)
    ids = [*some(), *range(10**9, 10**9 + 980)]
    found = mean_of(ids)
    assert found.sampled
    assert found.asked <= 502
    assert 0 < found.known < len(some())


def test_nobody_is_known_before_the_first_fact(scored: ScoreRun) -> None:
    found = mean_of(some(), date(2020, 1, 1))
    assert (found.then, found.now, found.difference, found.known, found.bars) == (None, None, None, 0, ())
    assert mean_of([]).bars == ()


def test_accounts_by_different_cards_add_up_too(tenant: Tenant, ada: User) -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    accounts = [
        Account.objects.create(external_id=name, recorded_at=noon, updated_at=noon, traits={"plan": plan})
        for name, plan in (("a", "pro"), ("b", "free"), ("c", "pro"))
    ]
    facts = [
        OwnFact(f"{one.external_id}{day}", "csm_pulse", noon - timedelta(days=day), account=one.pk,
                properties={"rating": rating, "reason": "x"})
        for one in accounts for day, rating in ((30, 5), (2, 2 + accounts.index(one)))
    ]  # fmt: skip
    record_facts(facts, now=noon)
    only = {**dict.fromkeys(SOFTWARE.codes, 0.0), "csm_pulse": 100.0}
    card = {"code": "pro", "name": "Pro", "card": "software", "priority": 1, "audience": "trait", "key": "plan=pro"}
    set_policy(name="health.minimum_weight", value=5, actor=ada, now=noon - timedelta(days=90))
    set_policy(name=POLICY, value=[{**card, "weights": only}], actor=ada, now=noon - timedelta(days=10))
    days = date(2026, 2, 1), date(2026, 2, 28)
    subjects = [AccountSubject(account) for account in accounts]
    changes = [why_changed(one, *(one.side(day, "UTC") for day in days)) for one in subjects]
    found = mean_change_of_accounts([account.pk for account in accounts], *days, "UTC")
    check(found, changes)
    assert [bar.points for bar in found.bars if bar.code == POLICY] != [0]
