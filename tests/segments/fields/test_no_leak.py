"""No field sees what came after the day, or what was taken back; and each sees what happened before it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from retention.customers.models import Customer
from retention.segments.enums import FieldGroup
from retention.segments.fields import fields
from retention.segments.rules.compile import Moment, compile_rule
from retention.segments.rules.parse import parse_rule
from tests.segments.fields.everything import Everything, ask_all, clause
from tests.segments.world import D, World

TIMELESS = {field.code for field in fields if field.group == FieldGroup.CUSTOMER} | {
    "refused_all", "account_role", "accounts", "account_health", "account_health_band", "account_ids", "account_since",
    "account_trait", "account_trait_number",
}  # fmt: skip
"""Records and preferences are as they are now; of an account nobody tells since when a customer acts for it."""
ELSEWHERE = {
    "stage", "r_score", "f_score", "m_score", "purchase_r", "visit_r", "expected_90d", "return_12m", "main_category",
    "spend_kept", "categories_left", "viewed_unbought", "unfinished_items", "product_view_days",
}  # fmt: skip
"""Columns of the score like the others, and what only the ready segments ask, whose tests try it."""
ASKED = [field.code for field in fields if field.code not in TIMELESS]
SINCE = D + timedelta(days=30)


@pytest.fixture
def bare(world: World) -> Customer:
    return world.customer("bare", email="bare@example.com")


@pytest.fixture
def late(world: World) -> Customer:
    """Everything happened from the day after D on."""
    someone = world.customer("late", email="late@example.com")
    Everything(world, someone, -1).write()
    world.settle()
    return someone


def test_what_comes_after_the_day_is_not_seen(bare: Customer, late: Customer) -> None:
    assert ask_all(ASKED, late) == ask_all(ASKED, bare)


def test_what_was_taken_back_is_not_seen(world: World, bare: Customer) -> None:
    someone = world.customer("taken back", email="back@example.com")
    Everything(world, someone, 5, withdrawn=True).write()
    world.settle()
    assert ask_all(ASKED, someone) == ask_all(ASKED, bare)


def test_every_field_sees_what_happened(bare: Customer, late: Customer) -> None:
    """Else the two tests above would say nothing."""
    seen, nothing = ask_all(ASKED, late, SINCE), ask_all(ASKED, bare, SINCE)
    blind = [code for code in ASKED if seen[code] == nothing[code]]
    assert sorted(blind) == sorted(ELSEWHERE)


def test_one_customer_at_a_time_is_told_what_all_are_told(world: World, bare: Customer) -> None:
    """The sources that have a SELECT of their own for one customer give the same as their SELECT for everybody."""
    full = world.customer("full", email="full@example.com")
    Everything(world, full, 20).write()
    world.settle()
    told = []
    for field in (one for one in fields if one.source and one.source.of_one):
        compiled = compile_rule(parse_rule(clause(field.code)), Moment.of(D))
        value = compiled.answers[""][0]
        for joins in (compiled.joins, compiled.lateral_joins):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT c.id, {value} FROM customers_customer c{joins} ORDER BY 1", compiled.params)
                told.append((field.code, cursor.fetchall()))
    assert told[::2] == told[1::2]
    assert {code for code, _rows in told} >= {"level", "level_points", "reachable"}
    assert dict(told[0][1])[full.pk] != dict(told[0][1])[bare.pk]
