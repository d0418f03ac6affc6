"""The page and the API that tell why a health changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from retention.customers.models import Account, Contact, Customer
from retention.scoring.models import CustomerScore, ScoreRun
from tenants.governance.services.policies import set_policy
from tenants.people.models import User
from tests.scoring.conftest import LAST_DAY, SignedIn
from tests.scoring.loading import NOW
from tests.scoring.services.test_why_changed import BEFORE, WEIGHTS, run_at, shown, weights

DAYS = f"from={BEFORE}&to={LAST_DAY}"


@pytest.fixture
def known(scored: ScoreRun) -> Customer:
    """Somebody with a health on both days."""
    first = run_at(BEFORE, NOW)
    both = CustomerScore.objects.filter(run=first).exclude(health=None)
    rows = CustomerScore.objects.filter(run=scored, customer__in=both.values("customer")).exclude(health=None)
    return rows.select_related("customer").order_by("customer__external_id")[0].customer


def test_the_page_says_who_changed_what_and_the_program_reads_the_same(
    scored: ScoreRun, known: Customer, ada: User, max_: User, browser: SignedIn
) -> None:
    new = weights(purchase_silence=36, login_gap=0, order_trend=2)
    set_policy(name=WEIGHTS, value=new, actor=ada, now=NOW + timedelta(hours=1))
    second = run_at(LAST_DAY, NOW + timedelta(hours=2))
    text = browser(max_).get(f"{reverse('customer-health', args=[known.public_id])}").content.decode()
    assert "Why did it change?" in text
    assert "Purchase silence 16 → 36" in text
    assert "changed on 1 Jun 2024 by Ada" in text
    body = browser(max_).get(f"/api/v1/scores/{known.public_id}/why/?{DAYS}").json()
    assert body["now"]["health"] == shown(known.external_id, second)
    assert body["difference"] == pytest.approx(body["now"]["health"] - body["then"]["health"])
    assert sum(part["points"] for part in body["parts"]) == pytest.approx(body["difference"])
    assert sum(body["by_cause"].values()) == pytest.approx(body["difference"])
    assert body["words"].split(" from ")[0] in text
    assert body["changes"][0]["changed_by"] == "Ada"


def test_days_that_can_not_be_are_refused_with_a_reason(
    scored: ScoreRun, known: Customer, vera: User, browser: SignedIn
) -> None:
    client, page = browser(vera), reverse("customer-health", args=[known.public_id])
    turned = client.get(f"{page}?first=2024-03-31&last=2024-03-01").content.decode()
    assert "The first day must lie before the last." in turned
    assert "Nothing was known yet on 1 Jan 2001." in client.get(f"{page}?first=2001-01-01").content.decode()
    refused = client.get(f"/api/v1/scores/{known.public_id}/why/?from=2024-03-31&to=2024-03-01")
    assert (refused.status_code, refused.json()["code"]) == (400, "dates_not_in_order")
    assert client.get(f"/api/v1/scores/{known.public_id}/why/?from=2024-03-31").status_code == 400


def test_it_is_told_in_chinese(scored: ScoreRun, known: Customer, vera: User, browser: SignedIn) -> None:
    User.objects.filter(pk=vera.pk).update(language="zh-hans")
    with translation.override("zh-hans"):
        text = browser(User.objects.get(pk=vera.pk)).get(reverse("customer-health", args=[known.public_id]))
    assert "为什么变了" in text.content.decode()


def test_an_account_is_explained_only_to_who_may_see_it(scored: ScoreRun, carl: User, browser: SignedIn) -> None:
    noon = datetime(2024, 1, 1, tzinfo=UTC)
    mine = Account.objects.create(external_id="m", name="Mine", csm=carl.email, recorded_at=noon, updated_at=noon)
    other = Account.objects.create(external_id="o", name="Other", recorded_at=noon, updated_at=noon)
    own = Customer.objects.order_by("pk")[0]
    Contact.objects.create(account=mine, customer=own, role="user", recorded_at=noon)
    User.objects.filter(pk=carl.pk).update(own_accounts_only=True)
    client = browser(User.objects.get(pk=carl.pk))
    text = client.get(reverse("account-health", args=[mine.public_id])).content.decode()
    assert "too little was known for a health" in text
    assert client.get(reverse("account-health", args=[other.public_id])).status_code == 404
    assert client.get(f"/api/v1/accounts/{other.public_id}/why/?{DAYS}").status_code == 404
    assert client.get(f"/api/v1/accounts/{mine.public_id}/why/?{DAYS}").json()["difference"] is None
    stranger = Customer.objects.order_by("pk")[1]
    assert client.get(reverse("customer-health", args=[stranger.public_id])).status_code == 404
    assert client.get(reverse("customer-health", args=[own.public_id])).status_code == 200
