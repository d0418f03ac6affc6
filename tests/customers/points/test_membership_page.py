"""The page of membership in sums, and its editors: what a change would do is told before it is done."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from retention.common import clock
from retention.customers.models import Customer, EarnRule, Level, PointEntry
from retention.customers.selectors.membership_sums import (
    PointsFlow,
    Renewals,
    customers_by_level,
    moved_levels,
    points_flow,
    renewals_by_level,
    renewals_by_month,
)
from retention.customers.services.state import refresh_states
from tenants.context import current_tenant
from tenants.governance.services.policies import set_policy
from tenants.people.models import User
from tests.customers.facts import make_customer, make_order, make_points
from tests.customers.points.making import hold, make_levels, make_rule
from tests.tenants.people.browser import signed_in

DAY = date(2026, 3, 31)
pytestmark = pytest.mark.usefixtures("tenant")


def people(*names: str, **fields: Any) -> list[Customer]:
    return [make_customer(name, clock.now(), **fields) for name in names]


def noon(day: date) -> Any:
    return clock.end_of_day(day, current_tenant().timezone) - timedelta(hours=12)


def test_a_term_is_renewed_by_one_that_begins_in_time_and_lasts_longer() -> None:
    set_policy(name="memberships.renewal_minimum", value=3, actor=None, now=clock.now())
    ann, ben, cid, dot, eve = people("ann", "ben", "cid", "dot", "eve")
    start, end = date(2025, 2, 1), date(2026, 1, 31)
    for who in (ann, ben, cid, dot):
        hold(who, "Gold", start, end)
    hold(ann, "Gold", end + timedelta(days=30), end + timedelta(days=400))
    hold(ben, "Gold", end + timedelta(days=31))  # too late
    hold(cid, "Silver", date(2025, 9, 1), end)  # lasts no longer, and ends beside the other
    hold(dot, "Gold", date(2026, 2, 1), withdrawn=True)
    hold(eve, "Gold", start, date(2026, 3, 2))  # not judged before 1 April
    (fay,) = people("fay")
    hold(fay, "Gold", start, end, cancelled=True, cancelled_on=end)
    hold(fay, "Gold", end + timedelta(days=9), cancelled=True, cancelled_on=end)  # called off before it began
    staff = make_customer("staff", clock.now(), kind="staff")
    hold(staff, "Gold", start, end)
    assert renewals_by_level(DAY) == [Renewals("Gold", 5, 1), Renewals("Silver", 1, 0)]
    assert [row.rate for row in renewals_by_level(DAY)] == [0.2, None]
    assert renewals_by_month(DAY) == [Renewals("2026-01", 6, 1)]
    assert renewals_by_month(DAY + timedelta(days=1)) == [Renewals("2026-01", 6, 1), Renewals("2026-03", 1, 0)]
    assert renewals_by_level(end + timedelta(days=29)) == []


def test_only_paid_terms_end_and_renew() -> None:
    ann, ben, cid, dot, eve = people("ann", "ben", "cid", "dot", "eve")
    start, end = date(2025, 2, 1), date(2026, 1, 31)
    for who in (ann, ben, cid, dot):
        hold(who, "Gold", start, end)
    hold(eve, "Gold", start, end, amount=0)  # a free year is no paid term
    hold(ann, "V1", date(2026, 2, 1))  # a level held without an end
    hold(ben, "Gold", date(2026, 2, 1), date(2027, 1, 31), amount=0)
    hold(cid, "Gold", date(2026, 2, 1), properties={"term": "yearly"})
    hold(dot, "Gold", date(2026, 2, 1), date(2027, 1, 31), amount=99)
    assert renewals_by_level(DAY) == [Renewals("Gold", 4, 2)]


def test_points_are_added_up_over_the_days() -> None:
    (ann,) = people("ann")
    make_points(ann, 500, noon(DAY - timedelta(days=40)))
    make_points(ann, 100, noon(DAY), kind="earned")
    make_points(ann, -30, noon(DAY), kind="earned", source_key="back")
    make_points(ann, -50, noon(DAY))
    make_points(ann, 20, noon(DAY - timedelta(days=60)), expires_on=DAY - timedelta(days=1))
    make_points(ann, -5, noon(DAY - timedelta(days=50)), expires_on=DAY - timedelta(days=1))
    make_points(ann, 900, noon(DAY + timedelta(days=1)))
    for who in (make_customer("staff", clock.now(), kind="staff"), make_customer("gone", clock.now())):
        make_points(who, 1000, noon(DAY))
        make_points(who, 7, noon(DAY - timedelta(days=60)), expires_on=DAY - timedelta(days=1))
        make_points(who, -1, noon(DAY))
    Customer.objects.filter(external_id="gone").update(erased_at=clock.now())
    assert points_flow(DAY) == PointsFlow(given=70, spent=50, expired=15, outstanding=520)
    assert points_flow(DAY - timedelta(days=900)) == PointsFlow(0, 0, 0, 0)


def test_levels_count_people_who_count_and_a_tried_ladder_says_who_moves() -> None:
    make_levels(0, 100)
    ann, ben, cid = people("ann", "ben", "cid")
    make_customer("robot", clock.now(), kind="robot")
    make_points(ann, 150, noon(DAY))
    make_points(ben, 60, noon(DAY))
    hold(cid, "Gold", DAY)
    assert customers_by_level(DAY) == {"V1": 1, "V2": 1, "Gold": 1}
    ladder = [("V1", 0), ("V2", 50), ("V3", 120)]
    assert customers_by_level(DAY, ladder) == {"V2": 1, "V3": 1, "Gold": 1}
    assert moved_levels(DAY, ladder) == [("V1", "V2", 1), ("V2", "V3", 1)]
    assert moved_levels(DAY, [("V1", 0), ("V2", 100)]) == []


def ladder_form(act: str, *rows: tuple[str, int]) -> dict[str, str]:
    form = {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0", "act": act}
    for number, (code, points) in enumerate(rows):
        form |= {
            f"form-{number}-code": code,
            f"form-{number}-points_needed": str(points),
            f"form-{number}-multiplier": "1",
        }
    return form


def text(client: Client, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_a_ladder_is_tried_then_saved(max_: User) -> None:
    browser = signed_in(max_)
    assert "No levels yet" in text(browser, "/membership/")
    (ann,) = people("ann")
    make_points(ann, 150, clock.now() - timedelta(days=2))
    form = ladder_form("try", ("V1", 0), ("V2", 100))
    tried = browser.post("/membership/levels/", form).content.decode()
    assert "1 customer would change level today." in tried
    assert "– → V2: 1" in tried
    assert Level.objects.count() == 0
    assert browser.post("/membership/levels/", form | {"act": "save"}).status_code == 302
    assert list(Level.objects.values_list("code", "points_needed")) == [("V1", 0), ("V2", 100)]
    assert "V2 100 1" in text(browser, "/membership/")
    alike = browser.post("/membership/levels/", ladder_form("save", ("V1", 0), ("V2", 0)))
    assert (alike.status_code, "Two levels need the same" in alike.content.decode()) == (400, True)


RULE = {"code": "spend", "name": "Spend", "kind": "spend", "points": "2", "expires_months": "12", "act": "try"}


def test_a_rule_is_tried_on_the_last_days_then_saved_and_ended(max_: User) -> None:
    browser = signed_in(max_)
    today = clock.today(current_tenant().timezone)
    ann, ben = people("ann", "ben")
    make_rule("spend-before", "spend", "1")
    make_order(ann, "o1", clock.now() - timedelta(days=5), [("tea", "30")])
    make_order(ben, "o2", clock.now() - timedelta(days=99), [("tea", "70")])
    form = RULE | {"from_day": today.isoformat()}
    tried = browser.post("/membership/rules/new/", form).content.decode()
    assert "In the last 90 days it would have given 60 points to 1 customers" in tried
    assert list(EarnRule.objects.values_list("code", flat=True)) == ["spend-before"]
    assert PointEntry.objects.count() == 0
    browser.post("/membership/rules/new/", form | {"act": "save"})
    kept = EarnRule.objects.get(code="spend")
    assert (kept.points, kept.starts_on, kept.expires_months) == (Decimal(2), today, 12)
    make_order(ann, "o3", clock.now(), [("tea", "10")])
    refresh_states([ann.pk])
    assert PointEntry.objects.get(rule="spend").points == 20
    browser.post("/membership/rules/spend/end/")
    assert EarnRule.objects.get(code="spend").ends_on == today
    assert browser.get("/membership/rules/spend/").status_code == 404


def test_a_rule_that_names_no_event_is_refused_with_its_mend(max_: User) -> None:
    today = clock.today(current_tenant().timezone)
    answer = signed_in(max_).post("/membership/rules/new/", RULE | {"kind": "event", "from_day": today.isoformat()})
    assert answer.status_code == 400
    assert "It is not said which event earns. Name an event or a behaviour." in answer.content.decode()


def test_who_may_only_look_sees_no_doors(vera: User) -> None:
    browser = signed_in(vera)
    assert "Change levels" not in text(browser, "/membership/")
    make_rule("spend", "spend", "1")
    for path in ("levels/", "rules/new/", "rules/spend/"):
        assert browser.get(f"/membership/{path}").status_code == 403
    assert browser.post("/membership/rules/spend/end/").status_code == 403
