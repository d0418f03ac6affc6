"""Keep the earned part of the ledger equal to what the facts in force give: differences are appended, in sets."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from retention.customers.enums import PointKind
from retention.customers.models import Customer, EarnRule, PointEntry
from retention.customers.selectors.points_sql import MISSING
from retention.customers.selectors.state_sql import IdRange, Restriction, restriction_sql
from retention.customers.services.points.debts import settle_debts
from retention.customers.services.points.figures import forget_figures
from retention.customers.services.rebuild import Derived, derived
from retention.customers.services.state import Follower, followers, lock_customers, planned_for_sets
from tenants.context import statements_of

SHARD, SECONDS = 50_000, 1800


def refresh_points(customers: Restriction) -> int:
    """Append what these customers' facts changed; how many entries. The caller holds the customers' rows. Debts that
    this leaves are moved to the points that they hold.

    Without any rule there is nothing to ask. Rules end and are never deleted, so nothing earned can outlive them.
    """
    if not EarnRule.objects.exists():
        return 0
    limit, params = restriction_sql(customers)
    with planned_for_sets(customers), connection.cursor() as cursor:
        cursor.execute(MISSING.format(limit=limit), params)
        appended = cursor.rowcount
        settle_debts(customers)
    return appended


def refresh_all_points() -> int:
    """The same for everybody, shard by shard: after a rule changed, and once a day. Given points that were taken back
    after they were spent leave debts even where nothing is earned."""
    last = Customer.objects.aggregate(last=Max("id"))["last"] or 0
    changed, ruled = 0, EarnRule.objects.exists()
    with statements_of(seconds=SECONDS):
        for low in range(1, last + 1, SHARD):
            shard = IdRange(low, low + SHARD)
            with transaction.atomic():
                lock_customers(shard)
                changed += refresh_points(shard) if ruled else settle_debts(shard)
        if changed:
            forget_figures()
    return changed


def refresh_points_daily(_due_at: datetime) -> None:
    """The daily chore: what a lost wake-up after a changed rule would have left undone."""
    refresh_all_points()


@transaction.atomic
def rebuild_points() -> int:
    """Drop the earned entries and make them anew from facts and rules; how many there are."""
    PointEntry.objects.filter(kind=PointKind.EARNED).delete()
    return refresh_all_points()


derived.register(Derived("points", rebuild_points))
followers.register(Follower("points", refresh_points))
