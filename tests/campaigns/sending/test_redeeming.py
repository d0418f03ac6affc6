"""A code that comes back with an order is redeemed once, ends its offer, counts as an outcome and costs its worth."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from campaigns.models import CostEntry, Coupon, Message
from campaigns.sandbox.server import Sandbox
from campaigns.selectors.readout_campaign import _costs
from campaigns.services.redeeming import redeem_coupons
from campaigns.services.sending import send_due
from retention.customers.models import Customer, Order
from retention.segments.selectors.members import rule_members
from tenants.governance.services.policies import set_policy
from tests.campaigns.sending.world import NOW, clock, make_campaign, make_message, make_offer, make_people
from tests.customers.facts import make_event, make_order

LATER = NOW + timedelta(days=2)


@pytest.fixture
def sent(tenant: object, sandbox: Sandbox) -> tuple[Message, Coupon]:
    """A message that was accepted, with its code."""
    (ann,) = make_people(1)
    message = make_message(make_campaign("one", offer=make_offer("one", value="5.50"), launched=True), ann)
    send_due(clock=clock)
    return message, Coupon.objects.get()


def order_with(code: str, customer: Customer, **fields: Any) -> Order:
    return make_order(
        customer, f"o-{Order.objects.count()}", NOW + timedelta(days=1), [("tea", "30")], coupon=code, **fields
    )


def test_an_order_with_the_code_redeems_it_once(sent: tuple[Message, Coupon]) -> None:
    message, coupon = sent
    assert (coupon.state, redeem_coupons(now=LATER)) == ("committed", 0)
    order = order_with(coupon.code, message.customer)
    order_with(coupon.code, message.customer)
    assert redeem_coupons(now=NOW) == 0  # as of then the order lies ahead
    assert [redeem_coupons(now=LATER) for _turn in range(2)] == [1, 0]
    coupon.refresh_from_db()
    assert (coupon.state, coupon.redeemed_at) == ("redeemed", order.ordered_at)
    benefit = CostEntry.objects.get(kind="benefit")
    assert (benefit.campaign_id, benefit.amount) == (message.campaign_id, Decimal("5.50"))
    assert _costs(message.campaign, LATER)["benefit"] == 5.5
    rule = {"field": "campaign_outcomes", "op": "any", "value": ["redeemed"]}
    assert list(rule_members(rule, as_of=LATER.date())) == [message.customer]


def test_a_redeemed_code_is_no_longer_held(sent: tuple[Message, Coupon]) -> None:
    """Another offer, which waited for its end, goes at once."""
    message, coupon = sent
    set_policy(name="caps.promotions", value={"most": 50, "days": 7}, actor=None, now=NOW)
    order_with(coupon.code, message.customer)
    redeem_coupons(now=LATER)
    second = make_message(make_campaign("two", offer=make_offer("two"), launched=True), message.customer)
    send_due(clock=clock)
    assert Coupon.objects.get(message=second).state == "committed"


@pytest.mark.parametrize("wrong", [{"withdrawn": True}, {"superseded_at": NOW}, {"status": "unpaid"}])
def test_an_order_that_does_not_hold_redeems_nothing(sent: tuple[Message, Coupon], wrong: dict[str, Any]) -> None:
    message, coupon = sent
    order_with(coupon.code, message.customer, **wrong)
    order_with("", message.customer)
    assert redeem_coupons(now=LATER) == 0


def test_somebody_elses_order_says_nothing_but_the_merged_profile_s_does(sent: tuple[Message, Coupon]) -> None:
    message, coupon = sent
    (other,) = make_people(1, "q")
    order_with(coupon.code, other)
    assert redeem_coupons(now=LATER) == 0
    Customer.objects.filter(pk=message.customer_id).update(merged_into=other)
    assert redeem_coupons(now=LATER) == 1


def test_a_benefit_used_names_the_code(sent: tuple[Message, Coupon]) -> None:
    message, coupon = sent
    make_event(message.customer, "u-1", "benefit_used", NOW + timedelta(hours=1), properties={"coupon": coupon.code})
    assert redeem_coupons(now=LATER) == 1
