"""Movement between value tiers: from the trail of the runs, with what was paid, and each cell leads to its list."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.cache import cache

from retention.customers.models import Customer, Membership
from retention.scoring.models import ScoreHistory
from retention.scoring.selectors.tiers import first_day_with_tiers, tier_moves
from retention.segments.movement.lists import value_of
from retention.segments.movement.period import Period
from retention.segments.movement.tiers import tier_movement
from tenants.models import Tenant
from tenants.people.models import User
from tests.scoring.loading import load_orders, score
from tests.scoring.rhythms import day as rhythm_day
from tests.scoring.rhythms import orders
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
    """Ann stayed, Bob rose, Cleo fell, Dan got his first tier, Eve lost hers, Fay never had one, Gus is merged."""
    trails = {
        "ann": [(60, "key_value")],
        "bob": [(60, "general_grow"), (20, "key_keep"), (10, "key_value")],
        "cleo": [(60, "key_save"), (5, "general_save")],
        "dan": [(60, ""), (30, ""), (1, "general_grow")],
        "eve": [(60, "general_save"), (3, "")],
        "fay": [(60, "")],
        "gus": [(60, "key_value")],
    }
    for name, trail in trails.items():
        customer = world.customer(name)
        world.score(customer, tier=trail[-1][1])
        for before, tier in trail:
            ScoreHistory.objects.create(customer=customer, as_of=day(before), tier=tier)
        for when in (61, 30, 29, 0):  # the last two lie in the four weeks and a day
            world.order(customer, when, "7")
        world.order(customer, 2, "100", status="pending")
    Customer.objects.filter(external_id="gus").update(merged_into=Customer.objects.get(external_id="ann"))
    return world


def test_moves_with_what_was_paid_in_between(shop: World) -> None:
    assert {(m.before, m.after): (m.customers, m.revenue) for m in tier_moves(day(30), D)} == {
        ("key_value", "key_value"): (1, 14.0),
        ("general_grow", "key_value"): (1, 14.0),
        ("key_save", "general_save"): (1, 14.0),
        ("", "general_grow"): (1, 14.0),
        ("general_save", ""): (1, 14.0),
    }
    assert {(m.before, m.after) for m in tier_moves(day(30), day(15))} >= {("general_grow", "key_keep")}
    assert first_day_with_tiers() == day(60)


def test_fees_count_on_the_days_that_they_pay_for(shop: World) -> None:
    """Of 60 days at 1 a day, twenty before the first day and ten after the last are left out."""
    bob = Customer.objects.get(external_id="bob")
    Membership.objects.create(
        customer=bob, level="plus", since=day(50), ends_on=day(-9), amount="60", recorded_at=at(50)
    )
    moved = {(m.before, m.after): m.revenue for m in tier_moves(day(30), D)}
    assert moved["general_grow", "key_value"] == 14.0 + 30.0
    assert moved["key_value", "key_value"] == 14.0
    assert {m.revenue for m in tier_moves(day(30), day(15)) if m.after == "key_keep"} == {7.0 + 15.0}


def test_the_sums_of_a_movement(shop: World) -> None:
    movement = tier_movement(shop.run, Period(day(30), D))
    assert (movement.moved, movement.stayed, movement.risen, movement.fallen) == (2, 1, 1, 1)


def test_every_cell_leads_to_its_list(shop: World, max_: User, browser: SignedIn) -> None:
    client = browser(max_)
    for query in (f"?from={day(30)}&to={D}", f"?from={day(30)}&to={day(15)}"):
        text = client.get(f"/tiers/{query}").content.decode()
        links = re.findall(r'<a[^>]*href="(/customers/\?[^"]+)"[^>]*>([\d,]+)</a>', text)
        assert len(links) >= 5
        for url, shown in set(links):
            assert client.get(url.replace("&amp;", "&")).context["table"].count == int(shown), url


def test_the_page_speaks_in_sentences_and_leads_to_high_value(shop: World, max_: User, browser: SignedIn) -> None:
    text = browser(max_).get(f"/tiers/?from={day(30)}").content.decode()
    assert "2 customers changed tier and 1 kept theirs; 1 became key customers, and 1 are none any more." in text
    assert "/customers/?segment=high_value_quiet" in text and "/customers/?segment=high_value_lost" in text


def test_the_list_says_whom_it_shows(shop: World, max_: User, browser: SignedIn) -> None:
    listed = browser(max_).get("/customers/", {"tiers": value_of(day(30), D, "none", "general_grow")})
    assert "“No tier” on 1 Mar 2026, “General, grow” on 31 Mar 2026" in listed.content.decode()
    assert [row.external_id for row in listed.context["table"].page.rows] == ["dan"]


def test_with_one_run_there_is_nothing_to_compare(world: World, max_: User, browser: SignedIn) -> None:
    ScoreHistory.objects.create(customer=world.customer("ann"), as_of=D, tier="key_value")
    assert "Tiers are compared between the days of two score runs" in browser(max_).get("/tiers/").content.decode()


def test_first_tiers_alone_make_a_matrix_and_no_picture(world: World, max_: User, browser: SignedIn) -> None:
    ann = world.customer("ann")
    ScoreHistory.objects.create(customer=ann, as_of=day(60), tier="")
    ScoreHistory.objects.create(customer=ann, as_of=day(1), tier="key_value")
    text = browser(max_).get("/tiers/").content.decode()
    assert 'id="matrix-title"' in text and 'data-chart="tiers"' not in text


def test_the_api_tells_the_same(shop: World, max_: User, browser: SignedIn) -> None:
    told = browser(max_).get("/api/v1/tiers/moves/", {"from": day(30), "to": D}).json()
    assert (told["first"], told["last"]) == (day(30).isoformat(), D.isoformat())
    assert {"before": "general_grow", "after": "key_value", "customers": 1, "revenue": 14.0} in told["moves"]
    assert sum(move["customers"] for move in told["moves"]) == 5
    assert browser(max_).get("/api/v1/tiers/moves/", {"from": D, "to": D}).status_code == 400


def test_after_real_runs_both_ends_are_the_tiers_of_their_runs(tenant: Tenant) -> None:
    load_orders(orders(60, 0, 120, seed=31))
    before = score(rhythm_day(120))
    load_orders(orders(70, 120, 200, seed=32))
    after = score(rhythm_day(200))
    first, last = Counter[str](), Counter[str]()
    for move in tier_moves(before.as_of, after.as_of):
        first[move.before] += move.customers
        last[move.after] += move.customers
    assert {t: first[t] for t in first if t} == {t: n for t, n in before.summary["tiers"].items() if n and t}
    assert {t: last[t] for t in last if t} == {t: n for t, n in after.summary["tiers"].items() if n and t}
