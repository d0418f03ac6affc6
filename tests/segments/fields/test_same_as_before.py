"""Sources that were made quick say what the plain statement says, of random customers and as of several days."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from retention.segments.fields.orders import COUPON_SOON, TO_LAST
from retention.segments.fields.sql import HAPPENED, PURCHASE
from retention.segments.rules.compile import Moment
from tests.segments.world import D, World, at

PLAIN_TO_LAST = f"""
    SELECT o.customer_id, count(*) AS orders, count(*) FILTER (WHERE o.coupon <> '')::numeric / count(*) AS share
    FROM customers_order o
    JOIN (
        SELECT o.customer_id, max(o.ordered_on) AS last_on FROM customers_order o WHERE {PURCHASE} GROUP BY 1
    ) l ON l.customer_id = o.customer_id
    WHERE {PURCHASE} AND o.ordered_on > l.last_on - %(days)s::int
    GROUP BY o.customer_id"""
PLAIN_COUPON_SOON = f"""
    SELECT o.customer_id, avg((EXISTS (
        SELECT 1 FROM customers_event e
        WHERE e.customer_id = o.customer_id AND e.name = 'benefit_granted' AND {HAPPENED}
          AND COALESCE(e.properties ->> 'coupon', e.properties ->> 'benefit_id', e.properties ->> 'benefit') = o.coupon
          AND e.occurred_at <= o.ordered_at AND e.occurred_on >= o.ordered_on - %(within)s::int
    ))::int) AS share
    FROM customers_order o
    WHERE {PURCHASE} AND o.coupon <> '' AND o.ordered_on > %(as_of)s::date - %(days)s::int
    GROUP BY o.customer_id"""


@pytest.fixture
def shop(world: World) -> World:
    """Thirty customers: orders with and without coupons, refunded, returned, unpaid; grants before and after them."""
    chance = random.Random(11)
    for n in range(30):
        someone = world.customer(f"c{n}")
        for _ in range(chance.randint(0, 12)):
            day, coupon = chance.randint(-30, 500), chance.choice(["", "A", "B"])
            what: dict[str, Any] = chance.choice([{}, {}, {}, {"refunded": "10"}, {"status": "unpaid"}])
            world.order(someone, day, chance.choice(["10", "10", "-10"]), coupon=coupon, **what)
            if chance.random() < 0.7:
                key = chance.choice(["coupon", "benefit_id", "benefit"])
                granted = at(day + chance.choice([0, 1, 6, 7, 8, -1]), hour=chance.choice([9, 12, 15]))
                for _twice in range(chance.randint(1, 2)):
                    world.event(someone, "benefit_granted", granted, **{key: chance.choice(["A", "B", ""])})
    world.settle()
    return world


def answers(sql: str, before: int, **params: int) -> set[tuple[Any, ...]]:
    moment = Moment.of(D - timedelta(days=before))
    bound = {"as_of": moment.as_of, "moment": moment.ends_at, "zone": moment.zone, **params}
    with connection.cursor() as cursor:
        cursor.execute(sql, bound)
        return {row[:3] for row in cursor.fetchall()}


def test_orders_up_to_the_last_one(shop: World) -> None:
    for before in (0, 20, 100, 400, -30):
        for days in (1, 30, 365):
            found = answers(TO_LAST.select(), before, days=days)
            assert found == answers(PLAIN_TO_LAST, before, days=days)
            assert found or before == 400


def test_orders_with_a_coupon_soon_after_its_grant(shop: World) -> None:
    shares = set()
    for before in (0, 20, 100, 400, -30):
        for days, within in ((365, 7), (30, 1), (500, 0)):
            found = answers(COUPON_SOON.select(), before, days=days, within=within)
            assert found == answers(PLAIN_COUPON_SOON, before, days=days, within=within)
            shares |= {share for _customer, share in found}
    assert len(shares) > 3
