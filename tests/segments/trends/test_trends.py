"""The page of trends: sentences, charts and tables say the same, too few is said, and the API tells the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from retention.scoring.models import CohortMonth, TrendDay
from retention.scoring.rules import rules_in_force
from retention.scoring.selectors.trend_lines import CohortCell
from retention.segments.trends.cohorts import after, cohort_chart, cohorts, months_between, retention_line
from retention.segments.trends.figures import TrendFigures, trend_figures
from tenants.governance.models import Policy
from tenants.people.models import User
from tests.segments.conftest import SignedIn
from tests.segments.world import D, World

JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))


def day(before: int) -> date:
    return D - timedelta(days=before)


@pytest.fixture
def shop(world: World) -> World:
    """40 days of books and three complete months (D is the last of March); revenue per payer falls twice."""
    for before in range(40):
        TrendDay.objects.create(
            day=day(before),
            active=600,
            at_risk=100,
            hibernating=200 if before else 210,
            lost=100,
            gone=50,
            entered_lost=before,
            customers=150,
            a=500,
            b=1000,
            aa=2000,
            ab=3900,
            bb=8000,
        )
    for cohort, month, active, buyers, payers, revenue in [
        (JANUARY, JANUARY, 200, 150, 120, 1200),
        (JANUARY, FEBRUARY, 100, 50, 100, 900),
        (JANUARY, MARCH, 50, 10, 60, 480),
        (FEBRUARY, FEBRUARY, 100, 100, 100, 900),
        (FEBRUARY, MARCH, 80, 80, 80, 640),
        (MARCH, MARCH, 30, 30, 30, 240),
    ]:
        CohortMonth.objects.create(
            cohort=cohort, month=month, active=active, buyers=buyers, payers=payers, revenue=revenue
        )
    return world


def figures(world: World, days: int = 28) -> TrendFigures:
    return trend_figures(world.run, rules_in_force(), days=days, entries=20)


def test_days_are_judged_by_their_minimums(shop: World) -> None:
    found = figures(shop, 40).days
    today, yesterday, first = found[-1], found[-2], found[0]
    assert [one.day for one in found] == [day(n) for n in range(39, -1, -1)]
    assert today.decay is not None and today.decay.value == -0.5 and today.decay.fires
    assert today.silent.value == pytest.approx(310 / 1010) and today.silent.before == 0.3
    assert (today.churn.value, today.churn.too_few) == (None, "too few (0 of 20)")
    assert (yesterday.base, found[-31].churn.value) == (900, pytest.approx(30 / 900))
    assert (first.silent.value, first.silent.before) == (0.3, None)  # nothing to hold it against
    assert first.churn.too_few == "too few (0 of 500)"


def test_months_that_fall_are_counted(shop: World) -> None:
    found = figures(shop)
    assert [(one.month, one.revenue, one.payers) for one in found.months] == [
        (JANUARY, 1200, 120), (FEBRUARY, 1800, 200), (MARCH, 1360, 170),
    ]  # fmt: skip
    assert found.falls == 2
    assert found.arppu is not None and found.arppu.fires
    CohortMonth.objects.filter(cohort=MARCH).update(revenue=9000)
    assert figures(shop).falls == 0


def test_the_page_says_it_in_sentences(shop: World, max_: User, browser: SignedIn) -> None:
    text = browser(max_).get("/trends/").content.decode()
    for said in (
        "of customers seen in the four weeks before both: −50.0%",
        "That is a fall beyond chance.",
        "8.00 a paying customer. It has fallen 2 months in a row.",
        "30.7% of the customers are silent. 28 days before it was 30.0%.",
        "0 of 900 customers were lost on the last day. As a rate: too few (0 of 20).",
        "Of 300 customers 60.0% were active in the month after they joined.",
        "too few (30 of 100)",
    ):
        assert said in text, said
    bought = browser(max_).get("/trends/?show=buying&days=28").content.decode()
    assert "Of 300 customers 43.3% bought in the month after they joined." in bought


def test_too_few_is_said(shop: World, max_: User, browser: SignedIn) -> None:
    for name in ("trends.login_decay_log_ins", "trends.arppu_payers", "trends.silent_share_customers"):
        Policy.objects.update_or_create(name=name, defaults={"value": 5000})
    text = browser(max_).get("/trends/").content.decode()
    assert "too few (1000 of 5000)" in text
    assert "Falls: too few (120 of 5000)." in text
    assert "Silent share: too few (1000 of 5000)." in text


def test_without_books_it_says_what_to_do(world: World, max_: User, browser: SignedIn) -> None:
    assert "Trends are kept by score runs." in browser(max_).get("/trends/").content.decode()


def test_one_read_of_the_books_whatever_the_period(
    shop: World, max_: User, browser: SignedIn, django_assert_max_num_queries: object
) -> None:
    client = browser(max_)
    client.get("/trends/")
    for days in ("28", "365", "nonsense"):
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            assert client.get("/trends/", {"days": days}).status_code == 200


def test_a_month_in_which_nobody_came_is_a_zero() -> None:
    cells = [CohortCell(JANUARY, JANUARY, 10, 5), CohortCell(JANUARY, MARCH, 4, 1), CohortCell(MARCH, MARCH, 6, 6)]
    shown = cohorts(cells, MARCH, buying=False, least=1)
    assert [[(cell.customers, cell.shade) for cell in cohort.cells] for cohort in shown] == [
        [(10, 5), (0, 0), (4, 2)], [(6, 5)],
    ]  # fmt: skip
    assert [cohort.months_to_come for cohort in shown] == [0, 2]
    assert retention_line(shown) == [(0, 16, 16), (1, 0, 10), (2, 4, 10)]
    assert [cell.customers for cell in cohorts(cells, MARCH, buying=True, least=1)[0].cells] == [5, 0, 1]
    assert cohorts(cells, MARCH, buying=True, least=7)[1].lacks == "too few (6 of 7)"
    small, none = cohorts(cells, MARCH, buying=False, least=99), cohorts([], MARCH, buying=False, least=1)
    told = [cohort_chart(found, buying=False).summary for found in (small, none)]
    assert told == [
        "No cohort is large enough to be told.",
        "In the months shown nobody joined, or no month is complete yet.",
    ]


def test_months_are_counted_over_years() -> None:
    assert [after(date(2025, 11, 1), n) for n in (0, 1, 2, 14)] == [
        date(2025, 11, 1), date(2025, 12, 1), JANUARY, date(2027, 1, 1),
    ]  # fmt: skip
    assert months_between(date(2025, 11, 1), JANUARY) == 2


def test_the_api_tells_the_same(shop: World, max_: User, browser: SignedIn) -> None:
    assert browser(max_).get("/api/v1/trends/", {"days": "30"}).status_code == 400
    told = browser(max_).get("/api/v1/trends/", {"days": "28"}).json()
    assert len(told["days"]) == 28 and told["falls_in_a_row"] == 2
    assert told["days"][-1] == {
        "day": "2026-03-31",
        "pools": {"active": 600, "at_risk": 100, "hibernating": 210, "lost": 100, "gone": 50},
        "login_decay": -0.5,
        "silent_share": pytest.approx(310 / 1010),
        "entered_lost": 0,
        "daily_churn": None,
    }
    assert told["months"][-1] == {"month": "2026-03-01", "revenue": 1360.0, "payers": 170}
    assert {"cohort": "2026-01-01", "month": "2026-03-01", "active": 50, "buyers": 10} in told["cohorts"]
