"""Migrations that change rows, over rows as the version before left them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import import_module

import pytest

from retention.customers.models import PointEntry
from tenants.context import connection
from tenants.models import Tenant
from tests.customers.facts import make_customer

pytestmark = pytest.mark.django_db
POINTS = import_module("retention.customers.migrations.0009_points_are_earned_by_rules")


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
