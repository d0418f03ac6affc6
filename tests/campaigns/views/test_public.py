"""What a customer opens from a message: the link is the right, a GET changes nothing, a POST acts at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from campaigns.links import link_to, path_of
from campaigns.selectors.preferences import Choices, choices_of
from retention.common import clock
from retention.customers.models import ConsentEntry, Customer, Event, Preference
from tenants.context import use_tenant
from tenants.models import Tenant
from tests.customers.facts import make_customer

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_hits() -> None:
    cache.clear()


@pytest.fixture
def lin(tenant: Tenant) -> Customer:
    who = make_customer("lin", NOW, name="Lin", email="lin@example.com", phone="+8613800000000", language="zh-CN")
    for channel in ("email", "sms"):
        consent(who, channel, True)
    return who


def consent(who: Customer, channel: str, granted: bool) -> None:
    ConsentEntry.objects.create(customer=who, channel=channel, purpose="marketing", granted=granted,
                                source="sign-up", occurred_at=NOW, recorded_at=NOW)  # fmt: skip


def visitor(**kwargs: Any) -> Client:
    return Client(headers={"host": "acme.localhost"}, **kwargs)


def marketing(who: Customer) -> list[tuple[str, bool, str]]:
    rows = ConsentEntry.objects.filter(customer=who).order_by("id")
    return [(row.channel, row.granted, row.source) for row in rows]


SIGNED_UP = [("email", True, "sign-up"), ("sms", True, "sign-up")]


def test_one_click_turns_the_channel_off_without_log_in_or_token(lin: Customer) -> None:
    path = path_of("unsubscribe", lin.public_id, channel="email", message="m-1")
    client = visitor(enforce_csrf_checks=True)
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "您不会再收到" in answer.content.decode()) == (200, True)
    assert marketing(lin) == [*SIGNED_UP, ("email", False, "unsubscribe link")]
    fact = Event.objects.get(customer=lin)
    assert (fact.name, fact.properties) == (
        "messages_refused",
        {"channel": "email", "channels": "email", "message_id": "m-1"},
    )
    assert visitor().post(path).status_code == 200
    assert Event.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("door", ["unsubscribe", "preferences", "why"])
def test_looking_changes_nothing(lin: Customer, method: str, door: Any) -> None:
    answer = getattr(visitor(), method)(path_of(door, lin.public_id, channel="email"))
    assert (answer.status_code, answer.headers["Content-Language"]) == (200, "zh-hans")
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert (marketing(lin), Event.objects.count(), Preference.objects.count()) == (SIGNED_UP, 0, 0)


def test_a_link_is_worth_nothing_elsewhere(lin: Customer, rival: Tenant) -> None:
    with use_tenant(rival):
        make_customer("twin", NOW, public_id=lin.public_id, name="Twin")
    path = path_of("unsubscribe", lin.public_id, channel="email")
    other = Client(headers={"host": "rival.localhost"})
    assert other.post(path).status_code == 404
    assert visitor().post(path.replace("/u/", "/p/")).status_code == 404
    assert visitor().get(path.replace("/u/", "/why/")).status_code == 404
    assert visitor().post(path[:-3] + "xx/").status_code == 404
    assert marketing(lin) == SIGNED_UP
    with use_tenant(rival):
        assert (ConsentEntry.objects.count(), Event.objects.count()) == (0, 0)


def test_an_erased_person_s_link_leads_nowhere(lin: Customer) -> None:
    path = path_of("preferences", lin.public_id)
    Customer.objects.filter(pk=lin.pk).update(erased_at=NOW)
    assert visitor().get(path).status_code == 404


def test_a_merged_person_s_link_acts_for_who_stays(lin: Customer) -> None:
    gone = make_customer("gone", NOW, merged_into=lin)
    visitor().post(path_of("unsubscribe", gone.public_id, channel="sms"))
    assert marketing(lin) == [*SIGNED_UP, ("sms", False, "unsubscribe link")]


CHOSEN = {"promotions": "on", "frequency": "weekly", "contents": ["offers"], "channels": ["email"]}


def test_choosing_writes_preference_consent_and_fact(lin: Customer) -> None:
    path = path_of("preferences", lin.public_id, channel="email")
    assert visitor().post(path, CHOSEN).status_code == 302
    kept = Preference.objects.get(customer=lin)
    assert (kept.personalised, kept.content_types, kept.channels, kept.frequency) == (
        True, ["offers"], ["email"], "weekly",
    )  # fmt: skip
    assert marketing(lin) == [*SIGNED_UP, ("sms", False, "preference page"), ("call", False, "preference page")]
    assert Event.objects.get().properties["channels"] == "call,sms"
    visitor().post(path, CHOSEN | {"channels": ["email", "sms"]})
    assert marketing(lin)[-1] == ("sms", True, "preference page")
    assert choices_of(lin) == Choices(True, ("offers",), ("email", "sms"), "weekly", ("email", "sms", "call"))


@pytest.mark.parametrize("change", [{"promotions": "off"}, {"contents": []}, {"channels": []}])
def test_off_is_off_as_a_whole(lin: Customer, change: dict[str, Any]) -> None:
    visitor().post(path_of("preferences", lin.public_id), CHOSEN | change)
    assert Preference.objects.get().personalised is False
    assert [row for row in marketing(lin) if row[2] == "preference page"] == [
        (channel, False, "preference page") for channel in ("email", "sms", "call")
    ]


def test_the_page_speaks_the_customer_s_language_unless_they_choose(lin: Customer) -> None:
    path = path_of("preferences", lin.public_id)
    client = visitor()
    assert "您希望收到什么" in client.get(path, headers={"accept-language": "en"}).content.decode()
    client.cookies["django_language"] = "en"
    assert "What would you like to get from us?" in client.get(path).content.decode()


def test_too_often_is_refused_and_says_when_to_come_back(lin: Customer) -> None:
    path = path_of("preferences", lin.public_id)
    client = visitor()
    codes = [client.get(path).status_code for _ in range(31)]
    assert (codes.count(200), codes[-1]) == (30, 429)
    assert client.get(path).headers["Retry-After"] == "60"
    assert visitor().post(path_of("unsubscribe", lin.public_id)).status_code == 200


def test_the_link_is_on_the_tenant_s_own_host(lin: Customer) -> None:
    assert link_to("why", lin.public_id).split("/")[2].split(":")[0] == "acme.localhost"


def test_the_act_takes_no_second(lin: Customer) -> None:
    began = clock.now()
    visitor().post(path_of("unsubscribe", lin.public_id, channel="email"))
    assert (clock.now() - began).total_seconds() < 1
