"""Membership in sums over the API: the ladder with its customers, the rules, and renewals."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from retention.common import clock
from tenants.context import current_tenant
from tenants.governance.services.policies import set_policy
from tests.customers.api.conftest import Program, results
from tests.customers.facts import make_customer, make_points
from tests.customers.points.making import LONG_AGO, hold, make_levels, make_rule

pytestmark = pytest.mark.usefixtures("tenant")


@pytest.fixture
def client(program: Program) -> Client:
    return program("customers.view")


def test_the_ladder_tells_the_customers_of_each_level(client: Client) -> None:
    day = clock.last_complete_day(current_tenant().timezone)
    make_levels(0, 100, multiplier=Decimal("1.5"))
    ann, ben, _cid = (make_customer(name, clock.now()) for name in ("ann", "ben", "cid"))
    make_customer("staff", clock.now(), kind="staff")
    make_points(ann, 150, clock.now() - timedelta(days=3))
    hold(ben, "Gold", day)
    told = client.get("/api/v1/levels/").json()
    assert told["as_of"] == day.isoformat()
    assert [(row["code"], row["points_needed"], row["multiplier"], row["customers"]) for row in told["levels"]] == [
        ("V1", 0, 1.5, 1), ("V2", 100, 1.5, 1),
    ]  # fmt: skip
    assert (told["others"], told["without"]) == ([{"code": "Gold", "customers": 1}], 0)


def test_without_a_ladder_nobody_has_a_level(client: Client) -> None:
    make_customer("ann", clock.now())
    told = client.get("/api/v1/levels/").json()
    assert (told["levels"], told["others"], told["without"]) == ([], [], 1)


def test_rules_are_listed_with_those_that_ended(client: Client) -> None:
    make_rule("spend", "spend", "1", ends_on=LONG_AGO)
    make_rule("spend", "spend", "1.25", starts_on=LONG_AGO + timedelta(days=1), cap_per_day=50, multiplied=True)
    rows = results(client, "earn-rules/")
    assert [(row["code"], row["points"], row["cap_per_day"], row["multiplied"], row["ends_on"]) for row in rows] == [
        ("spend", 1.0, None, False, LONG_AGO.isoformat()), ("spend", 1.25, 50, True, None),
    ]  # fmt: skip


def test_renewals_are_told_by_level_and_by_month_with_their_counts(client: Client) -> None:
    set_policy(name="memberships.renewal_minimum", value=2, actor=None, now=clock.now())
    end = clock.last_complete_day(current_tenant().timezone) - timedelta(days=40)
    for name, level, renewed in (("ann", "Gold", True), ("ben", "Gold", False), ("cid", "Silver", False)):
        who = make_customer(name, clock.now())
        hold(who, level, end - timedelta(days=365), end, amount=99)
        if renewed:
            hold(who, level, end + timedelta(days=1), end + timedelta(days=366), amount=99)
    told = client.get("/api/v1/memberships/renewals/").json()
    assert (told["minimum"], told["levels"]) == (2, [
        {"of": "Gold", "ended": 2, "renewed": 1, "rate": 0.5},
        {"of": "Silver", "ended": 1, "renewed": 0, "rate": None},
    ])  # fmt: skip
    assert told["months"] == [{"of": f"{end:%Y-%m}", "ended": 3, "renewed": 1, "rate": pytest.approx(1 / 3)}]


@pytest.mark.parametrize("door", ["levels/", "earn-rules/", "memberships/renewals/"])
def test_they_ask_for_the_right_that_the_page_asks(program: Program, door: str) -> None:
    assert program("segments.view").get(f"/api/v1/{door}").status_code == 403
    assert program("customers.view").get(f"/api/v1/{door}").status_code == 200
