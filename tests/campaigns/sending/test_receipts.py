"""What providers tell us: signed, kept raw once, worked through later, states only forward."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from campaigns.enums import MessageState
from campaigns.models import Message, Receipt, Suppression
from campaigns.sandbox.server import Sandbox
from campaigns.services.receipts import is_stop_word, keep_receipt, process_receipts
from campaigns.services.sending import send_due
from campaigns.webhooks import secrets_of, signed
from retention.customers.models import ConsentEntry, Event, Touch
from tenants.context import use_tenant
from tenants.models import Tenant
from tests.campaigns.sending.world import NOW, clock, make_campaign, make_message, make_people

LATER = NOW + timedelta(minutes=5)


def tell(message: Message, kind: str, at: object = LATER, **data: object) -> None:
    body = {"type": f"message.{kind}", "timestamp": str(at), "data": {"id": str(message.public_id), **data}}
    keep_receipt(provider="sandbox", event_id=uuid4().hex, raw=json.dumps(body), now=LATER)


@pytest.fixture
def sent(tenant: Tenant, sandbox: Sandbox) -> Message:
    message = make_message(make_campaign(launched=True), make_people(1)[0])
    send_due(clock=clock)
    message.refresh_from_db()
    return message


def test_states_move_forward_by_rank_in_whatever_order_receipts_come(sent: Message) -> None:
    tell(sent, "delivered")
    tell(sent, "accepted")
    assert process_receipts(now=LATER) == 2
    sent.refresh_from_db()
    assert (sent.state, sent.ended_at) == (MessageState.DELIVERED, LATER)
    assert list(Event.objects.values_list("name", flat=True)) == ["message_delivered"]
    tell(sent, "failed")
    process_receipts(now=LATER)
    sent.refresh_from_db()
    assert (sent.state, Touch.objects.count()) == (MessageState.FAILED, 0)
    tell(sent, "delivered")
    process_receipts(now=LATER)
    sent.refresh_from_db()
    assert sent.state == MessageState.FAILED


def test_a_receipt_ends_a_doubt(tenant: Tenant, sandbox: Sandbox) -> None:
    message = make_message(make_campaign(launched=True), make_people(1)[0])
    sandbox.faults["reset_after"] = 1
    send_due(clock=clock)
    tell(message, "delivered")
    process_receipts(now=LATER)
    message.refresh_from_db()
    assert message.state == MessageState.DELIVERED
    assert list(Touch.objects.values_list("reserved", flat=True)) == [False]


def test_opens_and_clicks_of_robots_are_kept_and_not_counted(sent: Message) -> None:
    tell(sent, "opened", NOW + timedelta(seconds=1))
    tell(sent, "clicked", robot=True)
    process_receipts(now=LATER)
    sent.refresh_from_db()
    assert (sent.opened_at, sent.clicked_at) == (None, None)
    assert sorted(Event.objects.values_list("name", "properties__robot")) == [
        ("message_clicked", True),
        ("message_opened", True),
    ]
    tell(sent, "clicked")
    tell(sent, "clicked", NOW + timedelta(minutes=9))
    process_receipts(now=LATER)
    sent.refresh_from_db()
    assert sent.clicked_at == LATER
    assert Receipt.objects.filter(kind="clicked").count() == 3


@pytest.mark.parametrize("text", ["T", "t", "TD", "td", " R ", "退订", "ＴＤ", "退 订", "t d", "Ｔ", "退订。"])
def test_a_stop_word_in_a_reply_opts_out(sent: Message, text: str) -> None:
    tell(sent, "replied", text=text)
    process_receipts(now=LATER)
    latest = ConsentEntry.objects.filter(channel="sms").order_by("-occurred_at", "-pk").first()
    assert latest is not None
    assert (latest.granted, latest.purpose, latest.wording) == (False, "marketing", text)
    assert list(Event.objects.values_list("name", flat=True)) == ["messages_refused"]


def test_other_answers_are_answers(sent: Message) -> None:
    assert not is_stop_word("Thanks, see you Tuesday")
    tell(sent, "replied", text="好的")
    process_receipts(now=LATER)
    sent.refresh_from_db()
    assert sent.answered_at == LATER
    assert list(Event.objects.values_list("name", flat=True)) == ["message_answered"]
    assert Touch.objects.get().two_way


def test_complaints_suppress_and_what_cannot_be_read_is_kept_with_its_problem(sent: Message) -> None:
    tell(sent, "complained")
    keep_receipt(provider="sandbox", event_id="broken", raw="{", now=LATER)
    process_receipts(now=LATER)
    assert Suppression.objects.get().reason == "complained"
    assert Receipt.objects.get(event_id="broken").problem == "unreadable: JSONDecodeError"


def test_the_door_keeps_what_is_signed_once_and_shows_nothing_to_others(sent: Message, acme: Tenant) -> None:
    client = Client(SERVER_NAME="acme.localhost")
    told = {
        "type": "message.delivered",
        "timestamp": LATER.isoformat(),
        "data": {"id": str(sent.public_id)},
    }
    body = json.dumps(told).encode()
    secret = next(secrets_of("sandbox", str(acme.public_id)))

    def post(headers: dict[str, str], text: bytes = body, provider: str = "sandbox") -> int:
        return client.post(f"/hooks/{provider}/", text, content_type="application/json", headers=headers).status_code

    headers = signed(secret, event_id="e1", body=body)
    assert post(headers) == 202
    assert post(headers) == 202
    assert post(headers, body + b" ") == 404
    assert post({}) == 404
    assert post(headers, provider="nobody") == 404
    assert post(signed(secret, event_id="e2", body=body, at=1)) == 404
    assert post(signed(b"other", event_id="e3", body=body)) == 404
    with use_tenant(acme):
        assert list(Receipt.objects.values_list("event_id", flat=True)) == ["e1"]
