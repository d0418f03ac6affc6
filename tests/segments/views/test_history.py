"""The pages and the API of a segment's past, and of what it shares with another."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from retention.customers.models import Customer
from retention.scoring.selectors.mean_words import tell_mean_change
from retention.scoring.services.mean_change import mean_change_of_customers
from retention.segments.models import Segment, SegmentSnapshot
from retention.segments.services.refresh import refresh_segment, refresh_segments
from tenants.governance.models import AuditEntry
from tenants.governance.services.policies import set_policy
from tenants.people.models import User
from tests.segments.conftest import SignedIn
from tests.segments.services.test_refresh import day, speak
from tests.segments.world import World, at

RULE = {"field": "language", "op": "eq", "value": "en"}
PERIOD = f"from={day(-1)}&to={day(0)}"


@pytest.fixture
def client(world: World, max_: User, browser: SignedIn) -> Client:
    """Ann and Bob were in the day before D; Bob and Cleo are in on D."""
    segment = Segment.objects.create(code="speakers", name="Speakers", rule=RULE, created_at=at(0), updated_at=at(0))
    for name in ("Ann", "Bob", "Cleo"):
        world.customer(name.lower(), name=name)
    for n, names in ((-1, ("ann", "bob")), (0, ("bob", "cleo"))):
        speak(*names)
        refresh_segment(segment, as_of=day(n), now=at(0))
    return browser(max_)


def test_the_page_shows_who_entered_and_who_left_with_why(client: Client) -> None:
    page = client.get(f"/segments/speakers/history/?{PERIOD}")
    text = page.content.decode()
    assert page.context["ways"] == [("entered", 1), ("left", 1)]
    assert [row.external_id for row in page.context["table"].page.rows] == ["cleo"]
    assert "2 customers on 30 Mar 2026, 2 on 31 Mar 2026." in text
    assert "1 entered and 1 left between 30 Mar 2026 and 31 Mar 2026." in text
    left = client.get(f"/segments/speakers/history/?{PERIOD}&show=left")
    assert [row.external_id for row in left.context["table"].page.rows] == ["ann"]
    assert "Why is Ann in?" in left.content.decode()


def test_a_period_before_the_first_count_is_said_and_one_that_runs_backwards_is_mended(client: Client) -> None:
    text = client.get(f"/segments/speakers/history/?from={day(-40)}&to={day(0)}").content.decode()
    assert "This segment is counted since 30 Mar 2026" in text
    page = client.get(f"/segments/speakers/history/?from={day(0)}&to={day(-5)}")
    assert "Choose a first day that is not after the last one." in page.content.decode()
    assert (page.context["history"].since, page.context["history"].until) == (day(-28), day(0))


def test_those_who_left_are_taken_as_a_file(client: Client) -> None:
    answer = client.post("/segments/speakers/history/export/", {"show": "left", "from": day(-1), "to": day(0)})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [row[0] for row in rows] == ["external_id", "ann"]
    entry = AuditEntry.objects.get(action="segment.export")
    assert entry.detail == {"customers": 1, "as_of": "2026-03-31", "way": "left", "since": "2026-03-30"}


def test_a_snapshot_is_frozen_read_taken_and_removed(client: Client) -> None:
    answer = client.post("/segments/speakers/freeze/", {"name": "Spring"})
    snapshot = SegmentSnapshot.objects.get()
    address = f"/segments/speakers/snapshots/{snapshot.public_id}/"
    assert answer["Location"] == address
    speak("ann")
    Customer.objects.filter(external_id="cleo").update(erased_at=at(0))
    page = client.get(address)
    assert [row.external_id for row in page.context["table"].page.rows] == ["bob"]
    assert "2 customers were in as of 31 Mar 2026." in page.content.decode()
    rows = list(
        csv.reader(io.StringIO(b"".join(client.post(f"{address}export/").streaming_content).decode("utf-8-sig")))
    )  # type: ignore[attr-defined]
    assert [row[0] for row in rows] == ["external_id", "bob"]
    assert "Spring" in client.get("/segments/speakers/history/").content.decode()
    client.post(f"{address}remove/")
    assert SegmentSnapshot.objects.count() == 0
    refused = client.post("/segments/speakers/freeze/", {"name": " "}, follow=True)
    assert "A snapshot needs a name." in refused.content.decode()


def test_a_snapshot_is_found_under_its_own_segment_alone(client: Client) -> None:
    client.post("/segments/speakers/freeze/", {"name": "Spring"})
    snapshot = SegmentSnapshot.objects.get()
    assert client.get(f"/segments/back_watch/snapshots/{snapshot.public_id}/").status_code == 404


def test_two_segments_are_laid_over_each_other(world: World, client: Client) -> None:
    Segment.objects.create(
        code="named", name="Named", rule={"field": "name", "op": "in", "value": ["Ann", "Bob"]}, created_at=at(0),
        updated_at=at(0),
    )  # fmt: skip
    refresh_segments(as_of=day(0), now=at(0))
    page = client.get("/segments/speakers/overlap/?with=named&part=other")
    assert page.context["parts"] == [
        ("both", "In both", 1),
        ("one", "Only in “Speakers”", 1),
        ("other", "Only in “Named”", 1),
    ]
    assert [row.external_id for row in page.context["table"].page.rows] == ["ann"]
    assert "1 are in both: 50.0% of the smaller one, 33.3% of all who are in either." in page.content.decode()
    empty = client.get("/segments/speakers/overlap/?with=back_watch").content.decode()
    assert "One of the two is empty: they share nobody." in empty
    assert client.get("/segments/speakers/overlap/").context["others"].count() == 16
    body = client.get("/api/v1/segments/speakers/overlap/named/").json()
    assert body == {"both": 1, "only_one": 1, "only_other": 1, "share_of_smaller": 0.5, "share_of_all": 1 / 3}


def test_the_api_tells_the_past(client: Client) -> None:
    body = client.get(f"/api/v1/segments/speakers/history/?{PERIOD}").json()
    assert body == {
        "since": "2026-03-30", "until": "2026-03-31", "known_from": "2026-03-30", "entered": 1, "left": 1,
        "sizes": [{"as_of": "2026-03-30", "customers": 2}, {"as_of": "2026-03-31", "customers": 2}],
    }  # fmt: skip
    found = {
        way: [one["external_id"] for one in client.get(f"/api/v1/segments/speakers/{way}/?{PERIOD}").json()["results"]]
        for way in ("entered", "left")
    }
    assert found == {"entered": ["cleo"], "left": ["ann"]}
    wrong = client.get(f"/api/v1/segments/speakers/history/?from={day(0)}&to={day(-1)}")
    assert (wrong.status_code, wrong["Content-Type"]) == (400, "application/problem+json")


def test_the_api_freezes_and_lists(client: Client) -> None:
    made = client.post("/api/v1/segments/speakers/snapshots/", {"name": "Spring"}, content_type="application/json")
    body = made.json()
    assert (made.status_code, body["name"], body["customers"], body["as_of"], body["rule"]) == (
        201, "Spring", 2, "2026-03-31", RULE,
    )  # fmt: skip
    assert client.get("/api/v1/segments/speakers/snapshots/").json()["results"] == [body]
    held = client.get(f"/api/v1/segments/speakers/snapshots/{body['id']}/members/").json()["results"]
    assert [one["external_id"] for one in held] == ["bob", "cleo"]


def test_the_mean_health_is_of_those_who_are_in_it(world: World, client: Client, ada: User) -> None:
    set_policy(name="health.minimum_weight", value=5, actor=ada, now=at(90))
    people = {customer.external_id: customer for customer in world.customers()}
    for name, scores in (("ann", (9, 0)), ("bob", (9, 8)), ("cleo", (9, 5))):
        for days_before, score in zip((20, 2), scores, strict=True):
            world.event(people[name], "nps_answered", at(days_before), score=score)
    world.settle()
    page = client.get(f"/segments/speakers/health/?first={day(-10)}&last={day(-1)}")
    found = [mean_change_of_customers([people[name].pk for name in names], day(-10), day(-1), "UTC")
             for names in (("bob", "cleo"), ("ann", "bob", "cleo"))]  # fmt: skip
    assert found[0].now != found[1].now
    assert page.context["told"].sentences[0] == tell_mean_change(found[0]).sentences[0]
    assert "Over 2 customers mean health fell from" in page.content.decode()
