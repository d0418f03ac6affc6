"""Spending and giving: once for a key, the first to expire first, and never below zero, whoever races."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from retention.common.errors import DomainError, Unprocessable
from retention.customers.models import Customer, PointEntry
from retention.customers.selectors.points import Points, points_of
from retention.customers.services.points.ledger import grant_points, spend_points
from tenants.context import find_tenant, use_tenant
from tenants.governance.models import AuditEntry
from tests.customers.facts import make_customer, make_points

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = NOW.date()
WORKERS = 3  # the pool of a process holds four connections, the test's own among them


@pytest.fixture
def ann(tenant: object) -> Customer:
    return make_customer("ann", NOW)


def give(customer: Customer, points: int, key: str, months: int | None = None) -> int:
    booked = grant_points(
        customer=customer, points=points, reason="Welcome", key=key, actor=None, now=NOW, months=months
    )
    return booked.balance


def spend(customer: Customer, points: int, key: str = "s", now: datetime = NOW) -> int:
    return spend_points(customer=customer, points=points, reason="A cup", key=key, actor=None, now=now).balance


def test_what_expires_first_goes_first(ann: Customer) -> None:
    give(ann, 100, "lasting")
    give(ann, 50, "a year", months=12)
    give(ann, 30, "a month", months=1)
    assert spend(ann, 60) == 120
    taken = PointEntry.objects.filter(kind="spent").order_by("revision").values_list("points", "expires_on")
    assert list(taken) == [(-30, date(2026, 4, 1)), (-30, date(2027, 3, 1))]
    assert points_of(ann, DAY) == Points(120, 0, None)
    assert points_of(ann, date(2027, 3, 1)) == Points(120, 20, date(2027, 3, 1))
    assert points_of(ann, date(2027, 3, 2)) == Points(100, 0, None)


def test_expired_points_are_gone_and_future_ones_do_not_count_yet(ann: Customer) -> None:
    give(ann, 30, "a month", months=1)
    make_points(ann, 500, NOW + timedelta(days=40))
    assert points_of(ann, DAY, within=31) == Points(30, 30, date(2026, 4, 1))
    with pytest.raises(DomainError, match="0 points are left, 1 were to be spent"):
        spend(ann, 1, now=NOW + timedelta(days=32))


def test_a_key_books_once(ann: Customer) -> None:
    give(ann, 100, "k")
    assert give(ann, 100, "k") == 100
    assert (spend(ann, 40), spend(ann, 40)) == (60, 60)
    with pytest.raises(Unprocessable):
        spend(ann, 41)
    with pytest.raises(Unprocessable):
        spend(make_customer("ben", NOW), 40)
    acts = AuditEntry.objects.order_by("position").values_list("action", "detail__points")
    assert list(acts) == [("points.granted", 100), ("points.spent", 40)]


def test_a_month_ends_where_it_ends(ann: Customer) -> None:
    grant_points(customer=ann, points=1, reason="x", key="k", actor=None, months=1,
                 now=datetime(2026, 1, 31, 12, tzinfo=UTC))  # fmt: skip
    assert PointEntry.objects.get().expires_on == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("points", "key", "reason"), [(0, "k", "x"), (-5, "k", "x"), (1, "", "x"), (1, "a\nb", "x"), (1, "k", " ")]
)
def test_nonsense_is_refused(ann: Customer, points: int, key: str, reason: str) -> None:
    for book in (grant_points, spend_points):
        with pytest.raises(DomainError):
            book(customer=ann, points=points, reason=reason, key=key, actor=None, now=NOW)
    assert PointEntry.objects.count() == 0


def test_a_debt_after_a_return_is_shown_and_nothing_can_be_spent(ann: Customer) -> None:
    give(ann, 100, "k")
    spend(ann, 80)
    make_points(ann, -100, NOW, kind="earned")
    assert points_of(ann, DAY) == Points(-80, 0, None)
    with pytest.raises(DomainError, match="-80 points are left"):
        spend(ann, 1, "another")


@pytest.mark.django_db(transaction=True)
def test_rivals_never_spend_what_is_not_there() -> None:
    with use_tenant(find_tenant("acme")):
        customer = make_customer("ann", NOW)
        give(customer, 100, "k")
    barrier = threading.Barrier(WORKERS, timeout=30)
    done: list[str] = []

    def buy(name: str) -> None:
        try:
            with use_tenant(find_tenant("acme")):
                barrier.wait()
                for number in range(4):
                    try:
                        spend(customer, 30, f"{name}-{number}")
                        done.append("spent")
                    except DomainError as error:
                        done.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=buy, args=[str(n)], daemon=True) for n in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["points_too_few"] * 9 + ["spent"] * 3
    with use_tenant(find_tenant("acme")):
        assert points_of(customer, DAY).balance == 10
