"""Segments over the REST API."""

from __future__ import annotations

import pytest
from django.test import Client

from retention.segments.models import Segment
from retention.segments.services.refresh import refresh_segments
from tenants.people.models import User
from tests.segments.conftest import SignedIn
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
