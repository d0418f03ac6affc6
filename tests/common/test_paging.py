"""Keyset pages equal the slices of the full sort, whatever the column, direction, ties and missing values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.db.models import BooleanField, CharField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Concat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retention.common.errors import DomainError
from retention.common.paging import Sort, keyset_page
from retention.customers.models import Customer, CustomerState
from tenants.context import as_owner
from tenants.models import Tenant

START = datetime(2024, 1, 1, tzinfo=UTC)
PATHS = ("name", "joined_at", "external_id", "state__last_order_on", "state__net_revenue", "shout")

rows = st.lists(
    st.tuples(
        st.sampled_from(["", "a", "B", "b", "王", "-1"]),  # name, with ties
        st.none() | st.integers(0, 3),  # joined_at, with ties
        st.sampled_from(["no state", "no order", 0, 1, 2]),  # last order
        st.decimals(min_value=-5, max_value=5, places=1),  # revenue
    ),
    max_size=14,
)


def fill(specs: list[tuple[str, int | None, str | int, Decimal]]) -> QuerySet[Customer]:
    """Customers as `specs` says, all else equal."""
    for number, (name, joined, order, revenue) in enumerate(specs):
        customer = Customer.objects.create(
            external_id=f"c{number * 7 % 10}-{number}",
            name=name,
            joined_at=None if joined is None else START + timedelta(microseconds=joined),
            recorded_at=START,
            updated_at=START,
        )
        if order != "no state":
            day = date(2024, 1, 1) + timedelta(days=order) if isinstance(order, int) else None
            CustomerState.objects.create(customer=customer, last_order_on=day, net_revenue=revenue)
    shout = Concat(F("name"), Value("!"), output_field=CharField())
    return Customer.objects.select_related("state").annotate(shout=shout)


def full_sort(customers: QuerySet[Customer], sort: Sort) -> list[int]:
    """What PostgreSQL says: rows without a value last, those without a state after them, ties by key."""
    column = F(sort.path)
    order = column.desc(nulls_last=True) if sort.descending else column.asc(nulls_last=True)
    missing = [ExpressionWrapper(Q(state__isnull=True), BooleanField()).asc()] if "__" in sort.path else []
    keys = [order, *missing, "-pk" if sort.descending else "pk"]
    return list(customers.order_by(*keys).values_list("pk", flat=True))


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("path", PATHS)
@given(specs=rows, size=st.integers(1, 5))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_are_the_full_sort_forward_and_back(
    tenant: Tenant, path: str, descending: bool, specs: list[tuple[str, int | None, str | int, Decimal]], size: int
) -> None:
    with transaction.atomic():
        customers = fill(specs)
        sort = Sort(path, descending)
        expected = full_sort(customers, sort)
        slices = [expected[i : i + size] for i in range(0, len(expected), size)] or [[]]

        forward = [keyset_page(customers, sort, size=size)]
        while forward[-1].next_cursor:
            forward.append(keyset_page(customers, sort, cursor=forward[-1].next_cursor, size=size))
        assert [[row.pk for row in page.rows] for page in forward] == slices
        assert [bool(page.previous_cursor) for page in forward] == [i > 0 for i in range(len(forward))]

        for before, after in pairwise(forward):
            back = keyset_page(customers, sort, cursor=after.previous_cursor, size=size)
            assert [row.pk for row in back.rows] == [row.pk for row in before.rows]
            assert bool(back.previous_cursor) == bool(before.previous_cursor)
            assert back.next_cursor
        transaction.set_rollback(True)


def test_a_cursor_of_another_sort_is_refused(tenant: Tenant) -> None:
    customers = fill([("a", 1, 1, Decimal(1)), ("b", 1, 1, Decimal(1))])
    cursor = keyset_page(customers, Sort("name"), size=1).next_cursor
    for sort, bad in ((Sort("name", True), cursor), (Sort("external_id"), cursor), (Sort("name"), "x" + cursor)):
        with pytest.raises(DomainError) as error:
            keyset_page(customers, sort, cursor=bad, size=1)
        assert error.value.code == "bad_cursor"


@pytest.mark.parametrize("path", ["name", "joined_at", "state__last_order_on", "state__net_revenue"])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.usefixtures("patient")
def test_a_deep_page_reads_no_more_rows_than_the_first(tenant: Tenant, path: str, descending: bool) -> None:
    """P12 by count: the plan of any page visits a few index entries, not the rows before it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_customer (external_id, public_id, name, email, phone, language, timezone, source,"
            " kind, joined_at, recorded_at, updated_at)"
            " SELECT 'x' || i, gen_random_uuid(), 'n' || (i % 50), '', '', '', '', '', 'person',"
            " CASE WHEN i % 5 > 0 THEN timestamptz '2024-01-01' + (i % 700) * interval '1 day' END, now(), now()"
            " FROM generate_series(1, 20000) i"
        )
        cursor.execute(
            "INSERT INTO customers_customerstate (customer_id, last_order_on, net_revenue, order_days,"
            " repeat_revenue, year_order_days, year_revenue, login_days)"
            " SELECT id, CASE WHEN id % 4 > 0 THEN date '2024-01-01' + (id % 900)::int END, id % 300, 0, 0, 0, 0, 0"
            " FROM customers_customer"
        )
    with as_owner(tenant.schema_name), connection.cursor() as cursor:  # for others ANALYZE does nothing
        cursor.execute("ANALYZE customers_customer")
        cursor.execute("ANALYZE customers_customerstate")
    customers = Customer.objects.select_related("state")
    sort = Sort(path, descending)
    cursor_text = ""
    ordered = full_sort(customers, sort)
    for depth in (0, 5_000, 12_000, 17_000):
        if depth:
            edge = customers.get(pk=ordered[depth - 1])
            cursor_text = _cursor_after(customers, sort, edge)
        assert _rows_visited(customers, sort, cursor_text) <= 4 * 26 + 20
        page = keyset_page(customers, sort, cursor=cursor_text)
        assert [row.pk for row in page.rows] == ordered[depth : depth + 25]


def _cursor_after(customers: QuerySet[Customer], sort: Sort, row: Customer) -> str:
    from retention.common.paging import _encode

    return _encode(row, customers, sort, "after")


def _rows_visited(customers: QuerySet[Customer], sort: Sort, cursor_text: str) -> int:
    """Rows that pass through all nodes of the plans of one page."""
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        keyset_page(customers, sort, cursor=cursor_text)
    total = 0
    with connection.cursor() as cursor:
        for query in (q for q in captured.captured_queries if q["sql"].startswith("SELECT")):
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
            total = max(total, _visited(cursor.fetchone()[0][0]["Plan"]))
    return total


def _visited(plan: dict[str, object]) -> int:
    own = int(plan["Actual Rows"]) * int(plan["Actual Loops"]) + int(plan.get("Rows Removed by Filter", 0))  # type: ignore[call-overload]
    return max([own, *(_visited(child) for child in plan.get("Plans", []))])  # type: ignore[attr-defined]
