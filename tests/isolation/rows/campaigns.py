"""Doors of campaigns. A customer's links are their own right: signed for one tenant, worth nothing at another's."""

from __future__ import annotations

from types import SimpleNamespace

from campaigns.links import Door
from tenants.tokens import sign
from tests.isolation.matrix import OPEN, Row, World, thing

PROVIDER = "sandbox"


@thing
def provider(world: World) -> SimpleNamespace:
    """Who tells of messages: the same at every tenant, but each signs with a secret of its own."""
    return SimpleNamespace(name=PROVIDER)


@thing
def customer_links(world: World) -> SimpleNamespace:
    """Tokens that this world's customer was sent."""

    def token(door: Door) -> str:
        return sign(f"campaigns.{door}", [str(world.uuid("customer")), "email", ""])

    return SimpleNamespace(preferences=token("preferences"), unsubscribe=token("unsubscribe"), why=token("why"))


BOTH = ("GET", "POST")
ROWS = (
    Row(
        "preferences",
        permission=OPEN,
        kwargs={"token": "customer_links.preferences"},
        methods=BOTH,
        data={"promotions": "off", "frequency": "usual"},
    ),
    Row("unsubscribe", permission=OPEN, kwargs={"token": "customer_links.unsubscribe"}, methods=BOTH),
    Row("provider-hook", permission=OPEN, kwargs={"provider": "provider.name"}, methods=("POST",)),
    Row("why-this", permission=OPEN, kwargs={"token": "customer_links.why"}),
)
