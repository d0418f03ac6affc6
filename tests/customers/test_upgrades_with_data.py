"""Migrations that change rows, over rows as the version before left them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.db import connection as plain

from retention.customers.models import Category, PointEntry
from tenants.context import as_owner, connection
from tenants.models import Tenant
from tests.customers.facts import make_customer
from tests.older_migrations import older_migrations

pytestmark = pytest.mark.django_db
BEFORE_CLOCKS, CLOCKS = "0015_membership_figures_are_kept", "0016_clock_of_the_tenant"
POINTS = import_module("retention.customers.migrations.0009_points_are_earned_by_rules")


def bring_to(tenant: Tenant, name: str) -> None:
    """Bring the tables of customers in `tenant` to a migration, forwards or backwards."""
    with as_owner(tenant.schema_name):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while its keys wait to be checked
        older_migrations(plain).migrate([("customers", name)])


def insert(code: str, clock: str | None) -> None:
    """As SQL, since the model speaks of the columns of today; without a clock, what the column gives by itself."""
    named, params = ("", [code]) if clock is None else (", clock", [code, clock])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO customers_category (code, name{named}) VALUES (%s, ''{', %s' * bool(named)})", params
        )


def test_a_category_that_never_named_its_clock_goes_by_the_tenants(tenant: Tenant) -> None:
    bring_to(tenant, BEFORE_CLOCKS)
    insert("by-default", None)
    insert("visits", "visit")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock FROM customers_category WHERE code = 'by-default'")
        assert cursor.fetchone() == ("purchase",)
    bring_to(tenant, CLOCKS)
    insert("new", None)
    assert dict(Category.objects.values_list("code", "clock")) == {"by-default": "", "visits": "visit", "new": ""}


def test_points_from_before_the_ledger_keep_their_day_and_say_what_they_were(tenant: Tenant) -> None:
    """The columns stand there with what the migration gives every row of before."""
    at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    for n, points in enumerate((100, -40)):
        PointEntry.objects.create(
            customer=make_customer(f"c-{n}", at),
            points=points,
            source_key="",
            occurred_on=date(2000, 1, 1),
            occurred_at=at,
            recorded_at=at,
        )
        with connection.cursor() as cursor:
            cursor.execute(POINTS.KEEP_WHAT_WAS_THERE)
    kept = PointEntry.objects.order_by("id").values_list("points", "kind", "occurred_on")
    assert list(kept) == [(100, "granted", date(2026, 3, 1)), (-40, "spent", date(2026, 3, 1))]
    assert [entry.source_key == f"kept:{entry.pk}" for entry in PointEntry.objects.all()] == [True, True]
