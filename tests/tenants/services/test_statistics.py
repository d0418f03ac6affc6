"""A tenant may renew the planner's statistics of its own tables, and of nobody else's."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from django.db import connection

from retention.customers.models import Customer
from tenants.context import use_tenant
from tenants.models import Tenant
from tenants.services.statistics import refresh_statistics

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
TABLE = "customers_customer"


def fill(customers: int) -> None:
    Customer.objects.bulk_create(
        Customer(external_id=f"c-{number}", recorded_at=NOW, updated_at=NOW) for number in range(customers)
    )


def rows_known() -> float:
    """How many rows the planner believes the customers of the tenant in force to have."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [TABLE])
        return float(cursor.fetchone()[0])


def test_the_planner_learns_what_was_loaded(tenant: Tenant) -> None:
    fill(1_234)
    for _again in range(100):  # the server itself may be at this table for a moment
        assert refresh_statistics([TABLE]) == 1
        if rows_known() == 1_234:
            break
        time.sleep(0.1)
    assert rows_known() == 1_234


def test_only_the_callers_own_tables(acme: Tenant, rival: Tenant) -> None:
    with use_tenant(rival):
        fill(777)
        before = rows_known()
    with use_tenant(acme):
        assert refresh_statistics([TABLE, f"{rival.schema_name}.{TABLE}", "pg_class", "tenants_tenant"]) == 1
    with use_tenant(rival):
        assert rows_known() == before


def test_a_name_is_never_code(tenant: Tenant) -> None:
    assert refresh_statistics(["customers_customer; DROP TABLE customers_customer", '"']) == 0
