"""Points spent and then taken away or moved stay spent: the debt goes to what is held, else it waits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retention.common.errors import DomainError
from retention.customers.models import Customer, Order, PointEntry
from retention.customers.selectors.points import latest_entries, points_of
from retention.customers.services.merging import merge_customers
from retention.customers.services.points.earned import refresh_all_points
from retention.customers.services.points.ledger import grant_points, spend_points
from retention.customers.services.rebuild import rebuild_all
from retention.customers.services.state import refresh_states
from tenants.models import Tenant
from tests.customers.facts import make_customer, make_order, make_points
from tests.customers.points.making import make_rule, sums_by_source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = NOW.date()
pytestmark = pytest.mark.usefixtures("tenant")


def buckets(customer: Customer) -> dict[date | None, int]:
    rows = PointEntry.objects.filter(customer=customer).order_by().values("expires_on")
    return {
        day: total for day, total in rows.annotate(total=Sum("points")).values_list("expires_on", "total") if total
    }


def correct(order: Order, at: datetime, **values: object) -> None:
    if "ordered_at" in values:
        values["ordered_on"] = values["ordered_at"].date()  # type: ignore[attr-defined]
    Order.objects.filter(pk=order.pk).update(recorded_at=at, **values)
    refresh_states([order.customer_id])


def test_spent_points_do_not_come_back_when_their_last_day_moves() -> None:
    ann = make_customer("ann", NOW)
    make_rule("spend", "spend", "1", expires_months=1)
    order = make_order(ann, "o1", NOW, [("tea", "100")])
    refresh_states([ann.pk])
    spend_points(customer=ann, points=100, reason="A cup", key="k", actor=None, now=NOW)
    correct(order, NOW + timedelta(days=11), ordered_at=NOW + timedelta(days=10))
    later = date(2026, 4, 5)  # after the old last day, before the new one
    assert (points_of(ann, DAY + timedelta(days=11)).balance, points_of(ann, later).balance) == (0, 0)
    moved = PointEntry.objects.filter(kind="moved").order_by("revision")
    assert list(moved.values_list("points", "expires_on", "occurred_on")) == [
        (100, date(2026, 4, 1), DAY + timedelta(days=11)),
        (-100, date(2026, 4, 11), DAY + timedelta(days=11)),
    ]
    assert "moved" not in {entry.kind for entry in latest_entries(ann, later, 99)}
    correct(order, NOW + timedelta(days=12), ordered_at=NOW)
    assert buckets(ann) == {}
    before = sums_by_source()
    rebuild_all()
    assert (sums_by_source(), buckets(ann)) == (before, {})


def test_a_debt_waits_for_points_and_takes_the_first_that_come() -> None:
    ann = make_customer("ann", NOW)
    make_rule("spend", "spend", "1", expires_months=1)
    order = make_order(ann, "o1", NOW, [("tea", "100")])
    refresh_states([ann.pk])
    spend_points(customer=ann, points=100, reason="A cup", key="k", actor=None, now=NOW)
    correct(order, NOW + timedelta(days=2), refunded=Decimal(100))
    assert buckets(ann) == {None: -100}
    late = NOW + timedelta(days=60)
    for key, points, months in (("a", 30, 2), ("b", 90, 1)):
        grant_points(customer=ann, points=points, reason="Hello", key=key, actor=None, now=late, months=months)
    assert buckets(ann) == {date(2026, 5, 30): 20}
    assert points_of(ann, late.date()).balance == 20


def test_without_any_rule_the_daily_round_settles_what_was_given_spent_and_taken_back() -> None:
    ann = make_customer("ann", NOW)
    soon, later = DAY + timedelta(days=5), DAY + timedelta(days=90)
    for points, expires_on in ((50, soon), (-50, soon), (-50, soon), (80, later)):
        make_points(ann, points, NOW, expires_on=expires_on)
    assert (refresh_all_points(), refresh_all_points()) == (2, 0)
    assert buckets(ann) == {later: 30}


def test_when_two_become_one_the_debt_of_one_meets_the_points_of_the_other() -> None:
    ann, ben = make_customer("ann", NOW), make_customer("ben", NOW)
    make_rule("spend", "spend", "1", expires_months=1)
    make_points(ann, -40, NOW, expires_on=DAY + timedelta(days=5))
    make_points(ben, 100, NOW, expires_on=DAY + timedelta(days=90))
    merge_customers(gone=ben.pk, stays=ann.pk)
    assert buckets(ann) == {DAY + timedelta(days=90): 60}


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["order", "move", "refund", "grant", "lasting", "spend"]),
        st.integers(1, 90),
        st.integers(0, 40),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_no_later_balance_exceeds_what_was_given_minus_what_was_spent(
    tenant: Tenant, acts: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        ann, orders, now = make_customer("ann", NOW), [], NOW
        make_rule("spend", "spend", "1", expires_months=1)
        for number, (act, size, days) in enumerate(acts):
            now += timedelta(days=days)
            told = {"customer": ann, "points": size, "reason": "x", "key": str(number), "actor": None, "now": now}
            if act == "order":
                orders.append(make_order(ann, f"o{number}", now, [("tea", str(size))]))
                refresh_states([ann.pk])
            elif act == "move" and orders:
                correct(orders[size % len(orders)], now, ordered_at=now - timedelta(days=size % 30))
            elif act == "refund" and orders:
                order = orders[size % len(orders)]
                correct(order, now, refunded=order.amount)
            elif act in ("grant", "lasting"):
                grant_points(**told, months=1 if act == "grant" else None)  # type: ignore[arg-type]
            elif act == "spend":
                try:
                    spend_points(**told)  # type: ignore[arg-type]
                except DomainError:
                    continue
        most = PointEntry.objects.exclude(kind="moved").aggregate(total=Sum("points"))["total"] or 0
        assert PointEntry.objects.filter(kind="moved").aggregate(total=Sum("points"))["total"] in (None, 0)
        assert min((left for day, left in buckets(ann).items() if day is not None), default=0) >= 0
        for ahead in range(0, 120, 3):
            assert points_of(ann, now.date() + timedelta(days=ahead)).balance <= most
        transaction.set_rollback(True)
