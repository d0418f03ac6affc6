"""Orders from files: lines, amounts, versions, withdrawals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import transaction

from retention.customers.importers.kinds import orders
from retention.customers.models import Customer, CustomerState, Order, OrderLine, Product
from tenants.models import Tenant
from tests.customers.facts import expected_states, stored_states
from tests.customers.importers.conftest import NOW, Bring, counts, refusals

HEADER = "order_id,customer,ordered_at,amount,category,product,quantity,price\n"


def in_force() -> dict[str, Decimal]:
    return dict(Order.objects.filter(superseded_at=None, withdrawn=False).values_list("external_id", "amount"))


def test_rows_with_one_id_are_the_lines_of_an_order(bring: Bring) -> None:
    text = HEADER + "7,0042,2024-05-01,10,milk,m1,2,5\n8,0042,20240502,,tea,t1,3,1.333\n7,0042,2024-05-01,2.5,tea,,,\n"
    assert counts(bring("orders", text)) == (3, 0, 0)
    assert in_force() == {"7": Decimal("12.50"), "8": Decimal("4.00")}
    lines = OrderLine.objects.filter(order__external_id="7").values_list(
        "ordinal", "product__code", "category__code", "quantity", "price", "amount"
    )
    assert list(lines) == [
        (1, "m1", "milk", Decimal(2), Decimal(5), Decimal(10)),
        (2, None, "tea", Decimal(1), None, Decimal("2.50")),
    ]
    assert Product.objects.get(code="t1").category.code == "tea"  # type: ignore[union-attr]
    assert Customer.objects.get().external_id == "0042"
    assert stored_states() == expected_states()
    assert counts(bring("orders", text)) == (0, 3, 0)


def test_an_order_with_other_rows_is_a_newer_version_and_the_old_one_stays(bring: Bring) -> None:
    bring("orders", HEADER + "7,ann,2024-05-01,10,,,,\n7,ann,2024-05-01,5,,,,\n")
    later = NOW + timedelta(days=1)
    assert counts(bring("orders", HEADER + "7,ben,2024-05-03,11,,,,\n", now=later)) == (1, 0, 0)
    versions = Order.objects.order_by("version").values_list(
        "version", "customer__external_id", "amount", "recorded_at", "superseded_at"
    )
    assert list(versions) == [
        (1, "ann", Decimal(15), NOW, later),
        (2, "ben", Decimal(11), later, None),
    ]
    assert stored_states() == expected_states()
    assert CustomerState.objects.get(customer__external_id="ann").order_days == 0


def test_the_same_lines_in_another_sequence_are_the_same_order(bring: Bring) -> None:
    bring("orders", HEADER + "7,ann,2024-05-01,10,,,,\n7,ann,2024-05-01,5,,,,\n")
    assert counts(bring("orders", HEADER + "7,ann,2024-05-01,5.00,,,,\n7,ann,2024-05-01 00:00:00,10,,,,\n")) == (
        0,
        2,
        0,
    )


def test_without_an_id_each_row_is_an_order_and_equal_rows_are_two(bring: Bring) -> None:
    text = "customer,ordered_at,amount,note\nann,2024-05-01,10,x\nann,2024-05-01,10,x\nann,2024-05-01,10,y\n"
    assert counts(bring("orders", text)) == (3, 0, 0)
    assert sorted(in_force().values()) == [Decimal(10)] * 3
    assert counts(bring("orders", text)) == (0, 3, 0)
    assert counts(bring("orders", text + "ann,2024-05-01,10,x\n")) == (1, 3, 0)


def test_withdrawal_by_id_and_by_content_and_back_again(bring: Bring) -> None:
    rows = "7,ann,2024-05-01,10\n,ann,2024-05-02,20\n"
    header = "order_id,customer,ordered_at,amount"
    bring("orders", f"{header}\n{rows}")
    gone = f"{header},deleted\n7,,,,true\n,ann,2024-05-02,20,true\n99,,,,yes\n"
    result = bring("orders", gone)
    assert counts(result) == (2, 0, 1)
    assert [(row["line"], row["column"], row["value"]) for row in refusals(result)] == [("4", "order_id", "99")]
    assert in_force() == {}
    assert CustomerState.objects.get().net_revenue == 0
    assert counts(bring("orders", gone)) == (0, 2, 1)
    assert counts(bring("orders", f"{header}\n{rows}")) == (2, 0, 0)
    assert sorted(in_force().values()) == [Decimal(10), Decimal(20)]
    assert stored_states() == expected_states()


def test_a_line_taken_back_leaves_the_rest_of_its_order(bring: Bring) -> None:
    header = "order_id,customer,ordered_at,amount,deleted\n"
    bring("orders", header + "7,ann,2024-05-01,10,\n7,ann,2024-05-01,5,\n")
    assert counts(bring("orders", header + "7,ann,2024-05-01,10,\n7,ann,2024-05-01,5,true\n")) == (2, 0, 0)
    assert in_force() == {"7": Decimal(10)}


def test_an_order_whose_rows_disagree_or_are_partly_bad_is_refused_as_a_whole(bring: Bring) -> None:
    text = HEADER + "7,ann,2024-05-01,10,,,,\n7,ben,2024-05-01,5,,,,\n8,ann,2024-05-01,x,,,,\n8,ann,2024-05-01,5,,,,\n"
    result = bring("orders", text + "9,ann,2024-05-01,5,,,,\n")
    assert counts(result) == (1, 0, 4)
    assert [(row["line"], row["column"]) for row in refusals(result)] == [
        ("2", "customer"), ("3", "customer"), ("4", "amount"), ("5", "order_id")
    ]  # fmt: skip
    assert in_force() == {"9": Decimal(5)}


def test_other_columns_are_kept_with_the_order_or_with_the_line(bring: Bring) -> None:
    bring(
        "orders",
        "order_id,customer,ordered_at,amount,Shop,n\n1,ann,2024-05-01,1,West,007\n"
        "2,ann,2024-05-01,1,West,1\n2,ann,2024-05-01,1,West,2\n",
    )
    assert dict(Order.objects.values_list("external_id", "properties")) == {"1": {"Shop": "West", "n": "007"}, "2": {}}
    assert list(OrderLine.objects.order_by("order__external_id", "ordinal").values_list("properties", flat=True)) == [
        {}, {"Shop": "West", "n": 1}, {"Shop": "West", "n": 2}
    ]  # fmt: skip


def test_status_coupon_refund_and_currency(bring: Bring) -> None:
    header = "order_id,customer,ordered_at,amount,status,coupon,refunded,currency\n"
    result = bring(
        "orders", header + "1,ann,2024-05-01,9,Paid,TEN,2,usd\n2,ann,2024-05-01,9,sent,,,\n3,ann,2024-05-01,9,,,,EUR\n"
    )
    assert [(row["line"], row["column"]) for row in refusals(result)] == [("3", "status"), ("4", "currency")]
    order = Order.objects.get()
    assert (order.status, order.coupon, order.refunded) == ("paid", "TEN", Decimal(2))
    assert CustomerState.objects.get().net_revenue == 7


def test_days_are_local_and_times_without_a_zone_are_the_tenants(bring: Bring, tenant: Tenant) -> None:
    tenant.timezone = "America/New_York"
    bring(
        "orders",
        "order_id,customer,ordered_at,amount\n1,a,2024-03-01T03:00:00Z,1\n2,a,2024-03-01,1\n"
        "3,a,2024-03-10 02:30,1\n4,a,2024-11-03 01:30,1\n",
    )
    got = {order.external_id: (order.ordered_at, order.ordered_on) for order in Order.objects.all()}
    assert got == {
        "1": (datetime(2024, 3, 1, 3, tzinfo=UTC), date(2024, 2, 29)),
        "2": (datetime(2024, 3, 1, 5, tzinfo=UTC), date(2024, 3, 1)),
        "3": (datetime(2024, 3, 10, 7, 30, tzinfo=UTC), date(2024, 3, 10)),  # skipped: the offset before the change
        "4": (datetime(2024, 11, 3, 5, 30, tzinfo=UTC), date(2024, 11, 3)),  # comes twice: the first
    }


def stored() -> list[list[tuple[Any, ...]]]:
    """All that an import left of orders and their lines, but keys of rows."""
    orders = Order.objects.order_by("external_id", "version").values_list(
        "external_id", "version", "customer__external_id", "ordered_at", "ordered_on", "amount", "refunded", "status",
        "coupon", "properties", "digest", "withdrawn",
    )  # fmt: skip
    lines = OrderLine.objects.order_by("order__external_id", "order__version", "ordinal").values_list(
        "order__external_id", "order__version", "ordinal", "product__code", "category__code", "quantity", "price",
        "amount", "properties",
    )  # fmt: skip
    return [[(*row[:10], bytes(row[10]), row[11]) for row in orders], list(lines)]


@pytest.mark.parametrize("seed", range(4))
def test_an_order_of_one_row_is_summed_as_one_of_many(
    bring: Bring, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Both ways to make heads and lines say the same of orders of one row, also changed and taken back ones."""
    dice = Random(seed)

    def rows(n: int) -> str:
        head = (
            "order_id,customer,ordered_at,amount,category,product,quantity,price,coupon,status,refunded,deleted,till\n"
        )
        return head + "".join(
            f"o{dice.randrange(n)},c1,2024-05-{dice.randrange(1, 28):02d},{dice.choice(['', '7.005', '3'])},"
            f"{dice.choice(['', 'milk', 'tea'])},{dice.choice(['', 'm1'])},{dice.choice(['', '2'])},1.25,"
            f"{dice.choice(['', 'x5'])},{dice.choice(['', 'paid', 'pending'])},{dice.choice(['', '1'])},"
            f"{dice.choice(['', '', 'true'])},{dice.choice(['', 'a'])}\n"
            for _ in range(n)
        )

    first, second = rows(60), rows(60)
    found = []
    for all_many in (False, True):
        if all_many:
            monkeypatch.setattr(orders, "_HAVING_MANY", "count(*) > 0")
        with transaction.atomic():
            told = [counts(bring("orders", first)), counts(bring("orders", second, now=NOW + timedelta(days=1)))]
            found.append((told, stored()))
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert {line[2] for line in found[0][1][1]} >= {1, 2}, "no order of several rows"
