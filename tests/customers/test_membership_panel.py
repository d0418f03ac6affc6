"""The membership on the customer's page: the one that holds today, the points left today, and booking some."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from retention.common import clock
from retention.customers.models import Customer, PointEntry
from retention.customers.services.state import refresh_states
from tenants.context import current_tenant
from tenants.people.models import User
from tests.customers.facts import make_customer, make_order, make_points
from tests.customers.points.making import hold, make_levels, make_rule
from tests.tenants.people.browser import signed_in


@pytest.fixture
def ann(tenant: object) -> Customer:
    return make_customer("ann", clock.now())


def panel(browser: Client, customer: Customer) -> str:
    page = browser.get(f"/customers/{customer.public_id}/").content.decode()
    found = re.search(r'<section class="card" id="panel-membership".*?</section>', page, re.DOTALL)
    assert found is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group()))


def test_neither_a_lapsed_nor_a_future_level_is_shown(ann: Customer, vera: User) -> None:
    today = clock.today(current_tenant().timezone)
    hold(ann, "V9", today - timedelta(days=90), today - timedelta(days=1))
    hold(ann, "V8", today + timedelta(days=1))
    assert "Level –" in panel(signed_in(vera), ann)
    hold(ann, "V3", today - timedelta(days=9), today)
    assert "Level V3" in panel(signed_in(vera), ann)


def test_points_of_the_future_and_expired_ones_are_left_out(ann: Customer, vera: User) -> None:
    make_levels(0, 500)
    make_rule("spend", "spend", "1")
    now = clock.now()
    today = clock.today(current_tenant().timezone)
    make_order(ann, "o1", now - timedelta(days=3), [("tea", "80")])
    refresh_states([ann.pk])
    make_points(ann, 700, now + timedelta(days=3))
    make_points(ann, 60, now - timedelta(days=9), expires_on=today - timedelta(days=1), reason="Gone")
    make_points(ann, 40, now - timedelta(days=1), expires_on=today, reason="Thanks")
    shown = panel(signed_in(vera), ann)
    assert "Growth points 120" in shown
    assert "320 more points lead to V2: 180 of 500 in 365 days." in shown
    assert "40 points can be used up to" in shown
    assert re.findall(r"[+−]\d+", shown) == ["+40", "+80", "+60"]
    assert "Spend" in shown
    assert "+700" not in shown


def test_points_are_spent_on_the_page_and_a_second_click_does_nothing(ann: Customer, sue: User) -> None:
    make_points(ann, 100, clock.now() - timedelta(days=1))
    browser = signed_in(sue)
    door = f"/customers/{ann.public_id}/points/"
    said = [
        [str(message) for message in browser.post(door, form, follow=True).context["messages"]]
        for form in (
            {"act": "spend", "points": "70", "reason": "A cup", "key": "k1"},
            {"act": "spend", "points": "70", "reason": "A cup", "key": "k1"},
            {"act": "spend", "points": "70", "reason": "A cup", "key": "k2"},
            {"act": "give", "points": "5", "reason": "Sorry", "key": "k3"},
            {"act": "give", "points": "many", "reason": "Sorry", "key": "k4"},
        )
    ]
    assert said == [
        ["Booked. 30 points are left."],
        ["Booked. 30 points are left."],
        ["30 points are left, 70 were to be spent. Spend fewer."],
        ["Booked. 35 points are left."],
        ["Points are a whole number above zero. Give how many."],
    ]
    assert sorted(PointEntry.objects.values_list("points", flat=True)) == [-70, 5, 100]


def test_who_may_only_look_sees_no_form_and_is_refused(ann: Customer, vera: User) -> None:
    browser = signed_in(vera)
    assert "panel-points" not in browser.get(f"/customers/{ann.public_id}/").content.decode()
    form = {"act": "give", "points": "5", "reason": "Sorry", "key": "k"}
    assert browser.post(f"/customers/{ann.public_id}/points/", form).status_code == 403
    assert PointEntry.objects.count() == 0
