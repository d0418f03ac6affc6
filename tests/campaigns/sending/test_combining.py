"""Offers that don't stack, and offers for new and for returning customers, never meet in one customer's hands."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from campaigns.enums import Lane
from campaigns.models import Campaign, Coupon, Decision, Message, Offer
from campaigns.sandbox.server import Sandbox
from campaigns.services.claiming import claim_batch
from campaigns.services.coupons import commit_coupons
from campaigns.services.sending import send_due
from campaigns.services.settling import release
from retention.customers.models import Customer
from retention.customers.services.state import refresh_states
from tenants.context import find_tenant, use_tenant
from tenants.governance.services.policies import set_policy
from tests.campaigns.sending.world import NOW, clock, make_campaign, make_message, make_offer, make_people
from tests.customers.facts import make_order

WORKERS = 3  # the pool of a process holds four connections, the test's own among them


def campaign_with(name: str, **offer: Any) -> Campaign:
    return make_campaign(name, offer=make_offer(name, **offer), launched=True)


def reasons(message: Message) -> tuple[str, list[str], Any]:
    decision = Decision.objects.filter(message=message).latest("pk")
    return decision.verdict, decision.reasons, decision.evidence.get("beside")


def many_promotions() -> None:
    """The caps are not what is tested."""
    set_policy(name="caps.promotions", value={"most": 50, "days": 7}, actor=None, now=NOW)


def claim() -> list[int]:
    return [ready.known.id for ready in claim_batch(lane=Lane.CAMPAIGN, now=NOW).ready]


@pytest.fixture
def ann(tenant: object) -> Customer:
    many_promotions()
    (person,) = make_people(1)
    return person


def bought(customer: Customer) -> None:
    make_order(customer, f"o-{customer.pk}", NOW - timedelta(days=90), [("tea", "5")])
    refresh_states([customer.pk])


def test_a_second_offer_waits_for_the_end_of_the_first(ann: Customer, sandbox: Sandbox) -> None:
    first = make_message(campaign_with("one"), ann)
    send_due(clock=clock)
    second = make_message(campaign_with("two"), ann, not_after=NOW + timedelta(days=30))
    third = make_message(campaign_with("three"), ann)
    send_due(clock=clock)
    assert reasons(first) == ("yes", ["checked"], None)
    assert reasons(second) == ("later", ["other_offer"], "one")
    assert reasons(third) == ("no", ["other_offer", "too_late"], "one")
    assert Message.objects.get(pk=second.pk).due_at == NOW + timedelta(days=14)
    assert Coupon.objects.count() == 1
    assert Offer.objects.get(code="two").taken == 0


def test_a_redeemed_an_expired_and_a_freed_offer_exclude_nothing(ann: Customer) -> None:
    first = make_message(campaign_with("one"), ann)
    assert claim() == [first.pk]
    second = make_message(campaign_with("two"), ann)
    Coupon.objects.update(redeemed_at=NOW, state="redeemed")
    assert claim() == [second.pk]
    Coupon.objects.filter(message=second).update(expires_at=NOW)
    third = make_message(campaign_with("three"), ann)
    assert claim() == [third.pk]
    Message.objects.filter(pk=third.pk).update(state="rejected", claim=None, lease_until=None)
    release([third.pk])
    fourth = make_message(campaign_with("four"), ann)
    assert claim() == [fourth.pk]


def test_offers_that_both_stack_go_together_and_a_single_one_does_not(ann: Customer) -> None:
    made = [make_message(campaign_with(name, stacks=True), ann) for name in ("one", "two")]
    assert claim() == [message.pk for message in made]
    alone = make_message(campaign_with("three"), ann)
    assert (claim(), reasons(alone)[1]) == ([], ["other_offer", "too_late"])


def test_new_and_returning_never_meet_even_where_both_stack(ann: Customer) -> None:
    new = make_message(campaign_with("new", stacks=True, audience="new"), ann)
    assert claim() == [new.pk]
    bought(ann)
    back = make_message(campaign_with("back", stacks=True, audience="returning"), ann)
    assert (claim(), reasons(back)) == ([], ("no", ["other_offer", "too_late"], "new"))
    anyone = make_message(campaign_with("anyone", stacks=True), ann)
    assert claim() == [anyone.pk]


def test_an_offer_goes_only_to_those_it_is_for(ann: Customer) -> None:
    (ben,) = make_people(1, "b")
    bought(ben)
    new, back = campaign_with("new", audience="new"), campaign_with("back", audience="returning")
    wrong = [make_message(back, ann), make_message(new, ben)]
    assert claim() == []
    assert [reasons(message) for message in wrong] == [("no", ["offer_audience"], None)] * 2
    right = [make_message(new, ann), make_message(back, ben)]
    assert claim() == [message.pk for message in right]


def test_offers_without_codes_count_and_service_is_owed(ann: Customer) -> None:
    trial = make_message(campaign_with("trial", has_codes=False, makes_codes=False), ann)
    assert claim() == [trial.pk]
    commit_coupons([trial.pk], now=NOW)
    sorry = make_campaign("sorry", offer=make_offer("sorry"), launched=True, purpose="service")
    owed = make_message(sorry, ann, purpose="service")
    assert claim() == [owed.pk]
    more = make_message(campaign_with("more"), ann)
    assert (claim(), reasons(more)[1]) == ([], ["other_offer", "too_late"])


def test_of_two_in_one_batch_the_one_of_more_worth_is_taken(ann: Customer) -> None:
    small = make_message(campaign_with("small"), ann, worth=1.0)
    large = make_message(campaign_with("large"), ann, worth=9.0)
    assert claim() == [large.pk]
    assert reasons(small)[1:] == (["other_offer", "too_late"], "large")


@pytest.mark.django_db(transaction=True)
def test_rivals_never_give_one_customer_two_offers() -> None:
    with use_tenant(find_tenant("acme")):
        many_promotions()
        people = make_people(20)
        for name in ("one", "two", "three"):
            campaign = campaign_with(name)
            for person in people:
                make_message(campaign, person)
    barrier = threading.Barrier(WORKERS, timeout=30)

    def work() -> None:
        try:
            with use_tenant(find_tenant("acme")):
                barrier.wait()
                for _turn in range(8):
                    claim_batch(lane=Lane.CAMPAIGN, now=NOW, most=7)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with use_tenant(find_tenant("acme")):
        Message.objects.filter(state="planned").update(due_at=NOW)  # those whose row a rival held a moment
        while claim_batch(lane=Lane.CAMPAIGN, now=NOW, most=50).looked_at:
            pass
        held = Coupon.objects.exclude(message=None).values_list("message__customer", flat=True)
        assert sorted(held) == sorted(person.pk for person in people)
