"""The pages of offers and their API."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Offer
from tenants.governance.models import AuditEntry
from tenants.models import Tenant
from tenants.people.models import User
from tests.campaigns.sending.world import NOW, make_campaign, make_offer
from tests.tenants.people.browser import signed_in

TERMS = {
    "name": "Ten off", "name_zh": "立减十元", "value": "10", "minimum_spend": "50", "limit": "100",
    "valid_days": "9", "audience": "new", "stacks": "on",
}  # fmt: skip
API = "/api/v1/offers/"
JSON = "application/json"


@pytest.fixture(autouse=True)
def still(settings: Any) -> None:
    settings.STAY_CLOCK = (NOW + timedelta(hours=1)).isoformat()


def words(client: Client, path: str) -> str:
    """What the page's main part says."""
    text = client.get(path).content.decode()
    main = re.search(r'<main id="content".*?</main>', text, re.DOTALL)
    assert main is not None
    return " ".join(re.sub("<[^>]*>", " ", main.group()).split())


def seen(offer: Offer) -> dict[str, str]:
    return {**TERMS, "seen": offer.updated_at.isoformat()}


def test_an_empty_list_says_what_to_do(max_: User, vera: User) -> None:
    client = signed_in(max_)
    assert "No offer yet" in words(client, "/offers/")
    assert 'href="/offers/new/"' in client.get("/offers/").content.decode()
    assert "New offer" not in words(signed_in(vera), "/offers/")


def test_a_marketer_makes_an_offer_and_finds_it_in_the_list(max_: User, tenant: Tenant) -> None:
    client = signed_in(max_)
    made = client.post("/offers/new/", {"kind": "coupon", "code": "ten", **TERMS})
    assert made.headers["Location"] == "/offers/"
    offer = Offer.objects.get()
    assert (offer.code, offer.value, offer.audience, offer.stacks) == ("ten", Decimal(10), "new", True)
    Offer.objects.update(taken=12)
    make_campaign("Spring", offer=offer)
    row = words(client, "/offers/")
    assert "Ten off Coupon $10.00 $50.00 New customers: no order yet Yes 12 of 100 9 days Spring" in row
    assert f'href="/offers/{offer.public_id}/"' in client.get("/offers/").content.decode()


def test_points_are_numbers_in_the_list(max_: User) -> None:
    client = signed_in(max_)
    given = {**TERMS, "kind": "points", "value": "1200", "limit": "", "minimum_spend": "0"}
    assert client.post("/offers/new/", given | {"value": "1.5"}).status_code == 400
    assert client.post("/offers/new/", given).status_code == 302
    offer = Offer.objects.get()
    assert "Ten off Growth points 1,200 – New customers: no order yet Yes – 9 days –" in words(client, "/offers/")
    assert "its worth is how many of them a customer gets" in words(client, f"/offers/{offer.public_id}/")


def test_the_form_warns_of_running_campaigns_and_changes(max_: User, tenant: Tenant) -> None:
    offer = make_offer("five", taken=3, limit=5)
    path = f"/offers/{offer.public_id}/"
    client = signed_in(max_)
    assert "running campaign" not in words(client, path)
    make_campaign(offer=offer, launched=True)
    shown = words(client, path)
    assert "1 running campaign gives this offer" in shown
    assert "Who holds a new-customer offer gets none for returning customers" in shown
    below = client.post(path, {**seen(offer), "limit": "2"})
    assert below.status_code == 400
    assert "3 codes are reserved or given already. Choose at least 3." in below.content.decode()
    assert client.post(path, {**TERMS, "seen": "2026-99-99T00:00"}).status_code == 409
    assert client.post(path, {**seen(offer), "code": "other", "kind": "letter"}).status_code == 302
    offer.refresh_from_db()
    assert (offer.code, offer.kind, offer.value, offer.limit) == ("five", "coupon", Decimal(10), 100)
    assert list(AuditEntry.objects.filter(action__startswith="offer").values_list("action", flat=True)) == [
        "offer.changed"
    ]


