"""The page of a mean health: what it says adds up, of whom one may see, and nobody waits unasked."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from retention.customers.models import Account, Customer
from retention.customers.services.own_facts import OwnFact, record_facts
from retention.scoring.models import CustomerScore, ScoreRun
from retention.scoring.selectors.mean_words import tell_mean_change
from retention.scoring.services.mean_change import mean_change_of_customers
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tenants.people.models import User
from tests.scoring.conftest import LAST_DAY, SignedIn
from tests.scoring.loading import NOW
from tests.scoring.services.test_why_changed import BEFORE, WEIGHTS, run_at, weights

PAGE = "/scores/health/"
ASKED = f"{PAGE}?first={BEFORE}&last={LAST_DAY}"


def test_it_says_what_happened_and_who_changed_what(
    scored: ScoreRun, ada: User, max_: User, browser: SignedIn
) -> None:
    first = run_at(BEFORE, NOW)
    set_policy(
        name=WEIGHTS,
        value=weights(purchase_silence=36, login_gap=0, order_trend=2),
        actor=ada,
        now=NOW + timedelta(hours=1),
    )
    second = run_at(LAST_DAY, NOW + timedelta(hours=2))
    page = browser(max_).get(ASKED)
    text = page.content.decode()
    known = [CustomerScore.objects.filter(run=run).exclude(health=None) for run in (first, second)]
    both = known[0].filter(customer__in=known[1].values("customer")).count()
    assert re.match(rf"Over {both} customers mean health (fell|rose) from ", page.context["told"].sentences[0])
    assert page.context["told"].sentences[0] in text
    assert "Purchase silence 16 → 36" in text
    assert "changed on 1 Jun 2024 by Ada" in text
    assert 'data-chart="why-changed"' in text


def test_its_rounded_parts_add_up(scored: ScoreRun) -> None:
    ids = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    found = mean_change_of_customers(ids, BEFORE, LAST_DAY, "UTC")
    told = tell_mean_change(found)
    shown = sum(bar.points for bar in found.bars if abs(bar.points) >= 0.05)
    assert sum(reason.points for reason in told.reasons) == pytest.approx(round(shown, 1))
    said = re.findall(r"[+−]?\d+\.\d", told.sentences[1])
    total = sum(float(part.replace("−", "-")) for part in said)
    assert total == pytest.approx(round(found.difference or 0, 1), abs=1e-9)
    assert f"{len(ids) - found.known} are left out" in told.sentences[2]


def test_nothing_is_computed_before_it_is_asked(
    scored: ScoreRun, max_: User, browser: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unasked(*_arguments: object) -> None:
        pytest.fail("nobody asked")

    monkeypatch.setattr("retention.scoring.views.mean_health.mean_change_of_customers", unasked)
    text = browser(max_).get(PAGE).content.decode()
    assert f'value="{LAST_DAY}"' in text
    assert 'data-chart="why-changed"' not in text
    turned = browser(max_).get(f"{PAGE}?first={LAST_DAY}&last={BEFORE}").content.decode()
    assert "The first day must lie before the last." in turned


def test_before_all_facts_nobody_is_known(scored: ScoreRun, max_: User, browser: SignedIn) -> None:
    text = browser(max_).get(f"{PAGE}?first=2001-01-01&last={LAST_DAY}").content.decode()
    assert "Of nobody here a health is known on both days." in text


def test_accounts_are_told_too_and_only_those_one_may_see(
    tenant: Tenant, ada: User, max_: User, carl: User, browser: SignedIn
) -> None:
    noon = datetime(2024, 3, 1, 12, tzinfo=UTC)
    set_policy(name="health.minimum_weight", value=5, actor=ada, now=noon - timedelta(days=300))
    User.objects.filter(pk=carl.pk).update(own_accounts_only=True)
    for name, csm in (("mine", carl.email), ("other", "x@acme.example")):
        account = Account.objects.create(external_id=name, csm=csm, recorded_at=noon, updated_at=noon)
        record_facts(
            [OwnFact(f"{name}{day}", "csm_pulse", noon - timedelta(days=day), account=account.pk,
                     properties={"rating": rating, "reason": "x"}) for day, rating in ((40, 5), (3, 2))],
            now=noon,
        )  # fmt: skip
    query = f"{PAGE}?of=accounts&first=2024-02-01&last=2024-02-29"
    assert "Over 2 accounts mean health fell from" in browser(max_).get(query).content.decode()
    assert "Over 1 accounts mean health fell from" in browser(User.objects.get(pk=carl.pk)).get(query).content.decode()
    assert reverse("mean-health") == PAGE
