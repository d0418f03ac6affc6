"""The doors of the Segment spec: who may send, how much, and what is stored."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.core.cache import cache

from retention.customers.models import Account, Contact, Customer, CustomerState, Event, Identity
from retention.customers.services.imports import import_file
from tenants.context import use_tenant
from tenants.models import Tenant
from tests.customers.facts import expected_states, stored_states
from tests.customers.importers.conftest import NOW
from tests.customers.ingest.conftest import Send

AT = "2024-05-01T10:00:00.000Z"


def track(event: str, user: str = "ann", **more: Any) -> dict[str, Any]:
    return {"type": "track", "event": event, "userId": user, "timestamp": AT, "messageId": f"{event}-{user}", **more}


def test_a_track_call_becomes_an_event_once(send: Send, acme: Tenant) -> None:
    body = track("Signed In", properties={"plan": "gold", "n": 1.5, "list": [1, {"a": "张"}]})
    assert send("track", body) == (200, {"success": True, "accepted": 1, "rejected": []})
    assert send("track", body)[0] == 200
    with use_tenant(acme):
        event = Event.objects.get()
        assert (event.event_id, event.name, event.properties) == ("Signed In-ann", "Signed In", body["properties"])
        assert (event.customer.external_id, event.occurred_at.isoformat()) == ("ann", "2024-05-01T10:00:00+00:00")  # type: ignore[union-attr]
        assert CustomerState.objects.get().login_days == 1
        assert stored_states() == expected_states()


def test_the_key_names_its_tenant_on_any_host(send: Send, acme: Tenant, rival: Tenant) -> None:
    for number, host in enumerate(("rival.localhost", "localhost", "ingest.example.com")):
        assert send("track", track("x", messageId=str(number)), host=host)[0] == 200
    with use_tenant(acme):
        assert Event.objects.count() == 3
    with use_tenant(rival):
        assert (Event.objects.count(), Customer.objects.count()) == (0, 0)


@pytest.mark.parametrize("key", ["", "wk_acme_wrong", "wk_rival_" + "0" * 64, "stay_x", "nonsense"])
def test_without_a_write_key_nothing_is_stored(send: Send, acme: Tenant, key: str) -> None:
    status, answer = send("batch", {"batch": [track("x")]}, key=key)
    assert (status, answer["error"]["code"]) == (401, "unknown_write_key")
    with use_tenant(acme):
        assert Event.objects.count() == 0


def test_page_and_screen_calls(send: Send, acme: Tenant) -> None:
    page = {"name": "Home", "category": "Docs", "userId": "ann", "messageId": "1", "properties": {"url": "/"}}
    assert send("page", page)[0] == 200
    assert send("screen", {"name": "Cart", "anonymousId": "v1", "messageId": "2"})[0] == 200
    with use_tenant(acme):
        rows = Event.objects.order_by("event_id").values_list("name", "properties", "customer__external_id")
        assert list(rows) == [
            ("page", {"url": "/", "name": "Home", "category": "Docs"}, "ann"),
            ("screen", {"name": "Cart"}, "anonymous:v1"),
        ]


def test_identify_fills_the_profile(send: Send, acme: Tenant) -> None:
    traits = {
        "firstName": "张", "lastName": "三", "email": "z@example.com", "phone": "138 0013 8000", "locale": "zh-hans",
        "timezone": "Asia/Shanghai", "createdAt": "2020-01-31T00:00:00Z", "birthday": "1990-02-28",
        "plan": "gold", "address": {"city": "Suzhou"},
    }  # fmt: skip
    assert send("identify", {"userId": 7, "traits": traits})[0] == 200
    assert send("identify", {"userId": "7", "traits": {"plan": "blue", "email": "no mail"}})[0] == 200
    with use_tenant(acme):
        found = Customer.objects.get()
        assert (found.external_id, found.name, found.email, found.language) == (
            "7",
            "张 三",
            "z@example.com",
            "zh-hans",
        )
        assert (str(found.birthday), found.joined_at.isoformat()) == ("1990-02-28", "2020-01-31T00:00:00+00:00")  # type: ignore[union-attr]
        assert found.traits == {
            "firstName": "张", "lastName": "三", "plan": "blue", "address": {"city": "Suzhou"}, "email": "no mail"
        }  # fmt: skip
        assert CustomerState.objects.get().customer == found


def test_a_visitor_who_says_who_they_are_is_one_customer(send: Send, acme: Tenant) -> None:
    send("track", {"event": "Product Viewed", "anonymousId": "v1", "messageId": "1", "timestamp": AT})
    send("track", {"event": "Signed In", "anonymousId": "v2", "messageId": "2", "timestamp": AT})
    assert send("identify", {"userId": "ann", "anonymousId": "v1", "messageId": "3"})[0] == 200
    assert send("alias", {"userId": "ann", "previousId": "v2", "messageId": "4"})[0] == 200
    send("track", {"event": "Signed In", "anonymousId": "v2", "messageId": "5", "timestamp": "2024-05-02T00:00:00Z"})
    with use_tenant(acme):
        ann = Customer.objects.get(external_id="ann")
        assert set(Customer.objects.exclude(pk=ann.pk).values_list("merged_into", flat=True)) == {ann.pk}
        assert set(Event.objects.values_list("customer", flat=True)) == {ann.pk}
        assert set(Identity.objects.values_list("customer", flat=True)) == {ann.pk}
        assert CustomerState.objects.get().customer == ann
        assert CustomerState.objects.get().login_days == 2
        assert stored_states() == expected_states()


def test_an_alias_of_a_user_with_a_past(send: Send, acme: Tenant) -> None:
    send("identify", {"userId": "old", "traits": {"email": "o@example.com", "vip": 1}})
    send("track", track("Signed In", user="old"))
    send("group", {"userId": "old", "groupId": "A1", "messageId": "g"})
    send("alias", {"userId": "new", "previousId": "old", "messageId": "a"})
    send("alias", {"userId": "new", "previousId": "old", "messageId": "b"})
    send("track", track("Signed In", user="old", messageId="later", timestamp="2024-06-01T00:00:00Z"))
    with use_tenant(acme):
        new = Customer.objects.get(external_id="new")
        assert (new.email, new.traits) == ("o@example.com", {"vip": 1})
        assert Customer.objects.get(external_id="old").merged_into == new
        assert set(Event.objects.values_list("customer", flat=True)) == {new.pk}
        assert Contact.objects.get().customer == new
        assert stored_states() == expected_states()
        assert CustomerState.objects.get().login_days == 2


def test_a_shared_device_does_not_join_two_users(send: Send, acme: Tenant) -> None:
    send("identify", {"userId": "ann", "anonymousId": "tablet"})
    send("identify", {"userId": "ben", "anonymousId": "tablet"})
    with use_tenant(acme):
        assert Customer.objects.filter(merged_into=None).count() == 2


def test_group_makes_an_account_and_a_contact(send: Send, acme: Tenant) -> None:
    group = {"userId": "ann", "groupId": "A1", "traits": {"name": "Alpha", "seats": 9}, "messageId": "g"}
    assert send("group", group)[0] == 200
    assert send("group", {**group, "traits": {"seats": 12}})[0] == 200
    send("track", track("Feature Used", context={"groupId": "A1"}))
    with use_tenant(acme):
        account = Account.objects.get()
        assert (account.external_id, account.name, account.traits) == ("A1", "Alpha", {"seats": 12})
        assert (Contact.objects.get().account, Contact.objects.get().role) == (account, "user")
        assert Event.objects.get().account == account


def test_a_batch_takes_the_good_and_names_the_bad(send: Send, acme: Tenant) -> None:
    good = [track("a"), track("b"), track("a")]
    bad = [
        {"type": "track", "event": "x"},
        {"type": "dance", "userId": "ann"},
        track("", messageId="3"),
        track("x", timestamp="yesterday"),
        track("x", messageId="big", properties={"text": "x" * 33_000}),
        track("x", properties={"text": "\0"}),
        ["no", "object"],
        track("Order Completed", properties={"revenue": 5}),
        track("Order Completed", properties={"order_id": "1", "currency": "EUR"}),
        {"type": "alias", "userId": "ann"},
    ]
    status, answer = send("batch", {"batch": [*bad, *good]})
    assert (status, answer["accepted"]) == (200, 3)
    assert [(row["index"], row["code"]) for row in answer["rejected"]] == [
        (0, "nobody"), (1, "bad_type"), (2, "bad_event"), (3, "bad_timestamp"), (4, "message_too_large"),
        (5, "bad_text"), (6, "bad_message"), (7, "no_order_id"), (8, "currency"), (9, "no_previous_id"),
    ]  # fmt: skip
    assert all(row["message"] and row["mend"] for row in answer["rejected"])
    with use_tenant(acme):
        assert set(Event.objects.values_list("event_id", flat=True)) == {"a-ann", "b-ann"}
    assert send("batch", {"batch": bad})[0] == 400
    assert send("track", bad[0])[1]["error"]["code"] == "nobody"


def test_limits_and_gzip(send: Send, acme: Tenant) -> None:
    big = {"batch": [track("x", messageId=str(n), properties={"text": "x" * 30_000}) for n in range(18)]}
    packed = gzip.compress(json.dumps(big).encode())
    assert (send("batch", big)[0], send("batch", packed, **{"content-encoding": "gzip"})[0]) == (413, 413)
    assert send("track", track("x", properties={"text": "x" * 33_000}))[0] == 413
    small = gzip.compress(json.dumps({"batch": [track("x")]}).encode())
    assert send("batch", small, **{"content-encoding": "gzip"})[0] == 200
    assert send("batch", b"no gzip", **{"content-encoding": "gzip"})[1]["error"]["code"] == "bad_gzip"
    assert send("batch", b"{")[1]["error"]["code"] == "bad_batch"
    assert send("batch", {"batch": []})[1]["error"]["code"] == "empty_batch"


def test_a_key_that_sends_too_much_is_asked_to_wait(send: Send, acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr("retention.customers.ingest.views.policy_number", lambda name: 0.2)
    assert [send("track", track(str(number)))[0] for number in range(3)] == [200, 200, 429]
    cache.clear()


def test_a_file_that_brings_the_same_events_changes_nothing(send: Send, acme: Tenant, tmp_path: Any) -> None:
    send("track", {**track("Signed In", properties={"plan": "gold", "n": 7}), "messageId": "m1"})
    path = tmp_path / "events.csv"
    path.write_text("event_id,customer,event,occurred_at,plan,n\nm1,ann,Signed In,2024-05-01T10:00:00Z,gold,7\n")
    with use_tenant(acme):
        assert import_file(kind="events", path=path, now=NOW)[1].unchanged == 1
