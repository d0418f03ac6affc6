"""The page of false churn: customers now with their lists, and the measured returns with what is too few."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache

from tenants.people.models import User
from tests.segments.conftest import SignedIn
from tests.segments.world import World

POOLS = ("at_risk", "hibernating", "lost")


@pytest.fixture(autouse=True)
def forget() -> None:
    """Nothing kept from another test, whose run may have had the same id."""
    cache.clear()


def measured(world: World, **groups: list[list[int]]) -> None:
    counts: dict[str, Any] = {
        group: dict(zip(POOLS, groups.get(group, [[0, 0]] * 3), strict=True))
        for group in ("cart", "follow", "community", "any", "none")
    }
    world.run.summary = {"returns": {"days": 30, "moments": ["2026-01-30", "2026-03-01"], "counts": counts}}
    world.run.save()


@pytest.fixture
def shop(world: World) -> World:
    for name, signs in (("ann", "cart,follow"), ("bob", "follow"), ("cleo", "")):
        world.score(world.customer(name), pool="at_risk", false_churn=signs)
    measured(
        world,
        follow=[[200, 100], [150, 45], [20, 2]],
        cart=[[40, 20], [0, 0], [0, 0]],
        any=[[240, 120], [150, 45], [20, 2]],
        none=[[300, 90], [400, 40], [900, 27]],
    )
    return world


def test_every_number_leads_to_its_list(shop: World, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    text = client.get("/false-churn/").content.decode()
    links = re.findall(r'<a[^>]*href="(/customers/\?[^"]+)"[^>]*>([\d,]+)</a>', text)
    assert [int(shown) for _url, shown in links] == [1, 2, 0, 2]
    for url, shown in links:
        assert client.get(url).context["table"].count == int(shown), url


def test_it_says_what_was_measured_and_what_is_too_few(shop: World, max_: User, browser: SignedIn) -> None:
    text = browser(max_).get("/false-churn/").content.decode()
    assert "With a sign of life 40.7% came back within 30 days, without one 9.8%." in text
    assert "too few (40 of 100)" in text and "too few (20 of 100)" in text
    assert "+19 points (+13 to +25)" in text
    assert "at 2 moments from 30 Jan 2026 to 1 Mar 2026" in text


def test_the_overview_and_the_record_say_it_too(shop: World, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    assert "With a sign of life 40.7% came back within 30 days" in client.get("/").content.decode()
    ann, _bob, cleo = shop.customers()
    text = client.get(f"/customers/{ann.public_id}/").content.decode()
    assert "Of 200 like this in the past, 50% came back within 30 days." in text
    assert "like this in the past" not in client.get(f"/customers/{cleo.public_id}/").content.decode()


def test_with_too_few_nothing_is_said(shop: World, max_: User, browser: SignedIn) -> None:
    measured(shop, any=[[9, 3], [0, 0], [0, 0]], none=[[9, 3], [0, 0], [0, 0]])
    text = browser(max_).get("/false-churn/").content.decode()
    assert "How many came back can’t be told yet: too few (9 of 100)." in text
    assert 'data-chart="returns"' not in text


def test_before_it_is_measured_it_says_when_it_will_be(world: World, max_: User, browser: SignedIn) -> None:
    assert "is measured after each score run" in browser(max_).get("/false-churn/").content.decode()


def test_without_scores_it_says_what_to_do(tenant: object, max_: User, browser: SignedIn) -> None:
    assert "False churn is told by the scores." in browser(max_).get("/false-churn/").content.decode()


def test_without_any_sign_it_says_what_to_send(world: World, max_: User, browser: SignedIn) -> None:
    world.score(world.customer("ann"), pool="at_risk")
    measured(world, none=[[300, 90], [400, 40], [900, 27]])
    said = "No cart, favourite or act in the community has come in yet"
    assert said in browser(max_).get("/false-churn/").content.decode()
    world.score(world.customer("bob"), pool="at_risk", false_churn="cart")
    assert said not in browser(max_).get("/false-churn/").content.decode()
