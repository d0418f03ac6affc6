"""Events by what they say, orders by product and category, NPS, contacts and consents, accounts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from retention.customers.models import Account, ConsentEntry, Customer, Membership, Touch
from tests.segments.fields.everything import ask
from tests.segments.world import D, World, at


@pytest.fixture
def someone(world: World) -> Customer:
    return world.customer("c", email="c@example.com")


def test_events_are_counted_by_what_they_say(world: World, someone: Customer) -> None:
    for day, km in [(40, "12"), (29, "12"), (10, 12), (5, "13"), (1, "far"), (1, None)]:
        world.event(someone, "Ride Ended", at(day), km=km)
    world.event(someone, "Ride Begun", at(1), km="12")
    world.event(world.customer("else"), "Ride Ended", at(1), km="12")
    ride: dict[str, Any] = {"event": "Ride Ended", "property": "km"}
    assert ask("events_where", someone, **ride, value="12", days=30) == 2
    assert ask("event_days_where", someone, **ride, value="12", days=41) == 3
    assert ask("events_where", someone, **ride, value="14", days=41) == 0
    assert (ask("event_sum", someone, **ride, days=30), ask("event_largest", someone, **ride, days=30)) == (37, 13)
    assert ask("event_latest", someone, **ride) is None
    assert ask("event_latest", someone, D - timedelta(days=3), **ride) == "13"
    assert (ask("days_since_event", someone), ask("days_since_first_event", someone)) == (1, 40)


def test_what_an_event_says_is_a_number_or_nothing(world: World, someone: Customer) -> None:
    for km in (".", "1.2.3", "1e", "", "far", "0.8333333333333334", "4.2e-05", ".5"):
        world.event(someone, "Ride Ended", at(1), km=km)
    ride: dict[str, Any] = {"event": "Ride Ended", "property": "km", "days": 30}
    assert ask("event_sum", someone, **ride) == Decimal("1.3333753333333334")
    assert ask("event_largest", someone, **ride) == Decimal("0.8333333333333334")


def test_a_behaviour_is_the_latest_of_all_events_that_mean_it(world: World, someone: Customer) -> None:
    world.event(someone, "Product Viewed", at(9))
    world.event(someone, "like", at(4))
    assert ask("days_since_behaviour", someone, behaviour="browse") == 9
    assert ask("days_since_behaviour", someone, behaviour="cart") is None


def test_revenue_counts_fees_on_the_days_that_they_pay_for(world: World, someone: Customer) -> None:
    """365 at 1 a day, of which ten days have passed; a month at 1 a day that left five days in the window."""
    world.order(someone, 3, "40", refunded="15")
    world.order(someone, 31, "1000")
    for first, last, amount in [
        (D - timedelta(days=9), D + timedelta(days=355), "365"),
        (D - timedelta(days=55), D - timedelta(days=25), "31"),
        (D - timedelta(days=90), D - timedelta(days=30), "61"),
        (D + timedelta(days=1), D + timedelta(days=30), "30"),
    ]:
        Membership.objects.create(
            customer=someone, level="plus", since=first, ends_on=last, amount=amount, recorded_at=at(90)
        )
    assert ask("revenue", someone, days=30) == Decimal("25") + 10 + 5
    assert ask("revenue", someone, D - timedelta(days=10), days=30) == 1000 + 15 + 10
    assert ask("revenue", world.customer("else"), days=30) == 0


def test_orders_by_product_and_category(world: World, someone: Customer) -> None:
    milk = world.product("milk-1", category="milk")
    for day, amount, coupon in [(40, "10", "A"), (20, "20", ""), (20, "5", "B"), (3, "7", "")]:
        world.order(someone, day, amount, "milk", product=milk, coupon=coupon)
    world.order(someone, 2, "9", "toys", coupon="C")
    world.order(someone, 1, "99", "milk", product=milk, refunded="99")  # wholly refunded: no purchase
    of_product = [ask(name, someone, product="milk-1", days=30) for name in
                  ("orders_of_product", "quantity_of_product", "amount_of_product")]  # fmt: skip
    assert of_product == [3, 3, Decimal("32.00")]
    names = ("orders_in_category", "order_days_in_category", "quantity_in_category", "coupon_orders_in_category")
    assert [ask(name, someone, category="milk", days=30) for name in names] == [3, 2, 3, 1]
    assert (ask("days_since_category", someone, category="milk"), ask("days_since_product", someone)) == (3, 3)
    assert ask("days_since_product", someone, product="else") is None
    assert sorted(ask("categories_bought", someone, days=30)) == ["milk", "toys"]
    assert ask("products_bought", someone, days=30) == ["milk-1"]
    assert sorted(ask("coupons_used", someone, days=30)) == ["B", "C"]
    assert (ask("coupon_orders", someone, days=30), ask("largest_order", someone, days=30)) == (2, 20)
    assert ask("average_order", someone, days=30) == Decimal("10.25")


def test_what_went_back_and_what_is_unpaid(world: World, someone: Customer) -> None:
    world.order(someone, 5, "50", refunded="20")
    world.order(someone, 4, "-15")
    world.order(someone, 3, "8", status="unpaid")
    world.order(someone, 40, "60", refunded="60")
    assert [ask(name, someone, days=30) for name in ("sent_back", "refunds", "unpaid_orders")] == [2, 35, 1]


def test_nps_fell_between_the_last_two_answers(world: World) -> None:
    for name, scores in [("fell", [9, 4]), ("rose", [4, 9]), ("once", [3]), ("before", [9, 2, 8, 5])]:
        customer = world.customer(name)
        for n, score in enumerate(scores):
            world.event(customer, "nps_answered", at(100 - 10 * n), score=score)
        world.event(customer, "nps_answered", at(-1), score=0)
    assert world.matching({"field": "nps_change", "op": "le", "value": -3}) == ["before", "fell"]
    assert world.matching({"field": "nps_lowest", "op": "eq", "value": 2, "params": {"days": 91}}) == ["before"]
    assert world.matching({"field": "nps_answers", "op": "ge", "value": 2, "params": {"days": 91}}) == ["before"]


def test_contacts_are_counted_by_channel_and_reserved_ones_are_none(someone: Customer) -> None:
    for day, channel, two_way, reserved in [
        (40, "email", True, False), (20, "email", False, False), (10, "call", True, False), (1, "email", True, True),
    ]:  # fmt: skip
        Touch.objects.create(
            customer=someone, channel=channel, purpose="marketing", two_way=two_way, reserved=reserved,
            occurred_at=at(day), recorded_at=at(day),
        )  # fmt: skip
    assert (ask("contacted", someone), ask("contacted", someone, channel="email")) == (2, 1)
    assert (ask("contacted", someone, days=41), ask("contact_answered", someone)) == (3, 1)
    assert [ask("days_since_contact", someone, channel=of) for of in ("any", "email", "sms")] == [10, 20, None]


def test_consent_is_the_latest_word_by_purpose(world: World, someone: Customer) -> None:
    for day, purpose, granted in [(30, "marketing", True), (10, "marketing", False), (5, "service", True)]:
        ConsentEntry.objects.create(
            customer=someone, channel="email", purpose=purpose, granted=granted, source="form", occurred_at=at(day),
            recorded_at=at(day),
        )  # fmt: skip
    assert (ask("consent", someone), ask("consent_days", someone)) == (False, 10)
    assert ask("consent", someone, D - timedelta(days=11)) is True
    assert (ask("consent", someone, purpose="service"), ask("consent", someone, channel="sms")) == (True, None)


def test_traits_of_all_accounts(world: World, someone: Customer) -> None:
    world.account(someone, "a-1", traits={"industry": "retail", "seats": "20"}, joined_at=at(500))
    second = world.account(someone, "a-2", traits={"industry": "health", "seats": "many"}, joined_at=at(100))
    left = world.account(someone, "a-3", traits={"industry": "mining", "seats": "900"})
    left.contacts.update(ended_on=D)
    assert isinstance(second, Account)
    assert sorted(ask("account_trait", someone, key="industry")) == ["health", "retail"]
    assert ask("account_trait_number", someone, key="seats") == 20
    assert sorted(ask("account_ids", someone)) == ["a-1", "a-2"]
    assert ask("account_since", someone) == at(500).date()
    assert (
        world.matching({"field": "account_trait", "op": "any", "value": ["mining"], "params": {"key": "industry"}})
        == []
    )
