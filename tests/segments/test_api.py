"""Segments over the REST API."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from django.test import Client

from retention.common.ids import uuid7
from retention.customers.enums import Channel
from retention.customers.models import ConsentEntry
from retention.segments.api_rules import EstimateSerializer
from retention.segments.models import Segment
from retention.segments.science.sampling import scale_up
from retention.segments.services.refresh import refresh_segments
from tenants.governance.models import Policy
from tenants.people.models import User
from tests.segments.conftest import SignedIn
from tests.segments.selectors.test_counting import slow  # noqa: F401
from tests.segments.world import D, World, at


@pytest.fixture
def api(world: World, max_: User, browser: SignedIn) -> Client:
    return browser(max_)


def test_segments_are_listed_with_their_size(world: World, api: Client) -> None:
    refresh_segments(as_of=D, now=at(0))
    body = api.get("/api/v1/segments/").json()
    assert [one["code"] for one in body["results"]] == list(
        Segment.objects.order_by("id").values_list("code", flat=True)
    )
    assert {(one["customers"], one["as_of"]) for one in body["results"]} == {(0, "2026-03-31")}
    assert api.get("/api/v1/segments/back_watch/").json() == body["results"][13]


def test_a_segment_is_made_and_counted(world: World, api: Client) -> None:
    world.customer("a", language="en")
    rule = {"field": "language", "op": "eq", "value": "en"}
    answer = api.post("/api/v1/segments/", {"name": "English", "rule": rule}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"], answer.json()["customers"]) == (201, "english", 1)


def test_a_bad_rule_is_a_problem_with_a_mend(world: World, api: Client) -> None:
    answer = api.post("/api/v1/segments/", {"name": "All", "rule": {}}, content_type="application/json")
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert (body["code"], body["detail"]) == ("bad_rule", "The rule is empty.")
    assert Segment.objects.filter(ready=False).count() == 0


def test_members_come_in_pages(world: World, api: Client) -> None:
    for n in range(3):
        someone = world.customer(f"c{n}", language="en")
        world.score(someone, pool="lost", health=10.0)
    rule = {"field": "language", "op": "eq", "value": "en"}
    api.post("/api/v1/segments/", {"name": "English", "rule": rule}, content_type="application/json")
    first = api.get("/api/v1/segments/english/members/?page_size=2").json()
    second = api.get(first["next"]).json()
    rows = [*first["results"], *second["results"]]
    assert [(row["external_id"], row["pool"], row["health"]) for row in rows] == [
        (f"c{n}", "lost", 10.0) for n in range(3)
    ]
    assert second["next"] is None


@pytest.mark.parametrize("part", ["history", "entered", "left"])
def test_the_first_of_all_days_is_answered(world: World, api: Client, part: str) -> None:
    assert api.get(f"/api/v1/segments/back_watch/{part}/?to=0001-01-01").status_code == 200


def test_a_text_that_cannot_be_stored_is_refused_with_a_reason(world: World, api: Client) -> None:
    rule = {"field": "language", "op": "eq", "value": "en"}
    answer = api.post("/api/v1/segments/", {"name": "A\0", "rule": rule}, content_type="application/json")
    assert answer.status_code == 400
    someone = world.customer("a")
    points = {"act": "give", "points": "5", "reason": "So\0", "key": "k1"}
    told = [
        api.get("/segments/back_watch/why/", {"q": "Lee\0"}),
        api.get("/segments/back_watch/", {"q": "Lee\0"}),
        api.get("/segments/back_watch/", {"q": "Lee\0"}, headers={"hx-request": "true"}),
        api.post("/segments/back_watch/freeze/", {"name": "Kept\0"}),
        api.post(f"/customers/{someone.public_id}/points/", points),
    ]
    assert [answer.status_code for answer in told] == [400] * 5
    assert ["The text holds a character that can&#x27;t be stored." in one.content.decode() for one in told] == [
        True
    ] * 5


def test_a_viewer_reads_and_does_not_write(world: World, vera: User, browser: SignedIn) -> None:
    client = browser(vera)
    assert client.get("/api/v1/segments/").status_code == 200
    rule = {"field": "language", "op": "known"}
    answer = client.post("/api/v1/segments/", {"name": "N", "rule": rule}, content_type="application/json")
    assert (answer.status_code, Segment.objects.filter(ready=False).count()) == (403, 0)


ENGLISH = {"field": "language", "op": "eq", "value": "en"}


def send(client: Client, method: str, where: str, **body: object):  # type: ignore[no-untyped-def]
    return client.generic(method, f"/api/v1/segments/{where}", json.dumps(body), content_type="application/json")


def test_a_rule_is_counted_with_its_reach_and_a_sample_and_nothing_is_kept(world: World, api: Client) -> None:
    for n in range(3):
        someone = world.customer(f"c{n}", language="en" if n else "de", email=f"c{n}@example.com")
        world.score(someone, pool="lost")
        ConsentEntry.objects.create(
            customer=someone, channel="email", purpose="marketing", granted=n == 1, source="form",
            occurred_at=at(9), recorded_at=at(9),
        )  # fmt: skip
    answer = send(api, "POST", "count/", rule=ENGLISH).json()
    assert (answer["as_of"], answer["customers"], answer["estimate"]) == (D.isoformat(), 2, None)
    assert {one["channel"]: one["customers"] for one in answer["channels"]}["email"] == 1
    assert [(one["external_id"], one["pool"]) for one in answer["sample"]] == [("c1", "lost"), ("c2", "lost")]
    assert Segment.objects.filter(ready=False).count() == 0


def test_a_bad_rule_says_where_it_is_wrong(world: World, api: Client) -> None:
    answer = send(api, "POST", "count/", rule={"all": [ENGLISH, {"field": "gone", "op": "known"}]})
    assert (answer.status_code, answer.json()["code"], answer.json()["place"]) == (400, "bad_rule", "all[1].field")
    assert send(api, "POST", "count/").json()["errors"] == {"rule": ["This field is required."]}


@pytest.mark.usefixtures("slow")
def test_a_count_that_takes_too_long_is_given_up(world: World, api: Client) -> None:
    """So is the estimate here, whose field takes half a minute for a single customer."""
    Policy.objects.create(name="segments.count_seconds", value=1)
    world.customer("a")
    answer = send(api, "POST", "count/", rule={"field": "slow", "op": "known"})
    body = answer.json()
    assert (answer.status_code, body["customers"], body["channels"], body["sample"]) == (200, None, [], [])
    assert body["estimate"] is None
    about = scale_up(81, 263, 100_000)
    assert EstimateSerializer(about).data == asdict(about)


def test_the_reach_of_a_segment(world: World, api: Client) -> None:
    world.customer("a", language="en")
    world.customer("b", language="de")
    send(api, "POST", "", name="English", rule=ENGLISH)
    answer = api.get("/api/v1/segments/english/reach/").json()
    assert (answer["as_of"], answer["customers"]) == (D.isoformat(), 1)
    assert [one["customers"] for one in answer["channels"]] == [0] * len(Channel)
    Segment.objects.create(code="broken", name="B", rule={"field": "gone"}, created_at=at(1), updated_at=at(1))
    broken = api.get("/api/v1/segments/broken/reach/")
    assert (broken.status_code, broken.json()["code"]) == (400, "bad_rule")
    assert api.get("/api/v1/segments/nothing/reach/").status_code == 404


def test_why_a_customer_is_in_a_segment_or_not(world: World, api: Client) -> None:
    inside, outside = world.customer("a", language="en"), world.customer("b", language="de")
    send(api, "POST", "", name="English", rule={"all": [ENGLISH, {"not": {"field": "name", "op": "known"}}]})
    answer = api.get(f"/api/v1/segments/english/why/{inside.public_id}/").json()
    asks = {"kind": "clause", "asks": "language is “en”", "actual": "en", "parts": []}
    first, second = answer["reason"]["parts"]
    assert (answer["holds"], answer["as_of"], answer["reason"]["kind"]) == (True, D.isoformat(), "all")
    assert first == {**asks, "holds": True}
    assert (second["kind"], second["holds"], second["parts"][0]["holds"]) == ("not", True, False)
    answer = api.get(f"/api/v1/segments/english/why/{outside.public_id}/").json()
    assert (answer["holds"], answer["reason"]["parts"][0]) == (False, {**asks, "actual": "de", "holds": False})
    assert api.get(f"/api/v1/segments/english/why/{uuid7()}/").status_code == 404


def test_a_segment_is_changed_in_part_and_counted(world: World, api: Client) -> None:
    world.customer("a", language="de")
    send(api, "POST", "", name="English", rule=ENGLISH, description="Who reads English")
    answer = send(api, "PATCH", "english/", name="Speakers", rule={**ENGLISH, "value": "de"})
    body = answer.json()
    assert (answer.status_code, body["code"], body["customers"]) == (200, "english", 1)
    kept = Segment.objects.get(code="english")
    assert (kept.name, kept.description, kept.rule) == ("Speakers", "Who reads English", {**ENGLISH, "value": "de"})
    refused = send(api, "PATCH", "english/", rule={})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_rule")
    ready = send(api, "PATCH", "back_watch/", name="Mine")
    assert (ready.status_code, ready.json()["code"]) == (400, "segment_is_ready")


def test_a_segment_is_archived_unless_something_uses_it(world: World, api: Client) -> None:
    inside = {"field": "in_segment", "op": "is", "value": True, "params": {"segment": "english"}}
    send(api, "POST", "", name="English", rule=ENGLISH)
    send(api, "POST", "", name="Asks", rule={"all": [inside]})
    refused = send(api, "DELETE", "english/")
    assert (refused.status_code, refused.json()["code"]) == (400, "segment_is_used")
    assert [send(api, "DELETE", f"{code}/").status_code for code in ("asks", "english", "english")] == [204, 204, 404]
    assert set(Segment.objects.filter(ready=False).values_list("archived_at", flat=True)) != {None}


def test_a_viewer_changes_archives_and_counts_nothing(world: World, vera: User, browser: SignedIn) -> None:
    Segment.objects.create(code="own", name="O", rule=ENGLISH, created_at=at(1), updated_at=at(1))
    client = browser(vera)
    told = [
        send(client, "PATCH", "own/", name="X"),
        send(client, "DELETE", "own/"),
        send(client, "POST", "count/", rule=ENGLISH),
    ]
    assert [answer.status_code for answer in told] == [403] * 3
    own = Segment.objects.get(code="own")
    assert (own.name, own.archived_at) == ("O", None)
