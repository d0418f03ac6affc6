"""The sums of the membership page, worked out once an hour instead of on each view: they work for everybody."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from retention.customers.models import Level, MembershipFigures
from retention.customers.selectors.levels_sql import window_and_keep
from retention.customers.selectors.membership_sums import (
    PointsFlow,
    Renewals,
    customers_by_level,
    points_flow,
    renewals_by_level,
    renewals_by_month,
)
from tenants.policies import policy_number

FRESH = timedelta(hours=1)
"""Facts of past days that come late show after so long; an import, a saved ladder or rule shows at once."""


@dataclass(frozen=True)
class Figures:
    """Customers by level, the points of the last days, and renewals by level and by month, as of a day."""

    levels: dict[str | None, int]
    flow: PointsFlow
    by_level: list[Renewals]
    by_month: list[Renewals]


def work_out(as_of: date) -> Figures:
    """The figures of the day, from the facts: reads the whole ledger and all memberships."""
    return Figures(customers_by_level(as_of), points_flow(as_of), renewals_by_level(as_of), renewals_by_month(as_of))


def figures_of(as_of: date, *, now: datetime) -> Figures:
    """The same, kept since they were last worked out: at most FRESH ago, under the ladder and policies of now.

    Of those who ask at once one works them out, and the others wait for it.
    """
    basis = _basis(as_of)
    kept = _kept(basis, now)
    if kept is not None:
        return kept
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':membership', 0))")
        kept = _kept(basis, now)
        if kept is None:
            kept = work_out(as_of)
            MembershipFigures.objects.all().delete()
            MembershipFigures.objects.create(basis=basis, figures=_plain(kept), made_at=now)
    return kept


def forget_figures() -> None:
    """Whoever changed at once what the figures tell lets the next view work them out."""
    MembershipFigures.objects.all().delete()


def _kept(basis: dict[str, Any], now: datetime) -> Figures | None:
    row = MembershipFigures.objects.first()
    if row is None or row.basis != basis or not now - FRESH < row.made_at <= now:
        return None
    told = row.figures
    return Figures(
        levels=dict(told["levels"]),
        flow=PointsFlow(**told["flow"]),
        by_level=[Renewals(**one) for one in told["by_level"]],
        by_month=[Renewals(**one) for one in told["by_month"]],
    )


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
