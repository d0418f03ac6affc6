"""Orders told by events: the same events give the same order, in whatever sequence they come."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from retention.customers.ingest.service import ingest
from retention.customers.models import CustomerState, Order, OrderLine
from retention.customers.services.imports import import_file
from tenants.models import Tenant
from tests.customers.facts import expected_states, stored_states
from tests.customers.importers.conftest import NOW


def told(*events: tuple[str, str, dict[str, Any]]) -> None:
    import json

    for name, at, content in events:
        message = {
            "type": "track", "event": name, "userId": "ann", "timestamp": f"2024-05-{at}T10:00:00Z",
            "messageId": f"{name}-{at}", "properties": {"order_id": "7", **content},
        }  # fmt: skip
        done = ingest([json.dumps(message).encode()], now=NOW)
        assert (done.accepted, done.refused) == (1, [])


COMPLETED = (
    "Order Completed",
    "01",
    {
        "revenue": 18, "tax": 2, "shipping": 3, "total": 23, "coupon": "TEN", "currency": "USD",
        "products": [
            {"product_id": "m1", "category": "milk", "price": 5, "quantity": 2},
            {"sku": "t1", "category": "tea", "price": 10},
        ],
    },
)  # fmt: skip
PART_BACK = ("Order Refunded", "03", {"total": 4})
ALL_BACK = ("Order Refunded", "04", {})


def in_force() -> Order:
    return Order.objects.get(superseded_at=None)


def test_an_order_with_lines_that_add_up(tenant: Tenant) -> None:
    told(COMPLETED, COMPLETED)
    order = Order.objects.get()
    assert (order.external_id, order.amount, order.coupon, order.ordered_on.day) == ("7", Decimal(18), "TEN", 1)
    rows = OrderLine.objects.values_list("product__code", "category__code", "quantity", "price", "amount")
    assert list(rows) == [
        ("m1", "milk", Decimal(2), Decimal(5), Decimal(9)),
        ("t1", "tea", Decimal(1), Decimal(10), Decimal(9)),
    ]
    assert stored_states() == expected_states()


@pytest.mark.parametrize(
    ("content", "amount"),
    [
        ({"total": 23, "tax": 2, "shipping": "3"}, "18"),
        ({"subtotal": 12.5}, "12.50"),
        ({"value": 7}, "7"),
        ({"products": [{"price": 1.5, "quantity": 3}]}, "4.50"),
        ({}, "0"),
        ({"revenue": -5}, "-5"),
    ],
)
def test_amounts_leave_tax_and_freight_out(tenant: Tenant, content: dict[str, Any], amount: str) -> None:
    told(("Order Completed", "01", content))
    assert in_force().amount == Decimal(amount)
    assert sum(OrderLine.objects.values_list("amount", flat=True)) == Decimal(amount)


def test_every_sequence_gives_the_same_order(tenant: Tenant) -> None:
    seen = set()
    for events in permutations([COMPLETED, PART_BACK, ("Order Updated", "02", {"revenue": 20})]):
        with transaction.atomic():
            told(*events)
            order = in_force()
            seen.add((order.amount, order.refunded, order.status, order.ordered_at))
            assert stored_states() == expected_states()
            transaction.set_rollback(True)
    assert seen == {(Decimal(20), Decimal(4), "paid", seen.copy().pop()[3])}


def test_a_refund_before_its_order_waits_for_it(tenant: Tenant) -> None:
    told(ALL_BACK)
    assert Order.objects.count() == 0
    told(COMPLETED)
    assert (in_force().amount, in_force().refunded) == (Decimal(18), Decimal(18))
    assert CustomerState.objects.get().order_days == 0


def test_refunds_add_up_and_never_exceed_the_order(tenant: Tenant) -> None:
    told(COMPLETED, PART_BACK, ("Order Refunded", "05", {"products": [{"price": 5, "quantity": 1}]}))
    assert in_force().refunded == Decimal(9)
    told(ALL_BACK)
    assert in_force().refunded == Decimal(18)


def test_a_cancelled_order_counts_no_more(tenant: Tenant) -> None:
    told(COMPLETED)
    assert CustomerState.objects.get().order_days == 1
    told(("Order Cancelled", "02", {}))
    assert (in_force().status, CustomerState.objects.get().order_days) == ("cancelled", 0)
    assert stored_states() == expected_states()


def test_a_refund_of_an_order_from_a_file_stays_when_the_file_comes_again(tenant: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    header = "order_id,customer,ordered_at,amount,category\n"
    path.write_text(f"{header}7,ann,2024-05-01,30,milk\n")
    import_file(kind="orders", path=path, now=NOW)
    told(PART_BACK)
    assert (in_force().amount, in_force().refunded) == (Decimal(30), Decimal(4))
    assert import_file(kind="orders", path=path, now=NOW)[1].unchanged == 1
    path.write_text(f"{header}7,ann,2024-05-01,25,milk\n")
    assert import_file(kind="orders", path=path, now=NOW)[1].kept == 1
    assert (in_force().amount, in_force().refunded) == (Decimal(25), Decimal(4))
    assert import_file(kind="orders", path=path, now=NOW)[1].unchanged == 1
    assert stored_states() == expected_states()
