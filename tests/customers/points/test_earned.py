"""What facts earn: once each, by the rule of their day, and taken back when they are corrected or withdrawn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from retention.customers.models import EventBehaviour, Order, PointEntry
from retention.customers.services.imports import import_file
from retention.customers.services.merging import merge_customers
from retention.customers.services.points.earned import refresh_all_points
from retention.customers.services.points.ledger import spend_points
from retention.customers.services.points.rules import Rung, save_ladder
from retention.customers.services.rebuild import rebuild_all
from retention.customers.services.state import refresh_states
from tenants.models import Tenant
from tenants.people.models import User
from tests.customers.facts import make_customer, make_event, make_order
from tests.customers.importers.conftest import NOW as IMPORTED
from tests.customers.importers.test_state_property import FILES
from tests.customers.points.making import earned, expected, hold, make_levels, make_rule, sums_by_source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = NOW.date()
pytestmark = pytest.mark.usefixtures("tenant")


def test_spend_order_days_and_events_earn_by_their_rules() -> None:
    ann = make_customer("ann", NOW)
    make_rule("spend", "spend", "1.5", expires_months=12)
    make_rule("day", "order_day", "10")
    make_rule("review", "event", "20", event="Product Reviewed", cap_per_day=50)
    make_order(ann, "o1", NOW, [("tea", "9.99")])
    make_order(ann, "o2", NOW, [("tea", "10")])
    for number in range(4):
        make_event(ann, f"e{number}", "Product Reviewed", NOW + timedelta(minutes=number))
    refresh_states([ann.pk])
    assert (
        earned() == expected() == {("ann", "spend", DAY): 14 + 15, ("ann", "day", DAY): 10, ("ann", "review", DAY): 50}
    )
    kept = PointEntry.objects.get(source_key="order:spend:o1")
    assert (kept.expires_on, kept.recorded_at) == (date(2027, 3, 1), NOW)


def test_the_same_again_appends_nothing() -> None:
    ann = make_customer("ann", NOW)
    make_rule("spend", "spend", "1")
    make_order(ann, "o1", NOW, [("tea", "9")])
    refresh_states([ann.pk])
    refresh_states([ann.pk])
    assert refresh_all_points() == 0
    assert PointEntry.objects.values_list("points", "revision").get() == (9, 1)


def test_a_refund_takes_points_back_by_a_further_entry() -> None:
    ann = make_customer("ann", NOW)
    make_rule("spend", "spend", "1")
    order = make_order(ann, "o1", NOW, [("tea", "9")])
    refresh_states([ann.pk])
    Order.objects.filter(pk=order.pk).update(refunded=Decimal(4), recorded_at=NOW + timedelta(days=2))
    refresh_states([ann.pk])
    rows = PointEntry.objects.order_by("revision").values_list("points", "recorded_at")
    assert list(rows) == [(9, NOW), (-4, NOW + timedelta(days=2))]


def test_a_corrected_day_moves_the_points_and_their_expiry() -> None:
    ann = make_customer("ann", NOW)
    make_rule("spend", "spend", "1", expires_months=1)
    order = make_order(ann, "o1", NOW, [("tea", "9")])
    refresh_states([ann.pk])
    Order.objects.filter(pk=order.pk).update(ordered_at=NOW - timedelta(days=3), ordered_on=DAY - timedelta(days=3))
    refresh_states([ann.pk])
    assert earned() == {("ann", "spend", DAY - timedelta(days=3)): 9}
    assert sorted(PointEntry.objects.values_list("points", flat=True)) == [-9, 9, 9]


def test_a_return_takes_as_much_as_the_order_gave() -> None:
    ann = make_customer("ann", NOW)
    make_rule("spend", "spend", "1", cap_per_day=100)
    make_order(ann, "o1", NOW, [("tea", "500")])
    make_order(ann, "o2", NOW + timedelta(days=1), [("tea", "-500")])
    refresh_states([ann.pk])
    assert earned() == {("ann", "spend", DAY): 100, ("ann", "spend", DAY + timedelta(days=1)): -100}


def test_the_membership_of_the_day_multiplies() -> None:
    ann, ben = make_customer("ann", NOW), make_customer("ben", NOW)
    make_levels(0, 100, multiplier=Decimal("2.5"))
    make_rule("spend", "spend", "1", multiplied=True)
    hold(ann, "V2", DAY - timedelta(days=30), DAY)
    hold(ben, "V2", DAY + timedelta(days=1))
    hold(ben, "V2", DAY - timedelta(days=30), DAY - timedelta(days=1))
    for who in (ann, ben):
        make_order(who, f"o-{who}", NOW, [("tea", "10")])
    refresh_all_points()
    assert earned() == expected() == {("ann", "spend", DAY): 25, ("ben", "spend", DAY): 10}


def test_a_changed_multiplier_holds_from_its_day_on_and_leaves_the_past(ada: User) -> None:
    def ladder(day: int, **levels: str) -> None:
        rungs = [Rung(code, place, multiplier=Decimal(times)) for place, (code, times) in enumerate(levels.items())]
        save_ladder(rungs=rungs, actor=ada, now=NOW + timedelta(days=day))
        refresh_all_points()

    ann, ben = make_customer("ann", NOW), make_customer("ben", NOW)
    ladder(-9, Gold="2")
    make_rule("spend", "spend", "1", multiplied=True)
    hold(ann, "Gold", DAY - timedelta(days=30))
    hold(ben, "Silver", DAY - timedelta(days=30))
    for day in range(-2, 4):
        for who in (ann, ben):
            make_order(who, f"o{day}-{who}", NOW + timedelta(days=day), [("tea", "10")])
    refresh_all_points()
    ladder(0, Gold="9", Silver="5")
    ladder(0, Gold="3", Silver="4")  # on the same day: what held before it is told once
    ladder(2, Silver="4")
    ladder(3, Gold="1.5", Silver="4")

    def points(who: str) -> list[int]:
        return [earned().get((who, "spend", DAY + timedelta(days=day)), 0) for day in range(-2, 4)]

    assert (points("ann"), points("ben")) == ([20, 20, 30, 30, 10, 15], [10, 10, 40, 40, 40, 40])
    before = sums_by_source()
    rebuild_all()
    assert sums_by_source() == before


def test_a_ladder_made_before_anything_was_multiplied_holds_for_the_past(ada: User) -> None:
    ann = make_customer("ann", NOW)
    hold(ann, "Gold", DAY - timedelta(days=30))
    make_order(ann, "o", NOW - timedelta(days=9), [("tea", "10")])
    save_ladder(rungs=[Rung("Gold", 0, multiplier=Decimal(2))], actor=ada, now=NOW)
    make_rule("spend", "spend", "1", multiplied=True)
    refresh_all_points()
    assert list(earned().values()) == [20]


def test_a_changed_rule_leaves_the_past_as_it_was() -> None:
    ann = make_customer("ann", NOW)
    make_rule("spend", "spend", "1", ends_on=DAY - timedelta(days=1))
    make_rule("spend", "spend", "3", starts_on=DAY)
    make_order(ann, "o1", NOW - timedelta(days=1), [("tea", "10")])
    make_order(ann, "o2", NOW, [("tea", "10")])
    refresh_all_points()
    assert earned() == {("ann", "spend", DAY - timedelta(days=1)): 10, ("ann", "spend", DAY): 30}


def test_without_rules_nothing_is_computed() -> None:
    ann = make_customer("ann", NOW)
    make_order(ann, "o1", NOW, [("tea", "10")])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        refresh_states([ann.pk])
    assert PointEntry.objects.count() == 0
    assert [query for query in asked.captured_queries if "customers_pointentry" in query["sql"]] == []


def test_when_two_customers_become_one_nothing_counts_twice() -> None:
    ann, bob = make_customer("ann", NOW), make_customer("bob", NOW)
    make_rule("spend", "spend", "1")
    make_rule("day", "order_day", "10")
    make_order(ann, "o1", NOW, [("tea", "20")])
    make_order(bob, "o2", NOW + timedelta(minutes=5), [("tea", "30")])
    refresh_states([ann.pk, bob.pk])
    spend_points(customer=bob, points=15, reason="A cup", key="k1", actor=None, now=NOW)
    merge_customers(gone=bob.pk, stays=ann.pk)
    assert earned() == expected() == {("ann", "spend", DAY): 50, ("ann", "day", DAY): 10}
    assert sum(PointEntry.objects.filter(customer=ann).values_list("points", flat=True)) == 60 - 15


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=FILES.map(lambda one: [one]) | FILES.flatmap(lambda one: FILES.map(lambda two: [one, two, one])))
def test_the_ledger_is_kept_as_a_rebuild_would_make_it(
    tenant: Tenant, tmp_path: Path, files: list[tuple[str, str, list[tuple[str, ...]]]]
) -> None:
    with transaction.atomic():
        EventBehaviour.objects.update_or_create(name="login", defaults={"behaviour": "log_in"})
        make_rule("spend", "spend", "1.3", expires_months=6)
        make_rule("day", "order_day", "5")
        make_rule("login", "event", "2", behaviour="log_in", cap_per_day=3, expires_months=1)
        for number, (kind, header, rows) in enumerate(files):
            path = tmp_path / f"{kind}.csv"
            path.write_text("\n".join([header, *(",".join(row) for row in rows), ""]))
            for _again in range(2):
                import_file(kind=kind, path=path, now=IMPORTED + timedelta(days=number))
            assert earned() == expected()
        kept = sums_by_source()
        rebuild_all()
        assert sums_by_source() == kept
        assert PointEntry.objects.filter(kind="earned", revision__gt=1).count() == 0
        transaction.set_rollback(True)
