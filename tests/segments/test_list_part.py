"""The list of customers by pool, tier, health, past pool and segment; the segments on a customer's record."""

from __future__ import annotations

import pytest
from django.test import Client

from retention.segments.services.refresh import refresh_segments
from tenants.people.models import User
from tests.segments.conftest import SignedIn
from tests.segments.world import World, at


@pytest.fixture
def client(world: World, max_: User, browser: SignedIn) -> Client:
    """ann was active and is lost since 5 days, bob hibernates since 40, cleo is new, dan has no score."""
    ann, bob, cleo = (world.customer(name, name=name) for name in ("ann", "bob", "cleo"))
    world.customer("dan", name="dan")
    world.score(ann, pool="lost", tier="key_save", health=5.0, health_band="risk", high_value=True)
    world.score(bob, pool="hibernating", tier="general_save", health=9.99, health_band="risk", false_churn="cart")
    world.score(cleo, pool="active", stage="new", tier="key_grow", health=100.0, health_band="healthy")
    world.spell(ann, "active", 60, 5)
    world.spell(ann, "lost", 5, None)
    world.spell(bob, "active", 90, 40)
    world.spell(bob, "hibernating", 40, None)
    world.spell(cleo, "active", 3, None)
    refresh_segments(as_of=world.run.as_of, now=at(0))
    return browser(max_)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["ann", "bob", "cleo", "dan"]),
        ("pool=lost", ["ann"]),
        ("pool=silent", ["ann", "bob"]),
        ("pool=lost&was=active", ["ann"]),
        ("pool=hibernating&was=active", []),
        ("was=hibernating", ["bob"]),
        ("was=none", ["cleo", "dan"]),
        ("pool=lost&entered=7", ["ann"]),
        ("entered=1", []),
        ("stage=new", ["cleo"]),
        ("tier=key_save", ["ann"]),
        ("band=risk", ["ann", "bob"]),
        ("health=0", ["ann", "bob"]),
        ("health=90", ["cleo"]),
        ("false=yes", ["bob"]),
        ("segment=high_value_lost", ["ann"]),
        ("pool=nonsense", ["ann", "bob", "cleo", "dan"]),
    ],
)
def test_a_filter_leads_to_exactly_these(client: Client, query: str, expected: list[str]) -> None:
    table = client.get(f"/customers/?sort=name&{query}").context["table"]
    assert [customer.external_id for customer in table.page.rows] == expected


def test_scores_stand_in_the_list(client: Client) -> None:
    text = client.get("/customers/?pool=lost").content.decode()
    assert all(word in text for word in ("Lost", "Key, save", "Risk"))


def test_the_record_names_the_segments(client: Client, world: World) -> None:
    from retention.customers.models import Customer

    ann = Customer.objects.get(external_id="ann")
    text = client.get(f"/customers/{ann.public_id}/").content.decode()
    assert "High value, lost" in text
    assert f"/segments/high_value_lost/why/{ann.public_id}/" in text
