"""Complaints and survey answers of the demo: every one of the generator's, with words, and none twice."""

from __future__ import annotations

import pandas as pd
import pytest

from feedback.models import FeedbackItem
from retention.customers.models import Customer
from retention.customers.services.own_facts import OwnFact, record_facts
from retention.demo.generators.shop import ShopData
from retention.demo.generators.software import SoftwareData
from retention.demo.generators.voice import UNREAD_DAYS, WORDS, Voice, voice_of
from retention.demo.services.demo_clock import START
from retention.demo.services.voice import close_what_was_closed
from tenants.models import Tenant

UNTIL = pd.Timestamp(START).tz_localize(None)


@pytest.fixture(scope="module")
def voice(shop: ShopData) -> Voice:
    return voice_of(shop.events, language="en", until=UNTIL)


def test_every_complaint_is_in_one_file(shop: ShopData, voice: Voice) -> None:
    opened = shop.events[shop.events["event"] == "complaint_opened"]
    before = opened[opened["occurred_at"] < UNTIL]
    assert len(before) > 300
    assert sorted(voice.feedback["feedback_id"]) == sorted(before["complaint_id"])
    left = voice.events[voice.events["event"] == "complaint_opened"]
    assert sorted(left["complaint_id"]) == sorted(opened.loc[opened["occurred_at"] >= UNTIL, "complaint_id"])
    assert len(voice.events) + len(voice.feedback) + len(voice.surveys) == len(shop.events)


def test_every_complaint_has_words_of_its_topic(voice: Voice) -> None:
    assert (voice.feedback["text"] != "").all()
    tagged = voice.feedback[voice.feedback["topic"] != ""]
    assert all(text in WORDS["en"][topic] for text, topic in zip(tagged["text"], tagged["topic"], strict=True))


def test_what_came_in_last_is_left_to_a_person(voice: Voice) -> None:
    unread = voice.feedback["received_at"] >= UNTIL - pd.Timedelta(days=UNREAD_DAYS)
    assert 0 < unread.sum() < 60
    assert (voice.feedback.loc[unread, ["topic", "intent"]] == "").all().all()
    assert (voice.feedback.loc[~unread, "intent"] == "complaint").all()


def test_the_vendor_s_customers_speak_chinese(software: SoftwareData) -> None:
    voice = voice_of(software.events, language="zh-hans", until=UNTIL)
    assert set(voice.feedback["text"]) <= {text for said in WORDS["zh-hans"].values() for text in said}
    assert voice.surveys["response_id"].is_unique
    assert voice.surveys["score"].between(0, 10).all()
    assert (voice.surveys["comment"] != "").mean() == pytest.approx(1 / 3, abs=0.01)


def test_an_end_that_came_as_an_event_closes_the_item(tenant: Tenant) -> None:
    person = Customer.objects.create(external_id="p", recorded_at=START, updated_at=START)
    for name in ("ended", "open"):
        FeedbackItem.objects.create(
            feedback_id=name, customer=person, text=name, received_at=START, recorded_at=START, updated_at=START
        )
    later = START + pd.Timedelta(hours=5).to_pytimedelta()
    ended = OwnFact("e", "complaint_closed", later, customer=person.pk, properties={"complaint_id": "ended"})
    record_facts([ended], now=later)
    assert close_what_was_closed() == 1
    assert close_what_was_closed() == 0
    found = FeedbackItem.objects.order_by("feedback_id").values_list("feedback_id", "status", "closed_at")
    assert list(found) == [("ended", "closed", later), ("open", "new", None)]
