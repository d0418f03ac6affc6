"""A contract that ends puts its customer, or the people of its account, at risk, where something speaks against it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from retention.customers.models import Contact, Customer
from retention.success.models import Contract, Renewal
from tenants.models import Tenant
from tests.segments.world import D, World, at
from tests.success.conftest import make_account


@pytest.fixture
def world(tenant: Tenant) -> World:
    """The last complete day is D."""
    return World()


def contract(name: str, ends_in: int | None, **given: object) -> Contract:
    values = {
        "product": "Suite", "starts_on": date(2025, 1, 1), "recorded_at": at(0), "updated_at": at(0),
        "ends_on": None if ends_in is None else D + timedelta(days=ends_in),
    }  # fmt: skip
    return Contract.objects.create(contract_id=name, **{**values, **given})


def at_risk(world: World, name: str) -> Customer:
    someone = world.customer(name)
    world.score(someone, health_band="risk")
    return someone


def test_a_customer_s_own_contract(world: World) -> None:
    for name, ends_in, given in [
        ("today", 0, {}),
        ("ninety", 90, {}),
        ("ninety-one", 91, {}),
        ("over", -1, {}),
        ("no end", None, {}),
        ("called off", 30, {"status": "cancelled"}),
        ("withdrawn", 30, {"withdrawn": True}),
        ("not yet", 30, {"starts_on": D + timedelta(days=1)}),
    ]:
        contract(name, ends_in, customer=at_risk(world, name), **given)
    assert world.members("renewal_at_risk") == ["ninety", "today"]


@pytest.mark.parametrize(
    ("status", "members"), [("open", ["c"]), ("lost", ["c"]), ("renewed", []), ("contracted", [])]
)
def test_what_was_renewed_is_no_risk(world: World, status: str, members: list[str]) -> None:
    kept = contract("k-1", 30, customer=at_risk(world, "c"))
    decided = {} if status == "open" else {"reason": "x", "decided_at": at(0)}
    Renewal.objects.create(contract=kept, ends_on=kept.ends_on, status=status, **decided)
    assert world.members("renewal_at_risk") == members


@pytest.mark.parametrize(
    ("product", "status", "members"),
    [("Suite", "active", []), ("Other", "active", ["c"]), ("Suite", "draft", ["c"])],
)
def test_the_next_contract_of_the_same_product_renews(
    world: World, product: str, status: str, members: list[str]
) -> None:
    someone = at_risk(world, "c")
    contract("k-1", 30, customer=someone)
    contract("k-2", 395, customer=someone, starts_on=D + timedelta(days=31), product=product, status=status)
    assert world.members("renewal_at_risk") == members


def test_an_account_s_contract_is_of_all_who_act_for_it(world: World) -> None:
    account = make_account()
    for name, given in [("acts", {}), ("left", {"ended_on": D}), ("never did", {"withdrawn": True})]:
        Contact.objects.create(account=account, customer=at_risk(world, name), recorded_at=at(0), **given)
    at_risk(world, "stranger")
    contract("k-1", 30, account=account, auto_renew=False)
    assert world.members("renewal_at_risk") == ["acts"]


def test_the_first_end_counts_and_any_that_is_switched_off(world: World) -> None:
    someone = world.customer("c")
    world.score(someone, health_band="healthy")
    world.membership(someone, since=300, ends_in=80, auto_renew=True)
    assert world.members("renewal_at_risk") == []
    contract("k-1", 200, customer=someone, auto_renew=False)
    assert world.members("renewal_at_risk") == ["c"]
