"""The history of a health: what each kept run measured, and which policies changed in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.urls import reverse

from retention.customers.models import Account, Customer
from retention.scoring.models import CustomerScore, ScoreHistory, ScoreRun
from retention.scoring.selectors.health_history import health_history
from retention.scoring.services.health_sides import AccountSubject, CustomerSubject
from tenants.governance.services.policies import set_policy
from tenants.people.models import User
from tests.scoring.conftest import LAST_DAY, SignedIn
from tests.scoring.loading import NOW
from tests.scoring.services.test_why_changed import WEIGHTS, run_at, weights

LONG_AGO = LAST_DAY - timedelta(days=200)


def known(run: ScoreRun) -> Customer:
    """Somebody with a health."""
    return CustomerScore.objects.filter(run=run).exclude(health=None).select_related("customer")[0].customer


def test_a_history_is_what_the_runs_stored(scored: ScoreRun, ada: User) -> None:
    customer = known(scored)
    ScoreHistory.objects.create(customer=customer, as_of=LONG_AGO, health=81.25)
    ScoreHistory.objects.filter(customer=customer, as_of=LAST_DAY).update(health=1)
    run_at(LAST_DAY - timedelta(days=7), NOW)
    run_at(LAST_DAY - timedelta(days=7), NOW)  # again: the newer of a day counts, once
    set_policy(name=WEIGHTS, value=weights(tone=0, nps_last=14), actor=ada, now=NOW + timedelta(hours=1))
    found = health_history(CustomerSubject(customer))
    days = [LONG_AGO, LAST_DAY - timedelta(days=7), LAST_DAY]
    assert [point.day for point in found.points] == days
    stored = dict(CustomerScore.objects.filter(customer=customer).values_list("as_of", "health"))
    assert [point.health for point in found.points] == [81.25, stored[days[1]], stored[LAST_DAY]]
    assert [point.parts is None for point in found.points] == [True, False, False]
    assert found.runs == days[1:]
    assert [(change.who, change.label) for change in found.changes] == [
        ("Ada", "Weight of each metric; they total 100")
    ]
    assert "Latest score 9 → 14" in found.changes[0].detail
    silence = next(row for row in found.inputs if row.label == "Purchase silence")
    x = CustomerScore.objects.filter(customer=customer).order_by("as_of").values_list("health_x", flat=True)
    assert [float(cell) for cell in silence.measured] == [round(row[5], 2) for row in (x[0], x[2])]


def test_the_chart_says_the_same_and_marks_the_change(scored: ScoreRun, ada: User) -> None:
    run_at(LAST_DAY - timedelta(days=7), NOW)
    at = datetime.combine(LAST_DAY - timedelta(days=3), datetime.min.time(), tzinfo=UTC) + timedelta(hours=12)
    set_policy(name="health.shop.cap", value=30, actor=ada, now=at)
    chart = health_history(CustomerSubject(known(scored))).chart
    assert chart is not None
    assert chart.option["xAxis"]["data"] == [f"{n} Mar 2024" for n in range(24, 32)]
    assert chart.option["series"][0]["markLine"]["data"] == [{"xAxis": "28 Mar 2024"}]
    assert [row[0] for row in chart.rows] == ["24 Mar 2024", "31 Mar 2024"]
    assert "An upright line marks" in str(chart.summary)
    assert len(chart.option["series"]) == 6


def test_the_page_shows_it_and_says_when_there_is_nothing_yet(scored: ScoreRun, vera: User, browser: SignedIn) -> None:
    page = reverse("customer-health", args=[known(scored).public_id])
    assert "the history grows with every run" in browser(vera).get(page).content.decode()
    run_at(LAST_DAY - timedelta(days=7), NOW)
    text = browser(vera).get(page).content.decode()
    assert "What each run measured" in text
    assert "Health was" in text


def test_programs_read_it_too(scored: ScoreRun, ada: User, browser: SignedIn) -> None:
    customer = known(scored)
    ScoreHistory.objects.create(customer=customer, as_of=LONG_AGO, health=81.25)
    set_policy(name=WEIGHTS, value=weights(tone=0, nps_last=14), actor=ada, now=NOW + timedelta(hours=1))
    body = browser(ada).get(f"/api/v1/scores/{customer.public_id}/history/").json()
    old, now = body["points"]
    assert (old["day"], old["health"], old["inputs"], old["families"]) == (str(LONG_AGO), 81.25, None, None)
    stored = CustomerScore.objects.get(customer=customer, run=scored)
    assert (now["health"], now["inputs"]["purchase_silence"]) == (stored.health, stored.health_x[5])
    assert set(now["families"]) == {"log_in", "interaction", "consumption", "service", "sentiment"}
    assert [change["who"] for change in body["changes"]] == ["Ada"]
    account = Account.objects.create(external_id="a", name="A", recorded_at=NOW, updated_at=NOW)
    assert browser(ada).get(f"/api/v1/accounts/{account.public_id}/history/").json() == {"points": [], "changes": []}


def test_an_account_has_one_too(scored: ScoreRun, vera: User, browser: SignedIn) -> None:
    noon = datetime(2024, 1, 1, tzinfo=UTC)
    account = Account.objects.create(external_id="a", name="A", recorded_at=noon, updated_at=noon)
    for back in (7, 0):
        run_at(LAST_DAY - timedelta(days=back), NOW)
    found = health_history(AccountSubject(account))
    assert [point.health for point in found.points] == [None, None]
    assert [row.measured[0] for row in found.inputs if row.label == "CSM pulse"] == ["nothing to measure"]
    text = browser(vera).get(reverse("account-health", args=[account.public_id])).content.decode()
    assert "What each run measured" in text
