"""The sums of the membership page, worked out ahead once an hour instead of on each view: they read everybody."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from retention.customers.models import Level, Membership, MembershipFigures, PointEntry
from retention.customers.selectors.levels_sql import window_and_keep
from retention.customers.selectors.membership_sums import (
    PointsFlow,
    Renewals,
    customers_by_level,
    points_flow,
    renewals_by_level,
    renewals_by_month,
)
from tenants.context import current_tenant, statements_of
from tenants.policies import policy_number

FRESH = timedelta(hours=1)
"""Facts of past days that come late show after so long; an import, a saved ladder or rule shows at once."""
JUST_NOW = timedelta(minutes=10)
"""What is as fresh as that is not worked out again ahead of its time."""
PATIENCE = 3
"""Seconds that each of the statements may take while a person waits."""


@dataclass(frozen=True)
class Figures:
    """Customers by level, the points of the last days, and renewals by level and by month, as of a day."""

    levels: dict[str | None, int]
    flow: PointsFlow
    by_level: list[Renewals]
    by_month: list[Renewals]


@dataclass(frozen=True)
class Told:
    """Figures with the day they tell of and when they were worked out; not fresh: newer ones are on their way."""

    figures: Figures
    as_of: date
    made_at: datetime
    is_fresh: bool


def work_out(as_of: date) -> Figures:
    """The figures of the day, from the facts: reads the whole ledger and all memberships."""
    return Figures(customers_by_level(as_of), points_flow(as_of), renewals_by_level(as_of), renewals_by_month(as_of))


def told_figures(as_of: date, *, now: datetime) -> Told | None:
    """The figures as they are kept; else worked out, where that takes no longer than a person waits.

    Where it does, a worker does it, and until then the older ones are told; None where there are none yet.
    """
    row = MembershipFigures.objects.first()
    if row is not None and _is_fresh(row, as_of, now):
        return _told(row, is_fresh=True)
    try:
        with statements_of(seconds=PATIENCE):
            if made := keep_figures(as_of, now=now):
                return _told(made, is_fresh=True)
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        _wake()
    return None if row is None else _told(row, is_fresh=False)


@transaction.atomic
def keep_figures(as_of: date, *, now: datetime) -> MembershipFigures | None:
    """Work the figures out and keep them; None where somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(current_schema() || ':membership', 0))")
        if not cursor.fetchone()[0]:
            return None
    figures, basis = work_out(as_of), _basis(as_of)
    MembershipFigures.objects.all().delete()
    return MembershipFigures.objects.create(basis=basis, figures=_plain(figures), made_at=now)


def keep_figures_fresh(now: datetime) -> None:
    """The chore: what the page tells stands there before anybody asks, where there is something to tell."""
    day, row = now.astimezone(current_tenant().zone).date() - timedelta(days=1), MembershipFigures.objects.first()
    if row is not None and _is_fresh(row, day, now) and now - row.made_at < JUST_NOW:
        return
    if row is not None or any(model._default_manager.exists() for model in (Level, Membership, PointEntry)):
        keep_figures(day, now=now)


def forget_figures() -> None:
    """Whoever changed what the figures tell lets the next view work them out; till then they are older ones."""
    for row in MembershipFigures.objects.all():
        row.basis = {**row.basis, "forgotten": True}
        row.save(update_fields=["basis"])


def _is_fresh(row: MembershipFigures, as_of: date, now: datetime) -> bool:
    return bool(row.basis == _basis(as_of) and now - FRESH < row.made_at <= now)


def _told(row: MembershipFigures, *, is_fresh: bool) -> Told:
    told = row.figures
    figures = Figures(
        levels=dict(told["levels"]),
        flow=PointsFlow(**told["flow"]),
        by_level=[Renewals(**one) for one in told["by_level"]],
        by_month=[Renewals(**one) for one in told["by_month"]],
    )
    return Told(figures, date.fromisoformat(row.basis["as_of"]), row.made_at, is_fresh)


def _wake() -> None:
    from retention.customers.tasks import keep_membership_figures

    keep_membership_figures.wake()


def _plain(figures: Figures) -> dict[str, Any]:
    return {
        "levels": list(figures.levels.items()),
        "flow": asdict(figures.flow),
        "by_level": [asdict(one) for one in figures.by_level],
        "by_month": [asdict(one) for one in figures.by_month],
    }


def _basis(as_of: date) -> dict[str, Any]:
    """What the figures depend on besides the facts; as JSON gives it back."""
    return {
        "as_of": as_of.isoformat(),
        "ladder": [
            list(rung) for rung in Level.objects.order_by("points_needed").values_list("code", "points_needed")
        ],
        "keeping": list(window_and_keep()),
        "grace": int(policy_number("memberships.renewal_days")),
    }
