"""The overview: every number equals its list, and a number under its minimum says so."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from retention.scoring.models import ScoreHistory
from retention.segments.overview.feeds import MissingFeed, missing_feeds
from retention.segments.overview.figures import Ratio, read_overview
from retention.segments.overview.flows import Flow, read_flows
from retention.segments.overview.ledger import read_ledger
from tenants.governance.models import Policy
from tenants.people.models import User
from tests.segments.conftest import SignedIn
from tests.segments.world import D, World, at


def day(before: int) -> date:
    return D - timedelta(days=before)


@pytest.fixture(autouse=True)
def forget() -> None:
    """Nothing kept from another test, whose run may have had the same id."""
    cache.clear()


@pytest.fixture
def shop(world: World) -> World:
    """Two active, one at risk, one hibernating, one lost today, one gone."""
    for name, pool, tier, health, band in [
        ("ann", "active", "key_value", 90.0, "healthy"),
        ("bob", "active", "general_grow", 70.0, "healthy"),
        ("cleo", "at_risk", "key_keep", 55.5, "watch"),
        ("dan", "hibernating", "general_save", 39.9, "risk"),
        ("eve", "lost", "key_save", None, ""),
        ("fay", "gone", "", 0.0, "risk"),
    ]:
        world.score(
            world.customer(name),
            pool=pool,
            tier=tier,
            health=health,
            health_band=band,
            clv=10.0,
            high_value=name in ("ann", "dan", "eve"),
        )
    people = {c.external_id: c for c in world.customers()}
    world.spell(people["ann"], "active", 100, None)
    world.spell(people["bob"], "active", 10, None)
    world.spell(people["cleo"], "active", 100, 20)
    world.spell(people["cleo"], "at_risk", 20, None)
    world.spell(people["dan"], "at_risk", 50, 28)
    world.spell(people["dan"], "hibernating", 28, None)
    world.spell(people["eve"], "hibernating", 60, 0)
    world.spell(people["eve"], "lost", 0, None)
    world.spell(people["fay"], "lost", 300, None)
    ScoreHistory.objects.create(customer=people["fay"], as_of=D, pool="gone")
    world.keep_books()
    least(5, 4, 1)
    return world


def least(silent: int, base: int, entries: int) -> None:
    """Set the minimums of the silent share and of the one-day churn."""
    names = ("trends.silent_share_customers", "trends.daily_churn_base", "overview.churn_entries")
    for name, value in zip(names, (silent, base, entries), strict=True):
        Policy.objects.update_or_create(name=name, defaults={"value": value})


def test_figures(shop: World) -> None:
    overview = read_overview(shop.run)
    assert (overview.as_of, overview.customers) == (D, 6)
    assert {code: count.customers for code, count in overview.counts.pools.items()} == {
        "active": 2, "at_risk": 1, "hibernating": 1, "lost": 1, "gone": 1,
    }  # fmt: skip
    assert overview.counts.pools["active"].value == 20.0
    assert {code: count.customers for code, count in overview.counts.tenths.items()} == {
        "90": 1, "70": 1, "50": 1, "30": 1, "0": 1, "": 1,
    }  # fmt: skip
    assert overview.silent == Ratio(2, 5, 0.4)
    assert overview.high_value_silent == 2
    assert overview.churn == Ratio(1, 5, 0.2)
    assert overview.before == {"active": 2, "at_risk": 0, "hibernating": 2, "lost": 0, "gone": 1}


def test_a_share_of_too_few_is_not_said(shop: World) -> None:
    least(6, 4, 2)
    overview = read_overview(shop.run)
    assert overview.silent == Ratio(2, 5, None, (5, 6))
    assert overview.churn == Ratio(1, 5, None, (1, 2))
    assert {value for _day, value in overview.silent_line} == {None}
    least(6, 6, 0)
    assert read_overview(shop.run).churn == Ratio(1, 5, None, (5, 6))


def test_the_ledger_knows_every_day(shop: World) -> None:
    """The gone of the first run are gone since the rule allowed it: 180 days after they were lost."""
    ledger = read_ledger(D)
    assert [(ledger.pool("lost", day(n)), ledger.pool("gone", day(n))) for n in (301, 300, 121, 120, 1, 0)] == [
        (0, 0), (1, 0), (1, 0), (0, 1), (0, 1), (1, 1),
    ]  # fmt: skip
    assert [(ledger.silent(day(n)), ledger.everybody(day(n))) for n in (29, 28, 10, 0)] == [
        (1, 4), (2, 4), (2, 5), (2, 5),
    ]  # fmt: skip
    assert ledger.entered_lost == {day(0): 1, day(300): 1}


def test_who_comes_back_from_gone_is_gone_no_more(shop: World) -> None:
    fay = next(c for c in shop.customers() if c.external_id == "fay")
    ScoreHistory.objects.update(as_of=day(20))
    ScoreHistory.objects.create(customer=fay, as_of=day(5), pool="active")
    shop.keep_books()
    ledger = read_ledger(D)
    assert [ledger.pool("gone", day(n)) for n in (121, 120, 6, 5, 0)] == [0, 1, 1, 0, 0]


def test_flows_compare_with_twenty_eight_days_before(shop: World) -> None:
    assert {(flow.was, flow.now): flow.customers for flow in read_flows(shop.run)} == {
        ("active", "active"): 1,
        ("none", "active"): 1,
        ("active", "at_risk"): 1,
        ("hibernating", "hibernating"): 1,
        ("hibernating", "lost"): 1,
        ("gone", "gone"): 1,
    }
    assert [Flow("active", "active", 1).moved, Flow("lost", "gone", 1).moved] == [False, True]


def test_every_number_leads_to_its_list(shop: World, max_: User, browser: SignedIn) -> None:
    """Follow each link to a list of customers: it holds as many as the number says."""
    client = browser(max_)
    text = client.get("/").content.decode()
    links = re.findall(r'<a[^>]*href="(/customers/\?[^"]+)"[^>]*>([\d,]+)</a>', text)
    assert len(links) > 20
    for url, shown in {(url, shown) for url, shown in links}:
        assert client.get(url.replace("&amp;", "&")).context["table"].count == int(shown.replace(",", "")), url


def test_the_page_speaks_in_sentences(shop: World, max_: User, browser: SignedIn) -> None:
    text = browser(max_).get("/").content.decode()
    assert "6 customers as of 31 Mar 2026" in text
    assert "3 customers moved and 3 stayed" in text
    assert "5 customers have a health; of 1 too little is known." in text


def test_charts_lead_to_their_pages(shop: World, max_: User, browser: SignedIn) -> None:
    text = browser(max_).get("/").content.decode()
    for url, words in (("/pools/", "Any period"), ("/trends/", "All trends"), ("/tiers/", "Who moved between tiers")):
        assert re.search(f'<a href="{url}"[^>]*>{words}</a>', text), url


def test_without_data_it_says_what_to_do(tenant: object, max_: User, browser: SignedIn) -> None:
    client: Client = browser(max_)
    assert "No data yet" in client.get("/").content.decode()


def test_with_data_and_no_run_it_asks_for_one(world: World, max_: User, browser: SignedIn) -> None:
    world.customer("a")
    world.run.delete()
    assert "Not scored yet" in browser(max_).get("/").content.decode()


def test_a_feed_far_under_its_usual_amount_is_missing(world: World) -> None:
    someone = world.customer("a")
    for week in range(1, 5):
        for _ in range(10):
            world.order(someone, 7 * week)
            world.log_in(someone, 7 * week)
    for _ in range(4):
        world.order(someone, 0)
    for _ in range(3):
        world.log_in(someone, 0)
    assert missing_feeds(D, share=0.4) == [MissingFeed("log_in", 3, 10)]
    assert missing_feeds(D, share=0.5) == [MissingFeed("log_in", 3, 10), MissingFeed("orders", 4, 10)]
    assert missing_feeds(at(1).date(), share=0.4) == []


def test_without_orders_tiers_are_a_sentence(world: World, max_: User, browser: SignedIn) -> None:
    world.score(world.customer("ann"), tier="")
    text = browser(max_).get("/").content.decode()
    assert "Value tiers rest on orders, and nobody here has one yet." in text
    assert 'class="table card-table stay-tiers"' not in text


def test_accounts_alone_show_their_bands_instead_of_empty_pools(world: World, max_: User, browser: SignedIn) -> None:
    world.run.summary = {"account_bands": {"healthy": 3, "watch": 2, "risk": 1, "": 4}, "account_families": {}}
    world.run.save()
    text = browser(max_).get("/").content.decode()
    assert "0 customers and 10 accounts" in text
    assert "6 accounts have a health; of 4 too little is known." in text
    assert "Customers by pool" not in text


def test_the_bands_say_of_how_many_too_little_is_known(shop: World, max_: User, browser: SignedIn) -> None:
    text = browser(max_).get("/").content.decode()
    assert "5 customers have a health; of 1 too little is known." in text
    assert "Health bands of accounts" not in text
