"""The running state: what counts as an order day, what it is worth, and what a past run could have known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from retention.customers.models import Customer, CustomerState, EventBehaviour
from retention.customers.selectors.state_sql import STATE_COLUMNS, IdList, state_query
from retention.customers.services.rebuild import rebuild_all
from retention.customers.services.state import refresh_states
from tenants.models import Tenant
from tests.customers.facts import expected_states, make_customer, make_event, make_order, stored_states

START = datetime(2024, 1, 1, 12, tzinfo=UTC)


def day(number: int) -> datetime:
    """Noon of the given day; day 0 is New Year 2024."""
    return START + timedelta(days=number)


def state(customer: Customer) -> CustomerState:
    refresh_states([customer.pk])
    return CustomerState.objects.get(customer=customer)


def states_as_of(**moment: Any) -> dict[int, dict[str, Any]]:
    sql, params = state_query(**moment)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {row[0]: dict(zip(STATE_COLUMNS, row, strict=True)) for row in cursor.fetchall()}


@pytest.fixture
def anna(tenant: Tenant) -> Customer:
    EventBehaviour.objects.update_or_create(name="log_in", defaults={"behaviour": "log_in"})
    return make_customer("anna", START)


def test_purchases_on_one_local_day_are_one_and_their_amounts_add(anna: Customer) -> None:
    make_order(anna, "o1", day(0), [("milk", "10")])
    make_order(anna, "o2", day(0) + timedelta(hours=3), [("milk", "5")])
    make_order(anna, "o3", day(4), [("bread", "0")])
    kept = state(anna)
    assert (kept.order_days, kept.net_revenue, kept.repeat_revenue) == (2, Decimal(15), Decimal(0))
    assert (kept.first_order_on, kept.last_order_on) == (date(2024, 1, 1), date(2024, 1, 5))


def test_a_return_is_no_purchase_but_lowers_its_day(anna: Customer) -> None:
    make_order(anna, "o1", day(0), [("milk", "10")])
    make_order(anna, "o2", day(2), [("milk", "30")])
    make_order(anna, "r1", day(2), [("milk", "-8")])
    make_order(anna, "r2", day(9), [("milk", "-1")])
    kept = state(anna)
    assert (kept.order_days, kept.last_order_on) == (2, date(2024, 1, 3))
    assert (kept.net_revenue, kept.repeat_revenue, kept.year_revenue) == (Decimal(31), Decimal(22), Decimal(32))


def test_an_order_wholly_refunded_unpaid_or_cancelled_is_no_purchase(anna: Customer) -> None:
    make_order(anna, "o1", day(0), [("milk", "10")], refunded=Decimal(4))
    make_order(anna, "o2", day(1), [("milk", "10")], refunded=Decimal(10))
    make_order(anna, "o3", day(2), [("milk", "10")], status="unpaid")
    make_order(anna, "o4", day(3), [("milk", "10")], status="cancelled")
    kept = state(anna)
    assert (kept.order_days, kept.net_revenue, kept.last_order_on) == (1, Decimal(6), date(2024, 1, 1))
    assert kept.last_seen_on == date(2024, 1, 4)


def test_the_year_up_to_the_last_order_has_365_days(anna: Customer) -> None:
    for number in (0, 1, 365):
        make_order(anna, f"o{number}", day(number), [("milk", "10")])
    assert (state(anna).year_order_days, state(anna).year_revenue) == (2, Decimal(20))


def test_main_category_by_days_then_revenue_then_code(anna: Customer) -> None:
    make_order(anna, "o1", day(0), [("tea", "2"), ("milk", "5")])
    make_order(anna, "o2", day(1), [("milk", "5"), ("tea", "9"), ("", "3")])
    make_order(anna, "o3", day(2), [("rice", "500")])
    refresh_states([anna.pk])
    assert stored_states()["anna"]["main_category__code"] == "tea"
    make_order(anna, "o4", day(3), [("tea", "-6")])
    make_order(anna, "o5", day(4), [("rice", "1")])
    make_order(anna, "o6", day(5), [("milk", "0"), ("tea", "5")])
    refresh_states([anna.pk])
    assert stored_states()["anna"]["main_category__code"] == "milk"  # three days each, 10 each: the code decides


def test_login_days_follow_the_behaviour_map(anna: Customer) -> None:
    make_event(anna, "e1", "log_in", day(0))
    make_event(anna, "e2", "log_in", day(0) + timedelta(hours=1))
    make_event(anna, "e3", "Door opened", day(3))
    make_event(anna, "e4", "favourite", day(8))
    assert (state(anna).login_days, state(anna).last_login_on) == (1, date(2024, 1, 1))
    EventBehaviour.objects.create(name="Door opened", behaviour="log_in")
    assert (state(anna).login_days, state(anna).last_login_on) == (2, date(2024, 1, 4))
    assert state(anna).last_seen_on == date(2024, 1, 9)


def test_local_days_are_the_tenants(tenant: Tenant) -> None:
    tenant.timezone = "America/New_York"
    ben = make_customer("ben", START)
    make_order(ben, "o1", datetime(2024, 3, 1, 3, tzinfo=UTC), [("milk", "10")])  # 22:00 on 29 February there
    make_order(ben, "o2", datetime(2024, 2, 29, 20, tzinfo=UTC), [("milk", "10")])
    assert (state(ben).order_days, state(ben).last_order_on) == (1, date(2024, 2, 29))


def test_rebuild_moves_facts_to_the_zone_of_today(anna: Customer, tenant: Tenant) -> None:
    make_order(anna, "o1", datetime(2024, 3, 1, 3, tzinfo=UTC), [("milk", "10")])
    assert state(anna).last_order_on == date(2024, 3, 1)
    tenant.timezone = "America/New_York"
    rebuild_all()
    assert CustomerState.objects.get(customer=anna).last_order_on == date(2024, 2, 29)


def test_only_who_counts_has_a_state(anna: Customer) -> None:
    robot = make_customer("robot", START, kind="robot")
    twin = make_customer("twin", START, merged_into=anna)
    CustomerState.objects.create(customer=robot)
    refresh_states([anna.pk, robot.pk, twin.pk])
    assert set(stored_states()) == {"anna"}


def test_as_of_and_known_at(anna: Customer) -> None:
    make_order(anna, "o1", day(0), [("milk", "10")])
    make_order(anna, "o2", day(3), [("milk", "10")], recorded_at=day(20))
    wrong = make_order(anna, "o3", day(4), [("milk", "70")], superseded_at=day(10))
    make_order(anna, "o3", day(4), [("milk", "7")], version=2, recorded_at=day(10))
    assert wrong.pk
    of = anna.pk
    assert states_as_of()[of]["net_revenue"] == Decimal(27)
    assert states_as_of(as_of=date(2024, 1, 4))[of]["net_revenue"] == Decimal(20)
    assert states_as_of(as_of=date(2024, 1, 4), known_at=day(4))[of]["net_revenue"] == Decimal(10)
    assert states_as_of(known_at=day(9))[of]["net_revenue"] == Decimal(80)
    assert states_as_of(known_at=day(10), customers=IdList([of]))[of]["net_revenue"] == Decimal(17)


def test_rebuild_gives_the_same_as_refresh_and_as_plain_python(anna: Customer) -> None:
    ben = make_customer("ben", START)
    make_customer("cleo", START)
    for number in range(40):
        who = (anna, ben)[number % 2]
        lines = [("abc"[number % 3], f"{number % 7 - 1}.50"), ("xyz"[number % 2], "2")]
        refund = Decimal(number % 3)
        make_order(who, f"o{number}", day(number * 31), lines, refunded=refund, withdrawn=number % 11 == 0)
        make_event(who, f"e{number}", ("log_in", "browse")[number % 2], day(number * 3))
    refresh_states(list(Customer.objects.values_list("pk", flat=True)))
    refreshed = stored_states()
    assert refreshed == expected_states()
    assert rebuild_all()["states"] == 3
    assert stored_states() == refreshed
    assert refresh_states(list(Customer.objects.values_list("pk", flat=True))) == 0