def test_it_is_archived_once_no_campaign_gives_it(max_: User, tenant: Tenant) -> None:
    used, free = make_offer("used"), make_offer("free")
    make_campaign(offer=used)
    client = signed_in(max_)
    answer = client.post(f"/offers/{used.public_id}/archive/", follow=True).content.decode()
    assert "1 campaign gives this offer. Take it out of their steps or stop them first." in answer
    client.post(f"/offers/{free.public_id}/archive/")
    assert list(Offer.objects.filter(archived_at=None)) == [used]
    assert client.get(f"/offers/{free.public_id}/").status_code == 404
    assert client.get(f"{API}{free.public_id}/").status_code == 404


def test_who_may_not_edit_campaigns_only_looks(vera: User, carl: User, sue: User) -> None:
    offer = make_offer("five")
    for person in (vera, carl, sue):
        client = signed_in(person)
        assert "five" in words(client, "/offers/")
        assert f"/offers/{offer.public_id}/" not in client.get("/offers/").content.decode()
        refused = [
            client.get("/offers/new/"),
            client.post("/offers/new/", {"kind": "letter", **TERMS}),
            client.post(f"/offers/{offer.public_id}/", seen(offer)),
            client.post(f"/offers/{offer.public_id}/archive/"),
            client.post(API, TERMS, content_type=JSON),
            client.patch(f"{API}{offer.public_id}/", {"value": "9"}, content_type=JSON),
        ]
        assert [answer.status_code for answer in refused] == [403] * 6
        assert client.get(f"{API}{offer.public_id}/").json()["value"] == "5.00"
    assert Offer.objects.get().updated_at == offer.updated_at


def test_the_pages_are_chinese_throughout(max_: User, tenant: Tenant) -> None:
    User.objects.filter(pk=max_.pk).update(language="zh-hans")
    client = signed_in(max_)
    found = [words(client, path) for path in ("/offers/", "/offers/new/")]
    offer = make_offer("1-5", name_zh="立减", kind="points", has_codes=False)
    make_campaign("回来", offer=offer, launched=True)
    found += [words(client, path) for path in ("/offers/", f"/offers/{offer.public_id}/")]
    assert [re.findall("[A-Za-z]+", text) for text in found] == [[], [], [], []]
    assert "立减 成长值 5 – 不限 否 – 14 天 回来" in found[2]


def test_the_api_makes_reads_and_changes(max_: User) -> None:
    client = signed_in(max_)
    body = {"name": "Ten off", "value": "10", "limit": 4, "audience": "returning"}
    answer = client.post(API, body, content_type=JSON)
    assert answer.status_code == 201
    made = answer.json()
    assert {key: made[key] for key in ("code", "kind", "value", "has_codes", "taken", "stacks", "valid_days")} == {
        "code": "ten-off", "kind": "coupon", "value": "10.00", "has_codes": True, "taken": 0, "stacks": False,
        "valid_days": 14,
    }  # fmt: skip
    path = f"{API}{made['id']}/"
    assert client.get(path).json() == made
    change = {"stacks": True, "code": "other", "kind": "points"}
    changed = client.patch(path, change, content_type=JSON).json()
    assert changed == {**made, "stacks": True, "updated_at": changed["updated_at"]}
    make_offer("gone", archived_at=NOW)
    listed = client.get(API).json()
    assert (listed["results"], listed["next"]) == ([changed], None)


def test_the_api_refuses_what_the_form_refuses(max_: User, tenant: Tenant) -> None:
    client = signed_in(max_)
    offer = make_offer("five", taken=3, limit=5)
    for method, path, body, status, code in (
        ("patch", f"{API}{offer.public_id}/", {"limit": 2}, 422, "offer_limit_below_taken"),
        ("patch", f"{API}{offer.public_id}/", {"audience": "all"}, 400, "invalid"),
        ("patch", f"{API}{offer.public_id}/", {"value": "-1"}, 400, "invalid"),
        ("post", API, {"name": "Again", "code": "five"}, 422, "offer_code_taken"),
        ("post", API, {"name": "P", "kind": "points", "value": "1.5"}, 422, "offer_points_not_whole"),
        ("post", API, {"name": "L", "kind": "letter", "limit": 1}, 422, "offer_without_codes"),
        ("post", API, {"value": "1"}, 400, "invalid"),
    ):
        answer = getattr(client, method)(path, body, content_type=JSON)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert [(row.code, row.limit) for row in Offer.objects.all()] == [("five", 5)]
