"""Growth points as an offer: given once when the message was accepted, taken back when it bounced."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.models import Message
from campaigns.sandbox.server import Sandbox
from campaigns.services.sending import send_due
from campaigns.services.settling import settle, undo_contact
from retention.customers.models import PointEntry
from retention.customers.selectors.points import points_of
from tests.campaigns.sending.world import NOW, clock, make_campaign, make_message, make_offer, make_people

pytestmark = pytest.mark.usefixtures("tenant")
POINTS = {"kind": "points", "value": 80, "has_codes": False, "makes_codes": False, "valid_days": 10}


def sent(sandbox: Sandbox) -> Message:
    ann, ben = make_people(2)
    message = make_message(make_campaign("points", offer=make_offer("points", **POINTS), launched=True), ann)
    make_message(make_campaign("coupon", offer=make_offer("coupon"), launched=True), ben)
    send_due(clock=clock)
    return Message.objects.select_related("customer").get(pk=message.pk)


def test_points_are_given_once_and_last_the_offers_days(sandbox: Sandbox) -> None:
    message = sent(sandbox)
    settle([message.pk], now=NOW)
    entry = PointEntry.objects.get()
    assert (entry.customer, entry.points, entry.kind, entry.reason) == (message.customer, 80, "granted", "points")
    last = NOW.date() + timedelta(days=10)
    assert (entry.expires_on, points_of(message.customer, last).balance) == (last, 80)
    assert points_of(message.customer, last + timedelta(days=1)).balance == 0


def test_a_bounce_takes_them_back_once(sandbox: Sandbox) -> None:
    message = sent(sandbox)
    for _again in range(2):
        undo_contact([message.pk], now=NOW + timedelta(hours=1))
    assert sorted(PointEntry.objects.values_list("points", flat=True)) == [-80, 80]
    assert points_of(message.customer, NOW.date()).balance == 0
