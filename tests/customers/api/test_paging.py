"""Pages: each row once, in either direction, while others write."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from retention.customers.models import Order
from tenants.models import Tenant
from tests.customers.api.conftest import Program
from tests.customers.facts import make_customer, make_order

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_walk_sees_each_row_once_while_rows_come_in(tenant: Tenant, program: Program, size: int) -> None:
    someone = make_customer("c-1", AT)
    for n in range(7):
        make_order(someone, f"o-{n}", AT, [("", "1.00")])
    client, seen, came = program("customers.view"), [], 0
    url = f"/api/v1/orders/?page_size={size}"
    while url:
        page = client.get(url).json()
        seen += [row["order_id"] for row in page["results"]]
        url = page["next"]
        if url and came < 4:  # another writes between two pages
            make_order(someone, f"late-{came}", AT, [("", "1.00")])
            came += 1
    assert seen == [f"o-{n}" for n in range(7)] + [f"late-{n}" for n in range(came)]


def test_a_walk_goes_back_the_way_it_came(tenant: Tenant, program: Program) -> None:
    someone = make_customer("c-1", AT)
    for n in range(5):
        make_order(someone, f"o-{n}", AT, [("", "1.00")])
    client = program("customers.view")
    first = client.get("/api/v1/orders/?page_size=2&customer=c-1").json()
    second = client.get(first["next"]).json()
    assert [row["order_id"] for row in second["results"]] == ["o-2", "o-3"]
    assert client.get(second["previous"]).json()["results"] == first["results"]
    assert Order.objects.count() == 5
