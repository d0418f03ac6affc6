"""The pages of segments: what a marketer reads there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retention.segments.models import Segment, SegmentRefresh, SegmentSize
from retention.segments.selectors import members
from retention.segments.services.refresh import refresh_segments
from tenants.people.models import User
from tests.segments.conftest import SignedIn
from tests.segments.world import D, World, at


def quiet_customer(world: World, name: str = "Ann <b>Lee</b>"):  # type: ignore[no-untyped-def]
    someone = world.customer(name[:3], name=name)
    world.order(someone, 42)
    world.score(someone, high_value=True, pool="hibernating", health=55.0, health_band="watch")
    world.settle()
    return someone


def test_the_list_shows_size_change_and_line(world: World, max_: User, browser: SignedIn) -> None:
    quiet_customer(world)
    quiet = Segment.objects.get(code="high_value_quiet")
    SegmentSize.objects.create(segment=quiet, as_of=D - timedelta(days=28), customers=4)
    refresh_segments(as_of=D, now=at(0))
    page = browser(max_).get("/segments/")
    text = page.content.decode()
    assert page.status_code == 200
    assert [c.segment.code for c in page.context["ready"]][:2] == ["high_value_quiet", "high_value_lost"]
    (card,) = [c for c in page.context["ready"] if c.segment.code == "high_value_quiet"]
    assert (card.customers, card.change) == (1, -3)
    assert "High-value customers with no order and no log-in for 30 days or more." in text
    assert "No segment of your own yet" in text


def test_the_list_says_how_long_the_count_took_and_what_changed(world: World, max_: User, browser: SignedIn) -> None:
    quiet_customer(world)
    refresh_segments(as_of=D, now=at(0))
    quiet = Segment.objects.get(code="high_value_quiet")
    SegmentRefresh.objects.filter(segment=quiet).update(took_ms=1234)
    SegmentRefresh.objects.filter(segment__code="high_value_lost").update(problem="It took too long.")
    text = browser(max_).get("/segments/").content.decode()
    assert "1 entered, 0 left, in 1.23 s" in text
    assert "It took too long." in text
    assert "1 entered, 0 left, in 1.23 s" in browser(max_).get("/segments/high_value_quiet/").content.decode()


def test_before_the_first_run_the_list_says_what_it_needs(world: World, max_: User, browser: SignedIn) -> None:
    text = browser(max_).get("/segments/").content.decode()
    assert "Segments are counted after each score run, and none is done yet." in text


def test_a_segment_shows_its_rule_its_reach_and_its_customers(world: World, max_: User, browser: SignedIn) -> None:
    quiet_customer(world)
    refresh_segments(as_of=D, now=at(0))
    page = browser(max_).get("/segments/high_value_quiet/")
    text = page.content.decode()
    assert page.context["reach"].customers == 1
    assert "days with neither order nor log-in is at least 30 days" in text
    assert "Ann &lt;b&gt;Lee&lt;/b&gt;" in text
    assert "Ann <b>" not in text
    assert "Hibernating" in text


def test_the_drawer_says_why(world: World, max_: User, browser: SignedIn) -> None:
    someone = quiet_customer(world)
    page = browser(max_).get(f"/segments/high_value_quiet/why/{someone.public_id}/", headers={"hx-request": "true"})
    text = page.content.decode()
    assert page.templates[0].name == "segments/_why.html"
    assert "42 days" in text
    assert "The rule of “High value, quiet” holds as of" in text
    assert "What the scores say of them" in text


def test_a_page_costs_the_same_with_one_row_and_with_three(
    world: World, max_: User, browser: SignedIn, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = browser(max_)
    counts = []
    for names in (["a-1"], ["b-2", "c-3"]):
        for name in names:
            quiet_customer(world, name)
        refresh_segments(as_of=D, now=at(0))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/segments/high_value_quiet/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_archived_and_unknown_segments_are_not_found(world: World, max_: User, browser: SignedIn) -> None:
    assert browser(max_).get("/segments/nope/").status_code == 404


def test_who_may_not_edit_sees_no_such_buttons_and_is_refused(world: World, vera: User, browser: SignedIn) -> None:
    client = browser(vera)
    assert "New segment" not in client.get("/segments/").content.decode()
    assert client.get("/segments/new/").status_code == 403


def test_a_customer_is_looked_up_and_one_found_is_shown_at_once(world: World, max_: User, browser: SignedIn) -> None:
    someone = quiet_customer(world)
    world.customer("ant", name="Ant <i>Low</i>")
    client, find = browser(max_), "/segments/high_value_quiet/why/"
    answer = client.get(find, {"q": "Lee"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{find}{someone.public_id}/")
    several = client.get(find, {"q": "an"}).content.decode()
    assert f'href="{find}{someone.public_id}/"' in several
    assert "Ant &lt;i&gt;Low&lt;/i&gt;" in several
    assert "Nobody is found by “&lt;script&gt;”." in client.get(find, {"q": "<script>"}).content.decode()
    assert "Write a name" in client.get(find).content.decode()


def test_who_sees_own_accounts_alone_finds_nobody_else(world: World, carl: User, browser: SignedIn) -> None:
    quiet_customer(world)
    User.objects.filter(pk=carl.pk).update(own_accounts_only=True)
    text = browser(User.objects.get(pk=carl.pk)).get("/segments/high_value_quiet/why/", {"q": "Lee"}).content.decode()
    assert "Nobody is found by “Lee”." in text


def test_the_reach_of_a_large_segment_comes_after_its_page(
    world: World, max_: User, browser: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet_customer(world)
    refresh_segments(as_of=D, now=at(0))
    monkeypatch.setattr(members, "FEW", 0)
    client = browser(max_)
    page = client.get("/segments/high_value_quiet/")
    assert (page.status_code, page.context["reach"]) == (200, None)
    assert 'hx-get="/segments/high_value_quiet/reach/"' in page.content.decode()
    part = client.get("/segments/high_value_quiet/reach/", headers={"hx-request": "true"})
    assert part.context["reach"].customers == 1
    assert "stay-kpis" in part.content.decode()
    monkeypatch.undo()
    assert client.get("/segments/high_value_quiet/").context["reach"] == part.context["reach"]
