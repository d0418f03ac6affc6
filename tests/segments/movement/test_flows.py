"""Flows over any period: the page, its lists and the API say the same, and refuse what can't be compared."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache

from retention.scoring.models import CustomerScore, PoolSpell, ScoreHistory
from retention.segments.movement.flows import pool_movement
from retention.segments.movement.lists import MOVED, read, value_of
from retention.segments.movement.period import Period, PeriodForm, usual_periods
from tenants.people.models import User
from tests.segments.conftest import SignedIn
from tests.segments.world import D, World


def day(before: int) -> date:
    return D - timedelta(days=before)


@pytest.fixture(autouse=True)
def forget() -> None:
    """Nothing kept from another test, whose run may have had the same id."""
    cache.clear()


@pytest.fixture
def shop(world: World) -> World:
    """Ann stayed, Bob is new, Cleo fell silent, Dan was lost and came back, Eve was lost, Fay is gone."""
    people = {name: world.customer(name) for name in ("ann", "bob", "cleo", "dan", "eve", "fay")}
    for name, pool in zip(people, ("active", "active", "at_risk", "active", "lost", "gone"), strict=True):
        world.score(people[name], pool=pool, clv=10.0)
    world.spell(people["ann"], "active", 400, None)
    world.spell(people["bob"], "active", 10, None)
    world.spell(people["cleo"], "active", 100, 20)
    world.spell(people["cleo"], "at_risk", 20, None)
    world.spell(people["dan"], "lost", 200, 5)
    world.spell(people["dan"], "active", 5, None)
    PoolSpell.objects.filter(entered_on=day(5)).update(reason="order")
    world.spell(people["eve"], "hibernating", 300, 12)
    world.spell(people["eve"], "lost", 12, None)
    world.spell(people["fay"], "lost", 390, None)
    ScoreHistory.objects.create(customer=people["fay"], as_of=day(60), pool="lost")
    ScoreHistory.objects.create(customer=people["fay"], as_of=day(15), pool="gone")
    world.keep_books()
    return world


def test_a_movement_sums_to_the_pools(shop: World) -> None:
    movement = pool_movement(shop.run, Period(day(28), D))
    assert {(flow.before, flow.after): (flow.customers, flow.value) for flow in movement.flows} == {
        ("active", "active"): (1, 10.0),
        ("", "active"): (1, 10.0),
        ("active", "at_risk"): (1, 10.0),
        ("lost", "active"): (1, 10.0),
        ("hibernating", "lost"): (1, 10.0),
        ("lost", "gone"): (1, 10.0),
    }
    assert (movement.moved, movement.stayed, movement.new) == (4, 1, 1)
    ends = {str(one.pool): (one.before, one.after, one.came, one.went, one.value) for one in movement.pools}
    assert ends == {
        "active": (2, 3, 2, 1, 30.0),
        "at_risk": (0, 1, 1, 0, 10.0),
        "hibernating": (1, 0, 0, 1, 0),
        "lost": (2, 1, 1, 2, 10.0),
        "gone": (0, 1, 1, 0, 10.0),
    }


def test_every_number_of_the_page_leads_to_its_list(shop: World, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    for query in ("", "?from=2025-03-20&to=2026-03-15", f"?from={day(16)}&to={day(1)}"):
        text = client.get(f"/pools/{query}").content.decode()
        links = re.findall(r'<a[^>]*href="(/customers/\?[^"]+)"[^>]*>([\d,]+)</a>', text)
        assert len(links) > 10
        for url, shown in set(links):
            listed = client.get(url.replace("&amp;", "&"))
            assert listed.context["table"].count == int(shown), url


def test_the_list_says_whom_it_shows(shop: World, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    moved = client.get(f"/customers/?moved={value_of(day(28), D, 'lost', 'active')}").content.decode()
    assert "“Lost” on 3 Mar 2026, “Active” on 31 Mar 2026" in moved
    back = client.get(f"/customers/?entries={value_of(day(28), D, 'lost', 'active', 'order')}")
    assert "Active, after 3 Mar 2026, up to 31 Mar 2026, from “Lost”, Bought again" in back.content.decode()
    assert [row.external_id for row in back.context["table"].page.rows] == ["dan"]


def test_a_value_that_is_none_narrows_nothing(shop: World, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    for value in ("nonsense", "2026-03-01~2026-03-31~lost", "2026-03-01~2026-03-31~lost~'; DROP", "2026-13-01~x~~"):
        assert (
            client.get("/customers/", {"moved": value, "entries": value, "tiers": value}).context["table"].count == 6
        )
    assert read("2026-03-01~2026-03-31~lost~active", ("lost",), ("lost",)) is None
    assert MOVED.words is not None and MOVED.words("2026-03-01~2026-03-31~~") == "1 Mar 2026 – 31 Mar 2026"


def test_the_page_speaks_in_sentences(shop: World, max_: User, browser: SignedIn) -> None:
    text = browser(max_).get("/pools/").content.decode()
    assert "4 customers moved, 1 are where they were, and 1 are new." in text
    assert "The rule for “gone for good”" in text
    assert "Kept silent" in text and "Bought again" in text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"from": "2026-03-31", "to": "2026-03-31"}, "The first day must come before the second."),
        ({"from": "2024-03-31"}, "Nothing is known of before 24 Feb 2025."),
        ({"to": "2026-04-01"}, "The latest scores are as of 31 Mar 2026."),
        ({"from": "soon"}, "Enter a valid date."),
    ],
)
def test_what_cannot_be_compared_is_refused(
    shop: World, max_: User, browser: SignedIn, asked: dict[str, str], said: str
) -> None:
    text = browser(max_).get("/pools/", asked).content.decode()
    assert said in text and 'data-chart="flows"' not in text


def test_without_scores_it_says_what_to_do(tenant: object, max_: User, browser: SignedIn) -> None:
    assert "Flows need scores and at least two days" in browser(max_).get("/pools/").content.decode()


def test_usual_periods_lie_within_what_is_known() -> None:
    assert [query for _label, query in usual_periods(earliest=day(30), latest=D)] == [
        "from=2026-03-24&to=2026-03-31",
        "from=2026-03-03&to=2026-03-31",
    ]
    assert PeriodForm({}, earliest=day(9), latest=D).period == Period(day(9), D)


def test_the_api_tells_the_same(shop: World, max_: User, browser: SignedIn) -> None:
    told = browser(max_).get("/api/v1/pools/flows/", {"from": day(28), "to": D}).json()
    assert (told["first"], told["last"]) == ("2026-03-03", "2026-03-31")
    assert {row["pool"]: (row["before"], row["after"]) for row in told["pools"]} == {
        "active": (2, 3), "at_risk": (0, 1), "hibernating": (1, 0), "lost": (2, 1), "gone": (0, 1),
    }  # fmt: skip
    assert sum(row["customers"] for row in told["flows"]) == 6
    assert {"came_from": "lost", "pool": "active", "reason": "order", "customers": 1, "times": 1} in told["entries"]
    refused = browser(max_).get("/api/v1/pools/flows/", {"from": D, "to": D})
    assert refused.status_code == 400


def test_where_no_value_is_known_none_is_told(shop: World, max_: User, browser: SignedIn) -> None:
    assert "Nobody's is known now" not in browser(max_).get("/pools/").content.decode().replace("&#x27;", "'")
    CustomerScore.objects.update(clv=None)
    cache.clear()
    page = browser(max_).get("/pools/")
    assert {row["value"] for row in page.context["pools"]} == {None}
    assert "Nobody's is known now" in page.content.decode().replace("&#x27;", "'")
