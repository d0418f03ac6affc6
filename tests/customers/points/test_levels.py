"""Levels as of a day: from points or from a membership, kept for a while, and the same for one as for all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retention.customers.models import Customer, Membership
from retention.customers.selectors.levels import membership_of, standing_of
from retention.customers.selectors.levels_sql import levels_sql
from retention.customers.selectors.standing_words import level_title, sentences
from tenants.governance.services.policies import set_policy
from tenants.models import Tenant
from tests.customers.facts import make_customer, make_points
from tests.customers.points.making import hold, make_levels

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = date(2026, 3, 1)


@pytest.fixture
def ann(tenant: Tenant) -> Customer:
    return make_customer("ann", NOW)


def of_all(as_of: date) -> dict[int, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(levels_sql(), {"as_of": as_of})
        return {row[0]: tuple(row[1:]) for row in cursor.fetchall()}


def test_points_of_the_rolling_period_make_the_level(ann: Customer) -> None:
    make_levels(0, 100, 500)
    make_points(ann, 90, NOW - timedelta(days=365))
    make_points(ann, 320, NOW - timedelta(days=364))
    make_points(ann, -300, NOW)
    make_points(ann, 1000, NOW + timedelta(days=1))
    standing = standing_of(ann, DAY)
    assert (level_title(standing), standing.earned, standing.missing) == ("V2", 320, 180)
    assert sentences(standing, DAY) == ["180 more points lead to V3: 320 of 500 in 365 days."]
    assert of_all(DAY) == {ann.pk: ("V2", False, 320)}


def test_a_level_is_kept_for_a_while_after_its_points_fell_away(ann: Customer) -> None:
    make_levels(0, 100, 500)
    make_points(ann, 500, NOW)
    last_full = DAY + timedelta(days=364)
    kept = standing_of(ann, last_full + timedelta(days=1))
    assert (level_title(kept), kept.earned) == ("V3", 0)
    assert kept.kept_until == last_full + timedelta(days=89)
    assert sentences(kept, DAY) == ["Kept until 28 May 2027, although 0 of its 500 points remain."]
    assert kept.kept_until is not None
    assert level_title(standing_of(ann, kept.kept_until)) == "V3"
    assert level_title(standing_of(ann, kept.kept_until + timedelta(days=1))) == "V1"


def test_a_membership_goes_before_the_points_while_it_holds(ann: Customer) -> None:
    make_levels(0, 100, 500)
    make_points(ann, 150, NOW - timedelta(days=9))
    hold(ann, "V1", DAY - timedelta(days=90), DAY - timedelta(days=1))
    assert level_title(standing_of(ann, DAY - timedelta(days=1))) == "V1"
    assert level_title(standing_of(ann, DAY)) == "V2"
    hold(ann, "Gold", DAY, DAY + timedelta(days=30), auto_renew=False)
    hold(ann, "V3", DAY + timedelta(days=1))
    hold(ann, "V3", DAY - timedelta(days=1), withdrawn=True)
    standing = standing_of(ann, DAY)
    assert (level_title(standing), standing.next_level) == ("Gold", None)
    assert sentences(standing, DAY) == ["Membership from 1 Mar 2026 to 31 Mar 2026, auto-renewal is off."]
    assert of_all(DAY) == {ann.pk: ("Gold", True, 150)}


def test_while_a_membership_holds_the_level_no_points_lead_on(ann: Customer) -> None:
    make_levels(0, 100, 500)
    make_points(ann, 320, NOW)
    hold(ann, "V1", DAY, DAY + timedelta(days=30))
    held = standing_of(ann, DAY)
    assert (level_title(held), held.next_level, held.missing) == ("V1", None, 0)
    assert sentences(held, DAY) == ["Membership from 1 Mar 2026 to 31 Mar 2026."]
    after = standing_of(ann, DAY + timedelta(days=31))
    assert (level_title(after), after.next_level and after.next_level.code, after.missing) == ("V2", "V3", 180)


def test_of_several_memberships_the_latest_that_holds_counts(ann: Customer) -> None:
    assert membership_of(ann, DAY) is None
    hold(ann, "V1", DAY - timedelta(days=900))
    hold(ann, "V2", DAY - timedelta(days=20), DAY)
    held = Membership.objects.filter(customer=ann).order_by("since")
    assert membership_of(ann, DAY) == held[1]
    assert membership_of(ann, DAY + timedelta(days=1)) == held[0]


def test_without_levels_nobody_has_one(ann: Customer) -> None:
    make_points(ann, 150, NOW)
    standing = standing_of(ann, DAY)
    assert (level_title(standing), standing.earned, sentences(standing, DAY)) == ("", 150, [])
    assert of_all(DAY) == {ann.pk: (None, False, 150)}


ENTRIES = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 60), st.integers(-40, 120)), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=ENTRIES, window=st.integers(1, 30), keep=st.integers(1, 30), back=st.integers(0, 20))
def test_for_all_at_once_it_is_as_for_each(
    tenant: Tenant, entries: list[tuple[int, int, int]], window: int, keep: int, back: int
) -> None:
    with transaction.atomic():
        people = [make_customer(name, NOW) for name in ("ann", "ben")]
        make_levels(0, 50, 100, 200)
        for name, days in (("levels.window_days", window), ("levels.keep_days", keep)):
            set_policy(name=name, value=days, actor=None, now=NOW)
        for who, ago, points in entries:
            make_points(people[who], points, NOW - timedelta(days=ago), kind="earned")
        as_of = DAY - timedelta(days=back)
        alone = {who.pk: standing_of(who, as_of) for who in people}
        assert of_all(as_of) == {
            pk: (standing.level and standing.level.code, False, standing.earned) for pk, standing in alone.items()
        }
        transaction.set_rollback(True)
